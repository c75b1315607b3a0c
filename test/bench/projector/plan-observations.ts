import { hash } from 'node:crypto'
import { INDIA_UTC_OFFSET_MINUTES, type Observation } from '@rollcall/contracts/observation'
import { callRow } from '@rollcall/exotel-simulator/api/call-row'
import { createCallSource } from '@rollcall/exotel-simulator/calls/call-source'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'
import { TrafficPlan } from '@rollcall/exotel-simulator/traffic-plan'
import { WebhookFaults } from '@rollcall/exotel-simulator/webhook-faults'
import { webhookRequest } from '@rollcall/exotel-simulator/webhooks/webhook-request'
import { v7 as uuidv7 } from 'uuid'

const ACCOUNT = 'bench'
const SEED = 20_260_101
const CALLS_BEGIN_AT = Date.UTC(2026, 0, 1)
const CALLS_PER_SECOND = 50
/** Roughly when the scans of a window read a call's row: soon after it ended, and when it is final. */
const FIRST_SCAN_MS = 60_000
const FINAL_SCAN_MS = 15_000_000

/**
 * Observations of simulated calls in the order they would reach the log, at least `count`, about 2.5 a call: callbacks in every encoding, some
 * twice, some late, and the API's rows of every call. The same each time, ids apart.
 */
export const planObservations = (count: number): readonly Observation[] => {
  const traffic = TrafficPlan.parse({ callsPerSecond: CALLS_PER_SECOND, encodings: { json: 1, urlencoded: 1, multipart: 1 } })
  const faults = WebhookFaults.parse({ duplicateRate: 0.05, dropRate: 0.05, reorderRate: 0.05 })
  const source = createCallSource({ seed: SEED, account: ACCOUNT, traffic, faults })
  source.begin(CALLS_BEGIN_AT)
  const observations: Observation[] = []
  while (observations.length < count) {
    const call = source.take()
    observations.push(...call.webhooks.flatMap((webhook) => deliveries(call, webhook)))
    observations.push(row(call, call.visible.hungUpAt + FIRST_SCAN_MS))
    // The final scan finds the row as it was, unless it changed; only a changed one is appended again.
    if (call.visible.settledFrom > call.visible.hungUpAt + FIRST_SCAN_MS || call.seq % 3 === 0) observations.push(row(call, call.visible.hungUpAt + FINAL_SCAN_MS))
  }
  return observations.sort((a, b) => a.receivedAt - b.receivedAt)
}

const deliveries = (call: LedgerCall, webhook: LedgerWebhook): readonly Observation[] => {
  if (webhook.faults.includes('drop')) return []
  const { method, surface, query, contentType, body } = webhookRequest(call, webhook)
  return [webhook.dueAt, ...(webhook.duplicateDueAt === null ? [] : [webhook.duplicateDueAt])].map((receivedAt) =>
    observation(call, receivedAt, { surface, source: '/rollcall/ingest/bench/0', method, query: query === '' ? null : query, contentType }, body ?? ''),
  )
}

const row = (call: LedgerCall, now: number): Observation =>
  observation(
    call,
    now,
    { surface: 'call-list', source: '/rollcall/reconciler/bench', method: null, query: null, contentType: 'application/json', scanId: 'bench', leaseEpoch: 1n },
    JSON.stringify(callRow(call, { account: ACCOUNT, now, shape: 'list', details: true })),
  )

const observation = (
  call: LedgerCall,
  receivedAt: number,
  how: Pick<Observation, 'surface' | 'source' | 'method' | 'query' | 'contentType'> & Partial<Pick<Observation, 'scanId' | 'leaseEpoch'>>,
  text: string,
): Observation => {
  const payload = Buffer.from(text)
  return {
    id: uuidv7({ msecs: receivedAt }),
    account: ACCOUNT,
    callSid: call.callSid,
    receivedAt,
    scanId: null,
    leaseEpoch: null,
    ...how,
    payloadSha256: hash('sha256', payload),
    traceparent: null,
    utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
    payload,
  }
}
