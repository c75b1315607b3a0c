import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type AccountConfig, AccountsFile, baseUrlOf } from '@rollcall/contracts/accounts-file'
import { accountsProblem } from './accounts-problem.ts'
import { ConfigError } from './config-error.ts'
import { readSecret } from './read-secret.ts'

/** An account with its secrets read. They are not enumerable: printing, spreading or serialising an account never shows them. */
export type Account = AccountConfig & {
  readonly baseUrl: string
  readonly apiKey: string
  readonly apiToken: string
  /** One or two; both are valid, so that a secret can be rotated without losing a webhook. */
  readonly webhookSecrets: readonly string[]
}

/** 256 bits in base64url are 43 characters, in hex 64; 32 is the least we take. */
const WEBHOOK_SECRET = /^[A-Za-z0-9_-]{32,256}$/

/**
 * The accounts file with every secret it names, which are paths relative to the file.
 * @throws ConfigError naming each file that is missing, empty, readable by others or holds too weak a secret.
 */
export const readAccounts = async (file: string): Promise<readonly Account[]> => {
  const { accounts } = parseAccounts(file, await readText(file))
  const problems: string[] = []
  const secret = async (account: AccountConfig, field: string, path: string): Promise<string> => {
    const where = `${file}: account ${account.sid}: ${field}`
    try {
      return await readSecret(resolve(dirname(file), path), where)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems)
      return ''
    }
  }
  const read = await Promise.all(
    accounts.map(async (account) => ({
      account,
      apiKey: await secret(account, 'apiKeyFile', account.apiKeyFile),
      apiToken: await secret(account, 'apiTokenFile', account.apiTokenFile),
      webhookSecrets: await Promise.all(account.webhookSecretFiles.map((path) => secret(account, 'webhookSecretFiles', path))),
    })),
  )
  for (const { account, webhookSecrets } of read)
    for (const [index, text] of webhookSecrets.entries())
      if (text !== '' && !WEBHOOK_SECRET.test(text))
        problems.push(
          `${file}: account ${account.sid}: webhookSecretFiles ${JSON.stringify(account.webhookSecretFiles[index])} holds ${text.length} characters that cannot be a webhook secret; needed is 32 to 256 of A-Z a-z 0-9 _ -. Make one with: openssl rand -hex 32`,
        )
  if (problems.length > 0) throw new ConfigError(problems)
  return read.map(({ account, apiKey, apiToken, webhookSecrets }) => withSecrets(account, { apiKey, apiToken, webhookSecrets }))
}

const parseAccounts = (file: string, text: string): AccountsFile => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ConfigError([`${file}: not valid JSON; needed is {"accounts":[…]}. Check it with: node -e "JSON.parse(require('fs').readFileSync(process.argv[1]))" ${file}`])
  }
  const parsed = AccountsFile.safeParse(json)
  if (parsed.success) return parsed.data
  throw new ConfigError(parsed.error.issues.map((issue) => `${file}: ${accountsProblem(json, issue)}. Change it in the accounts file.`))
}

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ConfigError([`${file}: cannot be read (${codeOf(error)}); needed is an accounts file. Set ROLLCALL_ACCOUNTS_FILE to its path.`])
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown'

const withSecrets = (account: AccountConfig, secrets: Pick<Account, 'apiKey' | 'apiToken' | 'webhookSecrets'>): Account =>
  Object.defineProperties(
    { ...account, baseUrl: baseUrlOf(account) },
    Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, { value, enumerable: false }])),
  ) as Account
