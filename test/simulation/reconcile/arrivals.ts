import { createHash, randomUUID } from 'node:crypto'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import type { Instant } from '@rollcall/domain/time'
import type { LogRecord } from '@rollcall/event-log/event-log'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'
import { webhookRequest } from '@rollcall/exotel-simulator/webhooks/webhook-request'
import type { RunPlan, Span } from './plan-run.ts'
import type { Happening } from './simulated-time.ts'

export interface Arrivals {
  /** On their way into the log. */
  readonly records: LogRecord[]
  /** When, truly, each event of a call first arrived. */
  readonly at: Map<string, Instant>
}

export const arrive = (arrived: Arrivals, call: LedgerCall, webhook: LedgerWebhook, record: LogRecord, at: Instant): void => {
  arrived.records.push(record)
  const name = `${call.callSid} ${webhook.event}`
  if (!arrived.at.has(name)) arrived.at.set(name, at)
}

export const isWithin = (spans: readonly Span[], at: Instant): boolean => spans.some(({ from, to }) => at >= from && at < to)

/** When a webhook and its copy arrive: never where it was dropped, or sent while nothing came through. */
export const arrivals = (plan: RunPlan, call: LedgerCall, webhook: LedgerWebhook, take: (record: LogRecord, at: Instant) => void, ours: () => Instant): readonly Happening[] => {
  if (webhook.faults.includes('drop')) return []
  return [webhook.dueAt, webhook.duplicateDueAt].flatMap((at) =>
    at === null || isWithin(plan.blackouts, at) ? [] : [{ at, happen: () => take(deliveryRecord(plan.account, call, webhook, ours()), at) }],
  )
}

/** As ingest appends it. @param callSid as ingest recognised it in the body; null where it could not */
export const deliveryRecord = (account: string, call: LedgerCall, webhook: LedgerWebhook, receivedAt: Instant, callSid: string | null = call.callSid): LogRecord => {
  const { surface, method, query, contentType, body } = webhookRequest(call, webhook)
  const payload = Buffer.from(body ?? '')
  return toLogRecord({
    id: randomUUID(),
    account,
    surface: surface as 'status-callback',
    callSid,
    receivedAt,
    source: '/rollcall/ingest/simulation/0',
    method,
    query: query === '' ? null : query,
    contentType,
    scanId: null,
    leaseEpoch: null,
    payloadSha256: createHash('sha256').update(payload).digest('hex'),
    traceparent: null,
    utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
    payload,
  })
}
