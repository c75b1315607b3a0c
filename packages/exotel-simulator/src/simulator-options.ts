import { z } from 'zod'
import { ApiProfile } from './api/api-profile.ts'
import type { LedgerCall } from './calls/ledger-call.ts'
import type { SimulatorClock } from './clock/simulator-clock.ts'
import type { SimulatorEvent } from './simulator-event.ts'
import { TrafficPlan } from './traffic-plan.ts'
import { WebhookFaults } from './webhook-faults.ts'
import { WebhookProfile } from './webhooks/webhook-profile.ts'

/** Memory: a call with its webhooks takes about 2 kB. */
const CALLS_KEPT_DEFAULT = 100_000

const Settings = z
  .strictObject({
    /** 0: any free port. */
    port: z.int().min(0).max(65_535).default(0),
    host: z.string().min(1).default('127.0.0.1'),
    account: z.strictObject({
      sid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: '1 to 64 letters, digits, _ or - are needed' }),
      apiKey: z.string().min(1),
      apiToken: z.string().min(1),
    }),
    /** Base address of the receiver; the simulator appends /status-callback or /passthru. */
    webhookUrl: z.string().optional(),
    /** Base address of a second receiver; used by the retry profile failover-after-2 alone. */
    failoverUrl: z.string().optional(),
    /** The same seed and plan give the same calls, sids and faults. */
    seed: z.int().min(0),
    traffic: TrafficPlan.prefault({}),
    faults: WebhookFaults.prefault({}),
    webhooks: WebhookProfile.prefault({}),
    api: ApiProfile.prefault({}),
    /** 0: no limit. */
    rateLimitPerMinute: z.int().min(0).max(1_000_000).default(200),
    /** Older calls than these many are forgotten, by the ledger and by the API. */
    callsKeptMax: z.int().positive().max(10_000_000).default(CALLS_KEPT_DEFAULT),
  })
  .refine(({ traffic, callsKeptMax }) => traffic.calls === null || traffic.calls <= callsKeptMax, {
    path: ['callsKeptMax'],
    error: 'is below traffic.calls, so the ledger would forget calls of the plan: raise it or make fewer calls',
  })
  .refine(({ traffic, callsKeptMax }) => traffic.callsPerSecond * traffic.callSeconds.max <= callsKeptMax || traffic.calls !== null, {
    path: ['callsKeptMax'],
    error: 'is below traffic.callsPerSecond × traffic.callSeconds.max, so running calls would be forgotten: raise it or make fewer or shorter calls',
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
