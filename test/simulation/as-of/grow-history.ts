/**
 * A history that grows step by step, by the writers that Rollcall has: observations as ingest and the reconciler append them, folded by the projector's core; scans
 * and moves of windows in a transaction under a lease, told to the audit topic. Times of creation are told late, wrongly and again.
 */
import { createHash, randomUUID } from 'node:crypto'
import { INDIA_UTC_OFFSET_MINUTES, type Surface } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, type Window, windowsBetween } from '@rollcall/domain/window/window'
import { formatVendorTime } from '@rollcall/exotel/words/vendor-time'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { createAuditPublisher } from '@rollcall/reconciler/audit-publisher'
import { noteAudit } from '@rollcall/reconciler/note-audit'
import type { ReconcilerDeps, RunLease } from '@rollcall/reconciler/reconciler-deps'
import { scanMade } from '@rollcall/reconciler/scan-made'
import { writeUnderLease } from '@rollcall/reconciler/write-under-lease'
import { claimLease } from '@rollcall/store/lease'
import { type ScanRow, saveScan } from '@rollcall/store/reconcile/save-scan'
import { saveWindowScans } from '@rollcall/store/reconcile/save-window-scans'
import type { Surroundings } from '../reconcile/surroundings.ts'
import { moveWindowsTold, STATES } from './move-windows-told.ts'

/** Two days of India's meet in the middle of it. */
export const SPAN: Window = { from: Date.UTC(2026, 0, 31, 18), to: Date.UTC(2026, 0, 31, 19) }
const CALLS = 40
const STEP_MS_MAX = 4 * MINUTE
const LEASE_MS = HOUR
/** How far off a time of creation may be told: mostly not, often across the border of a window, now and then in another day. */
const OFF_BY = [0, 0, 0, 0, SECOND, -SECOND, WINDOW_MS, -2 * WINDOW_MS, 20 * MINUTE, -40 * MINUTE, 6 * HOUR] as const
const SURFACES: readonly Surface[] = ['status-callback', 'status-callback', 'popup', 'call-list', 'call-list', 'call-lookup']

export interface GrowingHistory {
  readonly account: string
  readonly now: () => Instant
  /** Something happens; what it wrote is folded, but what it told to the audit topic waits. */
  readonly step: () => Promise<void>
  /** Publishes what waits. */
  readonly publish: () => Promise<void>
}

/** @param inScan looks at it when a scan has ended and has said nothing yet */
export const growHistory = async ({ pool, log, projector }: Surroundings, seed: number, inScan: () => Promise<void>): Promise<GrowingHistory> => {
  const account = `grown-${seed}`
  const chance = createRandom(seed, 7)
  let now = SPAN.from + MINUTE
  const one = <T>(of: readonly T[]): T => of[chance.integer(0, of.length - 1)] as T
  const calls = Array.from({ length: CALLS }, (_, nth) => ({
    callSid: `call-${seed}-${nth}`,
    // Half of them begin or end a window, where a second more or less makes another.
    createdAt: chance.chance(0.5) ? SPAN.from + chance.integer(0, 11) * WINDOW_MS + one([-SECOND, 0, SECOND]) : SPAN.from + chance.integer(0, HOUR / SECOND - 1) * SECOND,
  }))
  const deps = { account, pool, log, clock: () => now } as unknown as ReconcilerDeps
  const job = `grow:${account}`
  const lease: RunLease = { job, token: (await claimLease(pool, { job, owner: 'test', ttlMs: LEASE_MS })) as bigint } as RunLease
  await pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)', [account, new Date(SPAN.from)])

  const tell = async (): Promise<void> => {
    const { callSid, createdAt } = one(calls)
    const surface = one(SURFACES)
    const isRow = surface === 'call-list' || surface === 'call-lookup'
    const text = (at: Instant): string => formatVendorTime(at, INDIA_UTC_OFFSET_MINUTES)
    // A row without a time of creation is none: the reconciler does not append it. A webhook may leave it out.
    const created = isRow || chance.chance(0.5) ? text(createdAt + one(OFF_BY)) : undefined
    const version = chance.chance(0.7) ? text(createdAt + chance.integer(0, 30) * SECOND) : undefined
    const body =
      surface === 'popup'
        ? { CallSid: callSid, Created: created, CurrentTime: version, EventType: 'dial' }
        : { [isRow ? 'Sid' : 'CallSid']: callSid, Status: one(['in-progress', 'completed']), DateCreated: created, DateUpdated: version }
    const payload = Buffer.from(JSON.stringify(surface === 'call-lookup' ? { Call: body } : body))
    const record = toLogRecord({
      id: randomUUID(),
      account,
      surface,
      callSid,
      receivedAt: now,
      source: '/rollcall/test',
      method: isRow ? null : 'POST',
      query: null,
      contentType: 'application/json',
      scanId: isRow ? randomUUID() : null,
      leaseEpoch: isRow ? lease.token : null,
      payloadSha256: createHash('sha256').update(payload).digest('hex'),
      traceparent: null,
      utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
      payload,
    })
    await log.append(OBSERVATIONS_TOPIC, [record], { deadlineMs: 30_000 })
    await projector.fold()
  }

  const someWindows = (): readonly Window[] => {
    const first = chance.integer(0, 11)
    return windowsBetween(SPAN.from + first * WINDOW_MS, SPAN.from + chance.integer(first + 1, 12) * WINDOW_MS)
  }

  /** A scan takes its time, and what it says is written only when the projector has caught up with it: it was not known when it ended. */
  const scan = async (): Promise<void> => {
    const windows = someWindows()
    const startedAt = now
    now += chance.integer(1, 20) * SECOND
    const row: ScanRow = {
      scanId: randomUUID(),
      runId: randomUUID(),
      account,
      lane: 'trailing',
      from: (windows[0] as Window).from,
      to: (windows.at(-1) as Window).to,
      startedAt,
      endedAt: now,
      outcome: 'complete',
      reason: null,
      pages: 1,
      requests: 1,
      callsListed: 0,
      digest: 'd',
      clockSkewMs: 0,
    }
    await writeUnderLease(deps, lease, async (tx) => {
      await saveScan(tx, row)
      await noteAudit(deps, tx, lease, [scanMade(row)])
    })
    for (let rows = chance.integer(0, 4); rows > 0; rows -= 1) {
      await tell()
      now += chance.integer(1, 30) * SECOND
    }
    // Killed before it concluded anything.
    if (chance.chance(0.2)) return
    await inScan()
    now += 1
    await writeUnderLease(deps, lease, (tx) =>
      saveWindowScans(
        tx,
        account,
        windows.map(({ from }) => {
          const listed = chance.integer(0, 5)
          const isWhole = chance.chance(0.7)
          return {
            windowFrom: from,
            scan: row.scanId,
            startedAt,
            digest: 'd',
            projected: isWhole,
            unresolved: 0,
            callsListed: listed,
            callsHeld: isWhole ? listed : chance.integer(0, listed),
            callsFound: 0,
          }
        }),
        now,
      ),
    )
  }

  const move = (): Promise<void> => moveWindowsTold(deps, lease, someWindows(), now, () => one(STATES))

  return {
    account,
    now: () => now,
    async step() {
      now += chance.integer(1, STEP_MS_MAX)
      const drawn = chance.unit()
      await (drawn < 0.7 ? tell() : drawn < 0.85 ? scan() : move())
    },
    publish: () => createAuditPublisher(deps, lease).publish(),
  }
}
