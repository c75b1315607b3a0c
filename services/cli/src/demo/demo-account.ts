import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AccountsFile } from '@rollcall/contracts/accounts-file'
import type { z } from 'zod'

export const DEMO_SID = 'demo'

/** The account that is used where none is configured: its times turn hours into seconds, so that windows close while one looks on. */
export interface DemoAccount {
  readonly sid: string
  readonly accountsFile: string
  readonly apiKey: string
  readonly apiToken: string
  readonly webhookSecret: string
  readonly rateLimitPerMinute: number
}

const EXOTEL_RATE_LIMIT_PER_MINUTE = 200
/** Every pass over an open window reads all of its calls, and lost calls are looked up: at this many requests a call, half the limit is enough. */
const REQUESTS_PER_CALL = 1.5

/** Exotel's own limit for the default traffic, more where more is made than it would ever carry. */
export const demoRateLimit = (callsPerSecond: number): number => Math.max(EXOTEL_RATE_LIMIT_PER_MINUTE, Math.ceil(callsPerSecond * 60 * REQUESTS_PER_CALL))

const TRAILING_EVERY_SECONDS = 20
const TRAILING_FROM_SECONDS = -280
const TRAILING_TO_SECONDS = 60

/** The demo's calls take at most 20 s, and what comes late about them 10 s more. */
const MAXIMUM_CALL_SECONDS = 30
const LATENESS_SECONDS = 10

const SETTINGS = {
  settleSeconds: 10,
  provisionalSettleSeconds: 5,
  finalScansApartSeconds: 20,
  webhookGraceSeconds: 15,
  rateShare: 0.5,
  sweepEverySeconds: 20,
  listLagSeconds: 15,
  trailingPassSeconds: Array.from(
    { length: (TRAILING_TO_SECONDS - TRAILING_FROM_SECONDS) / TRAILING_EVERY_SECONDS + 1 },
    (_, nth) => TRAILING_FROM_SECONDS + nth * TRAILING_EVERY_SECONDS,
  ),
}

/**
 * Writes the accounts file of the simulated account into `directory`, with secrets that only the owner may read. Secrets that are
 * there already stay, so that webhooks under way still find their address.
 */
export const writeDemoAccount = async (
  directory: string,
  options: { readonly baseUrl: string; readonly callsPerSecond: number; readonly longestCallSeconds?: number },
): Promise<DemoAccount> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const [apiKey, apiToken, webhookSecret] = await Promise.all([keptSecret(directory, 'api-key'), keptSecret(directory, 'api-token'), keptSecret(directory, 'webhook-secret')])
  const rateLimitPerMinute = demoRateLimit(options.callsPerSecond)
  const account: z.input<typeof AccountsFile>['accounts'][number] = {
    sid: DEMO_SID,
    baseUrl: options.baseUrl,
    apiKeyFile: 'api-key',
    apiTokenFile: 'api-token',
    webhookSecretFiles: ['webhook-secret'],
    rateLimitPerMinute,
    maximumCallSeconds: Math.max(MAXIMUM_CALL_SECONDS, (options.longestCallSeconds ?? 0) + LATENESS_SECONDS),
    ...SETTINGS,
  }
  const accountsFile = join(directory, 'accounts.json')
  await writeFile(accountsFile, `${JSON.stringify(AccountsFile.parse({ accounts: [account] }), null, 2)}\n`, { mode: 0o600 })
  return { sid: DEMO_SID, accountsFile, apiKey, apiToken, webhookSecret, rateLimitPerMinute }
}

const keptSecret = async (directory: string, name: string): Promise<string> => {
  const path = join(directory, name)
  const kept = await readFile(path, 'utf8').catch(() => '')
  if (kept !== '') return kept
  const secret = randomBytes(32).toString('hex')
  await writeFile(path, secret, { mode: 0o400 })
  return secret
}
