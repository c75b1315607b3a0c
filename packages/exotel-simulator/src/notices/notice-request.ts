import { type WebhookRequest, writeRequest } from '../webhooks/webhook-request.ts'
import { heartbeatFields } from './heartbeat-fields.ts'
import type { LedgerNotice } from './ledger-notice.ts'
import type { NoticePlan } from './notice-plan.ts'
import { smsFields } from './sms-fields.ts'

/** The webhook of a notice. */
export const noticeRequest = (notice: LedgerNotice, plan: NoticePlan, utcOffsetMinutes: number): WebhookRequest => {
  const fields = notice.kind === 'sms' ? smsFields(notice, plan.sms.shape, utcOffsetMinutes) : heartbeatFields(notice, plan.heartbeat)
  const extra = notice.webhook.faults.includes('extra-fields') ? { UnheardOf: 'simulated' } : {}
  return writeRequest(notice.webhook, { ...fields, ...extra }, { emptyParts: 'empty', boundary: 'simulated' })
}
