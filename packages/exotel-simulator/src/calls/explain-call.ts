import type { ApiProfile } from '../api/api-profile.ts'
import { callRow, type RowObject } from '../api/call-row.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { type WebhookRequest, webhookRequest } from '../webhooks/webhook-request.ts'
import { type ExpectedRecord, expectedRecord } from './expected-record.ts'
import { isListed, isShown } from './is-shown.ts'
import type { LedgerCall, LedgerWebhook } from './ledger-call.ts'

/** Everything the simulator knows of one call. */
export interface ExplainedCall {
  readonly call: LedgerCall
  /** What the API shows at `at`; null where it shows nothing. */
  readonly shown: { readonly at: Instant; readonly list: RowObject | null; readonly single: RowObject | null }
  /** What each webhook says, as it goes over the wire. */
  readonly said: readonly { readonly webhook: LedgerWebhook; readonly request: WebhookRequest }[]
  readonly record: ExpectedRecord
}

export const explainCall = (call: LedgerCall, at: Instant, profile?: ApiProfile): ExplainedCall => {
  const row = (shape: 'list' | 'single') => callRow(call, { account: call.account, now: at, shape, details: shape === 'single', ...(profile === undefined ? {} : { profile }) })
  return {
    call,
    shown: { at, list: isListed(call, at) ? row('list') : null, single: isShown(call, at) ? row('single') : null },
    said: call.webhooks.map((webhook) => ({ webhook, request: webhookRequest(call, webhook) })),
    record: expectedRecord(call),
  }
}
