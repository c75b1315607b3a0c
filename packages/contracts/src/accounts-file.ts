import { z } from 'zod'
import { CoverageConfig } from './coverage-rule.ts'
import { INDIA_UTC_OFFSET_MINUTES, UTC_OFFSET_MINUTES_MAX } from './observation.ts'

/** Exotel's clusters and their REST hosts (Exotel docs: "Make a call", API host per region). */
export const CLUSTER_URLS = { mumbai: 'https://api.in.exotel.com', singapore: 'https://api.exotel.com' } as const

/** Credentials in an address would be shown wherever the address is, and a query would be lost. */
const isBare = (text: string): boolean => {
  if (!URL.canParse(text)) return true
  const { username, password, search, hash } = new URL(text)
  return `${username}${password}${search}${hash}` === ''
}

/**
 * One Exotel account as written in the accounts file. Secrets are named by file, never written here.
 * Times are seconds. The last group is there so that tests and the demo can turn hours into seconds; the defaults are Exotel's.
 */
export const AccountConfig = z
  .strictObject({
    sid: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[A-Za-z0-9_-]+$/),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .refine(isBare, { error: 'it must not hold credentials (apiKeyFile and apiTokenFile name them), a query or a fragment' })
      .optional(),
    cluster: z.enum(['mumbai', 'singapore']).optional(),
    apiKeyFile: z.string().min(1),
    apiTokenFile: z.string().min(1),
    webhookSecretFiles: z.array(z.string().min(1)).min(1).max(2),
    /** Where webhooks may come from, as CIDR; anywhere when it is left out. Exotel publishes no ranges: ask its support (contract §15). */
    allowedNetworks: z
      .array(z.union([z.cidrv4(), z.cidrv6()], { error: 'must be networks such as 203.0.113.0/24 or 2001:db8::/32' }))
      .min(1)
      .max(64)
      .optional(),
    /** What a Passthru that was kept is answered: in a synchronous flow 200 goes to branch A and 302 to branch B (contract §5.1). */
    passthruAnswer: z.literal([200, 302]).default(200),
    /** Of Exotel's times without a zone. India's in every sample; of accounts elsewhere nobody knows (contract §19.7). */
    utcOffsetMinutes: z.int().min(-UTC_OFFSET_MINUTES_MAX).max(UTC_OFFSET_MINUTES_MAX).default(INDIA_UTC_OFFSET_MINUTES),
    rateLimitPerMinute: z.int().positive().default(200),
    rateShare: z.number().positive().max(1).default(0.25),
    /** Calls that the account makes and receives at its busiest; left out: as its windows were seen to be. */
    expectedCallsPerSecond: z.number().positive().max(10_000).optional(),
    /** What the reconciler does where the share of the rate limit cannot hold the RPO: refuse to start, or say so and run all the same. */
    rpoRefusal: z.enum(['refuse', 'warn']).default('refuse'),
    /** Exotel's TimeLimit: no call is longer (contract §3). Every deadline derives from it. */
    maximumCallSeconds: z.int().positive().default(14_400),
    /** How long after a call ends its row may still appear or change. */
    settleSeconds: z.int().nonnegative().default(600),
    /** After a window's end, before a scan can make it provisional. */
    provisionalSettleSeconds: z.int().nonnegative().default(60),
    /** Two equal complete scans at least this far apart make a window final. */
    finalScansApartSeconds: z.int().nonnegative().default(600),
    /** When the trailing lane looks at a window, relative to the window's end. Negative: while it is still open. */
    trailingPassSeconds: z.array(z.int()).min(1).default([-60, 120]),
    /** How often the ages behind the last trailing pass, up to the longest call's, are swept for calls that have ended since. */
    sweepEverySeconds: z.int().positive().default(300),
    /** How late after a call's end its row is expected in the list. What is found by when rests on it; what is proven never does. */
    listLagSeconds: z.int().nonnegative().default(120),
    /** How many days back Exotel answers (contract §7: six months). What is older and not final is a gap. */
    historyDays: z.int().positive().max(3_650).default(180),
    /** An expected webhook that is not here this long after the call ended is judged missing, unless its rule gives it another time. */
    webhookGraceSeconds: z.int().nonnegative().default(60),
    /** Hosts that may be asked by HEAD whether a recording is there, `*.` for all below a name. None: no recording is asked for. */
    recordingHosts: z
      .array(z.string().regex(/^(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/, { error: 'must be host names such as recordings.exotel.com or *.exotel.com' }))
      .max(32)
      .default([]),
    /** Which calls should have had which webhooks; first match wins, and after these come the defaults by kind of call. */
    coverage: CoverageConfig.default([]),
  })
  .refine((account) => (account.baseUrl === undefined) !== (account.cluster === undefined), { error: 'exactly one of baseUrl and cluster is needed' })
  .refine((account) => account.historyDays * 86_400 > account.maximumCallSeconds + account.settleSeconds + account.finalScansApartSeconds + 300, {
    error: 'historyDays must be longer than a window takes to become final: maximumCallSeconds, settleSeconds and finalScansApartSeconds together, and its five minutes',
  })
export type AccountConfig = z.infer<typeof AccountConfig>

export const AccountsFile = z
  .strictObject({ accounts: z.array(AccountConfig).min(1).max(1_000) })
  .refine((file) => new Set(file.accounts.map((account) => account.sid)).size === file.accounts.length, { error: 'two accounts have the same sid' })
export type AccountsFile = z.infer<typeof AccountsFile>

/** The account's REST address without a trailing slash. */
export const baseUrlOf = (account: Pick<AccountConfig, 'baseUrl' | 'cluster'>): string => (account.baseUrl ?? CLUSTER_URLS[account.cluster ?? 'mumbai']).replace(/\/+$/, '')
