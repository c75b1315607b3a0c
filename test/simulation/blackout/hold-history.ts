import { createHash, randomUUID } from 'node:crypto'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { contains } from '@rollcall/domain/window/window'
import type { LogRecord } from '@rollcall/event-log/event-log'
import { callRow } from '@rollcall/exotel-simulator/api/call-row'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { ensureWindows } from '@rollcall/store/reconcile/ensure-windows'
import { firstWindow } from '@rollcall/store/reconcile/first-window'
import { saveWindowScans } from '@rollcall/store/reconcile/save-window-scans'
import type { Surroundings } from '../reconcile/surroundings.ts'
import type { BlackoutPlan } from './blackout-plan.ts'

const ROWS_PER_APPEND = 5_000
const APPEND_MS_MAX = 60 * SECOND

/** As though the reconciler had always run: every call that is listed by now is held, and every window had the trailing passes that were due. */
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
  const made = plan.windows.map((window) => ({ window, state: { state: window.to <= plan.start ? 'settling' : 'open' }, reason: 'made' }) as const)
  await ensureWindows(pool, plan.account, made, plan.start)
  await saveWindowScans(pool, plan.account, [...passesMade(plan)])
}

function* passesMade(plan: BlackoutPlan) {
  for (const window of plan.windows) {
    const startedAt = plan.policy.trailingPassesMs.map((pass) => window.to + pass).findLast((at) => at <= plan.start)
    if (startedAt === undefined) continue
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
