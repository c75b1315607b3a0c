import { z } from 'zod'
import type { LedgerCall } from './calls/ledger-call.ts'
import type { SimulatorClock } from './clock/simulator-clock.ts'
import { Cluster } from './cluster.ts'
import { INDIA_OFFSET_MINUTES } from './ist-text.ts'
import { LIVE_SHAPE } from './live-settings.ts'
import { NoticePlan } from './notices/notice-plan.ts'
import { OutageList } from './outages.ts'
import type { SimulatorEvent } from './simulator-event.ts'
import { TrafficPlan } from './traffic-plan.ts'
import { WebhookProfile } from './webhooks/webhook-profile.ts'

/** Memory: a call with its webhooks takes about 2 kB. */
const CALLS_KEPT_DEFAULT = 100_000
const OFFSET_MINUTES_MAX = 840
const OTHERS_MAX = 200
const port = z.int().min(0).max(65_535).default(0)

const ACCOUNT_SHAPE = {
  account: z.strictObject({
    sid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: '1 to 64 letters, digits, _ or - are needed' }),
    apiKey: z.string().min(1),
    apiToken: z.string().min(1),
    cluster: Cluster.default('mumbai').describe('Where the account lives; the other cluster does not know it.'),
    utcOffsetMinutes: z.int().min(-OFFSET_MINUTES_MAX).max(OFFSET_MINUTES_MAX).default(INDIA_OFFSET_MINUTES).describe('Of times that are written without a zone.'),
  }),
  seed: z.int().min(0).describe('The same seed and plan give the same calls, sids and faults.'),
  traffic: TrafficPlan.prefault({}).describe('Which calls are made, and how the API shows them.'),
  webhooks: WebhookProfile.prefault({}).describe('How webhooks are written and delivered.'),
  notices: NoticePlan.prefault({}).describe('SMS callbacks and heartbeats.'),
  ...LIVE_SHAPE,
  callsKeptMax: z.int().positive().max(10_000_000).default(CALLS_KEPT_DEFAULT).describe('Older calls than these many are forgotten, by the ledger and by the API.'),
}

const remembered = <Schema extends z.ZodType<{ readonly traffic: TrafficPlan; readonly callsKeptMax: number }>>(schema: Schema) =>
  schema
    .refine(({ traffic, callsKeptMax }) => traffic.calls === null || traffic.calls <= callsKeptMax, {
      path: ['callsKeptMax'],
      error: 'is below traffic.calls, so the ledger would forget calls of the plan: raise it or make fewer calls',
    })
    .refine(({ traffic, callsKeptMax }) => traffic.callsPerSecond * traffic.callSeconds.max <= callsKeptMax || traffic.calls !== null, {
      path: ['callsKeptMax'],
      error: 'is below traffic.callsPerSecond × traffic.callSeconds.max, so running calls would be forgotten: raise it or make fewer or shorter calls',
    })

const AccountSettings = remembered(z.strictObject(ACCOUNT_SHAPE))
export type AccountSettings = z.output<typeof AccountSettings>

export const Settings = remembered(
  z.strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: port.describe('Of the cluster that the first account lives in; 0: any free one.'),
    otherPort: port.describe('Of the other cluster, where an account lives there.'),
    ...ACCOUNT_SHAPE,
    others: z.array(AccountSettings).max(OTHERS_MAX).default([]).describe('More accounts, each with settings of its own.'),
    outages: OutageList.default([]).describe('When the API or the webhooks fail.'),
  }),
).refine(({ account, others }) => new Set([account.sid, ...others.map((other) => other.account.sid)]).size === 1 + others.length, {
  path: ['others'],
  error: 'two accounts have the same sid',
})
export type SimulatorSettings = z.output<typeof Settings>

export type SimulatorOptions = z.input<typeof Settings> & {
  /** The ledger of an earlier play, oldest first: the API still knows its calls, and new ones are numbered after them, so that no sid comes twice. Webhooks that were pending are not sent any more. */
  readonly history?: readonly LedgerCall[]
  readonly clock?: SimulatorClock
  readonly onEvent?: (event: SimulatorEvent) => void
}

/** Checks what the caller gave and fills in the defaults; throws one error that names each wrong setting. */
export const readOptions = ({ clock: _clock, onEvent: _onEvent, history: _history, ...settings }: SimulatorOptions): SimulatorSettings => {
  const read = Settings.safeParse(settings)
  if (!read.success) throw new TypeError(`the simulator cannot start:\n${z.prettifyError(read.error)}`)
  return read.data
}
