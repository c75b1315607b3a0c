/** Something that no page or capture tells of Exotel for sure. A setting chooses what is simulated. */
export interface Unknown {
  readonly name: string
  /** Line of the contract's list of unknowns (§19). */
  readonly line: number
  readonly question: string
  /** Of the setting, as in the simulator's options: `webhooks.retries`. */
  readonly setting: string
  /** Each has to be survived. The first is what the default does. */
  readonly values: readonly unknown[]
}

const unknown = (name: string, line: number, setting: string, question: string, values: readonly unknown[]): Unknown => ({ name, line, question, setting, values })

/** Every unknown of the contract: tests go through all values of all of them. */
export const UNKNOWNS: readonly Unknown[] = [
  unknown('retries', 1, 'webhooks.retries', 'How often and when is a StatusCallback sent again?', [
    'none',
    'twice-at-once',
    'after-5-and-15-minutes',
    'after-5-and-15-minutes-unless-200',
    'failover-after-2',
    'sms',
    'exoml',
  ]),
  unknown('timeout', 1, 'webhooks.timeoutMs', 'How long does Exotel wait for an answer?', [null, 1_000, 10_000]),
  unknown('success', 1, 'webhooks.success', 'Is any 2xx success, or 200 alone?', ['2xx', '200']),
  unknown('client-errors', 1, 'webhooks.clientErrors', 'Are 3xx and 4xx tried again?', ['retried', 'final']),
  unknown('failover', 2, 'webhooks.retries', 'Is there a failover URL for v1?', ['none', 'failover-after-2']),
  unknown('retry-after', 3, 'api.retryAfter', 'Does a 429 say when to come back?', [false, true]),
  unknown('rate-headers', 3, 'api.rateHeaders', 'Are there headers about the rate limit?', [false, true]),
  unknown('rate-window', 3, 'api.rateWindow', 'Any 60 seconds, or minutes of the clock?', ['sliding', 'fixed']),
  unknown('rate-buckets', 3, 'api.rateBuckets', 'Do reading and connecting calls share one limit?', ['shared', 'by-method']),
  unknown('v3-callback', 4, 'webhooks.v3Callback', 'What is the body of a v2 or v3 callback?', ['call-details', 'flat', 'none']),
  unknown('v3-listed', 4, 'traffic.v3Listed', 'Does the v1 list show v3 calls?', [true, false]),
  unknown('v3-lookup', 4, 'api.v3Lookup', 'Does v1 look up v3 calls?', [true, false]),
  unknown('xml', 5, 'api.xml', 'How does XML nest lists, details and errors?', ['wrapped', 'flat']),
  unknown('list-lag', 6, 'traffic.listLagSeconds', 'How long until a finished call is listed?', [{ min: 0, max: 10 }, { min: 0, max: 0 }, { choices: [0, 120, 300, 900, 1_800] }]),
  unknown('finalisation-lag', 6, 'traffic.finalisationLagSeconds', 'How long until its row is final?', [{ min: 0, max: 20 }, { choices: [0, 120, 300, 900, 1_800] }]),
  unknown('late-changes', 6, 'traffic.changes', 'Do rows change after they were final?', [
    { rate: 0 },
    { rate: 0.5, afterSeconds: { min: 60, max: 600 }, fields: ['price', 'status', 'durationSeconds', 'recordingUrl'] },
  ]),
  unknown('vanishing', 6, 'traffic.vanishing', 'Do rows vanish from the list, and return?', [
    { rate: 0 },
    { rate: 0.3, afterSeconds: { min: 30, max: 120 }, forSeconds: { min: 60, max: 300 } },
  ]),
  unknown('zone', 7, 'account.utcOffsetMinutes', 'In which zone are the times of an account outside India?', [330, 0, 480]),
  unknown('user-agent', 8, 'webhooks.userAgent', 'What is the User-Agent of v1 webhooks?', [null, 'Exotel-Webhook/1.0']),
  unknown('source-address', 8, 'webhooks.localAddress', 'From which addresses do webhooks come?', [null, '127.0.0.2']),
  unknown('empty-parts', 9, 'webhooks.emptyParts', 'How does a form say "nothing"?', ['empty', 'absent', 'null', 'mixed']),
  unknown('answered-end', 10, 'webhooks.answeredEnd', 'What do answered events say of EndTime and RecordingUrl?', ['absent', 'null', 'epoch']),
  unknown('list-details', 11, 'api.listDetails', 'What does details=true do on the list?', ['ignored', 'given', 'refused']),
  unknown('duration-filter', 11, 'api.durationFilter', 'Does the list filter by Duration as documented?', ['honoured', 'ignored', 'refused']),
  unknown('unknown-call', 12, 'api.unknownCall', 'Which HTTP status has an unknown CallSid?', [404, 400, 200]),
  unknown('wrong-cluster', 12, 'api.wrongCluster', 'Which HTTP status has an account of the other cluster?', [401, 404]),
  unknown('total', 13, 'api.total', 'Is Metadata.Total exact?', ['exact', 'rounded', 'absent']),
  unknown('cursor-life', 13, 'api.cursorSeconds', 'How long does a cursor hold?', [null, 60]),
  unknown('created-bounds', 14, 'api.createdBounds', 'Are gte and lte of DateCreated inclusive?', ['inclusive', 'to-exclusive', 'exclusive']),
  unknown('undialled-listed', 15, 'traffic.undialledListed', 'Does the list show calls that were never dialled?', [true, false]),
  unknown('retry-bodies', 16, 'webhooks.retryBodies', 'Has a retry the same body?', ['same', 'changed']),
]
