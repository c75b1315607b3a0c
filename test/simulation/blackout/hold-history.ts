import { createHash, randomUUID } from 'node:crypto'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { contains } from '@rollcall/domain/window/window'
import type { LogRecord } from '@rollcall/event-log/event-log'
import { callRow } from '@rollcall/exotel-simulator/api/call-row'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { firstWindow } from '@rollcall/store/reconcile/first-window'
import { saveWindowScans } from '@rollcall/store/reconcile/save-window-scans'
import type { Surroundings } from '../reconcile/surroundings.ts'
import type { BlackoutPlan } from './blackout-plan.ts'

const ROWS_PER_APPEND = 5_000
/** So long before, at the most. */
const LOOKED_AT_MS = 5 * MINUTE
const APPEND_MS_MAX = 60 * SECOND

/** As though the reconciler had always run: every call that is listed by now is held, every window had the trailing passes that were due, and older ones were looked at lately. */
export const holdHistory = async (plan: BlackoutPlan, { log, pool, projector }: Surroundings): Promise<void> => {
  const listed = plan.calls.filter(({ visible: { listedFrom } }) => listedFrom !== null && listedFrom <= plan.start)
  for (let first = 0; first < listed.length; first += ROWS_PER_APPEND) {
    await log.append(
      OBSERVATIONS_TOPIC,
      listed.slice(first, first + ROWS_PER_APPEND).map((call) => rowRecord(plan, call)),
      { deadlineMs: APPEND_MS_MAX },
    )
    await projector.fold()
  }
  const [oldest] = plan.windows
  if (oldest === undefined) return
  await firstWindow(pool, plan.account, oldest.from)
  await saveWindowScans(pool, plan.account, [...passesMade(plan)], plan.start)
  // As autovacuum has long done where rows came one by one.
  await pool.query('ANALYZE')
}

function* passesMade(plan: BlackoutPlan) {
  for (const window of plan.windows) {
    const passes = plan.policy.trailingPassesMs.map((pass) => window.to + pass)
    const passed = passes.findLast((at) => at <= plan.start)
    if (passed === undefined) continue
    const startedAt = passed === passes.at(-1) ? Math.max(passed, plan.start - LOOKED_AT_MS) : passed
    const listed = plan.calls.filter(({ truth, visible }) => contains(window, truth.createdAt) && visible.listedFrom !== null && visible.listedFrom <= startedAt).length
    yield { windowFrom: window.from, scan: randomUUID(), startedAt, digest: 'earlier', projected: true, unresolved: 0, callsListed: listed, callsHeld: listed, callsFound: 0 }
  }
}

/** As a scan appended it soon after the list showed it. */
const rowRecord = (plan: BlackoutPlan, call: LedgerCall): LogRecord => {
  const readAt = Math.min(plan.start, (call.visible.listedFrom as Instant) + MINUTE)
  const payload = Buffer.from(JSON.stringify(callRow(call, { account: plan.account, now: readAt, shape: 'list', details: false })))
  return toLogRecord({
    id: randomUUID(),
    account: plan.account,
    surface: 'call-list',
    callSid: call.callSid,
    receivedAt: readAt,
    source: '/rollcall/reconciler/simulation',
    method: null,
    query: null,
    contentType: 'application/json',
    scanId: null,
    leaseEpoch: null,
    payloadSha256: createHash('sha256').update(payload).digest('hex'),
    traceparent: null,
    utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
    payload,
  })
}
