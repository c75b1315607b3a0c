const SECRETS = [
  'secret',
  'secrets',
  'webhookSecrets',
  'token',
  'apiToken',
  'apiKey',
  'password',
  'authorization',
  'cookie',
  'DATABASE_URL',
  'databaseUrl',
  'connectionString',
  'url',
  'path',
  'query',
]
const PERSONAL = ['phone', 'phoneNumber', 'phoneNumbers', 'exophone', 'forwardedFrom', 'callerName', 'customField', 'recordingUrl', 'payload', 'body', 'values']
/** A window also has `from` and `to`; a call's are under one of these. */
const CALLS = ['call', 'facts', 'record', 'row']

/** Keys whose values never reach a log line: secrets, whatever holds a webhook's path, and what people are called by. Two levels deep. */
export const REDACTED_PATHS: readonly string[] = [
  ...[...SECRETS, ...PERSONAL].flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
  ...CALLS.flatMap((key) => [`${key}.from`, `${key}.to`, `*.${key}.from`, `*.${key}.to`]),
]
