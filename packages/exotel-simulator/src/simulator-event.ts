import type { CallKind } from './calls/call-kind.ts'
import type { NoticeEvent, WebhookEvent, WebhookOutcome } from './calls/ledger-call.ts'
import type { Instant } from './clock/simulator-clock.ts'

/** What a live view shows as it happens; `at` is the simulator's clock. */
export type SimulatorEvent =
  | { readonly type: 'call-began'; readonly at: Instant; readonly account: string; readonly callSid: string; readonly kind: CallKind }
  | (Settled & { readonly type: 'webhook-settled'; readonly callSid: string; readonly event: WebhookEvent })
  | (Settled & { readonly type: 'notice-settled'; readonly event: NoticeEvent })

interface Settled {
  readonly at: Instant
  readonly account: string
  readonly outcome: Exclude<WebhookOutcome, 'pending'>
  /** The second copy of a webhook duplicated on purpose. */
  readonly duplicate: boolean
}
