/** What happens to webhooks on a day with every kind of loss, and beside the log: what ingest tells of itself, what an operator releases, what the audit service counts. */
import { createHash } from 'node:crypto'
import { createDayMeasurer, type DayMeasurer } from '@rollcall/audit/keep/measure-days'
import { HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import type { LogRecord } from '@rollcall/event-log/event-log'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'
import { replayDeadLetters } from '@rollcall/projector/replay-dead-letters'
import { addRefusals } from '@rollcall/store/ingest-hosts/add-refusals'
import type { Pool } from '@rollcall/store/pool'
import { type Arrivals, arrive, deliveryRecord } from '../reconcile/arrivals.ts'
import type { World } from '../reconcile/simulate-run.ts'
import type { Happening } from '../reconcile/simulated-time.ts'
import type { Surroundings } from '../reconcile/surroundings.ts'
import { type Arrival, arrivalsOf } from './fates.ts'
import type { DayPlan } from './plan-day.ts'
import { createStaleWatch } from './watch-stale.ts'

export interface DayWorld extends World {
  /** The audit service's own, which has counted all along. */
  readonly measurer: () => DayMeasurer
  /** Days whose measures stayed behind, in words. */
  readonly stale: readonly string[]
  /** How many dead letters were released. */
  readonly released: () => number
}

/** The day's measures are counted so often; a service does so every few minutes. */
const MEASURED_EVERY_MS = 2 * HOUR
/** By then all windows are final, and only what changes late does. */
const QUIET_AFTER_MS = 6 * HOUR
/** A host may say that it has drained less than it has. Between two of its words time passes, and what it said grows with it. */
const DRAINED_MARGIN_MS = HOUR

export const createDayWorld = ({ pool, log, projector }: Surroundings, plan: DayPlan): DayWorld => {
  const misread: { readonly call: LedgerCall; readonly webhook: LedgerWebhook; readonly at: Instant }[] = []
  const turnedAway = plan.calls
    .flatMap(({ webhooks }) => webhooks.flatMap((webhook) => (plan.fates.get(webhook) === 'turned-away' ? [webhook.dueAt] : [])))
    .toSorted((a, b) => a - b)
  let measuredAt = Number.NEGATIVE_INFINITY
  let released: number | null = null
  let clock = plan.start
  const measurer = createDayMeasurer(pool, () => clock)
  const { look, stale } = createStaleWatch(pool, plan.account)

  const arrivalHappenings = (arrived: Arrivals, call: LedgerCall, webhook: LedgerWebhook, { receivedAt, loggedAt, as }: Arrival): readonly Happening[] => {
    let held: LogRecord | null = null
    const receive = (): void => {
      const record = spoilt(deliveryRecord(plan.account, call, webhook, receivedAt, as === 'nameless' ? null : call.callSid), call, as)
      const isRead = as === 'whole'
      if (!isRead) projector.letters.set(record.headers.ce_id ?? '', as === 'misread' ? 'misread' : 'broken')
      if (as === 'misread') misread.push({ call, webhook, at: receivedAt })
      if (isRead) arrive(arrived, call, webhook, record, receivedAt)
      if (isRead && loggedAt > receivedAt) {
        held = record
        arrived.records.pop()
      }
      if (!isRead) arrived.records.push(record)
    }
    const drain = (): void => {
      if (held !== null) arrived.records.push(held)
    }
    return [{ at: receivedAt, happen: receive }, ...(loggedAt > receivedAt ? [{ at: loggedAt, happen: drain }] : [])]
  }

  const release = async (arrived: Arrivals): Promise<void> => {
    released = 0
    for await (const { outcome } of replayDeadLetters(log, pool, { reason: 'ce_utcoffset' }, new AbortController().signal)) if (outcome === 'replayed') released += 1
    for (const { call, webhook, at } of misread) arrived.at.set(`${call.callSid} ${webhook.event}`, at)
  }

  return {
    measurer: () => measurer,
    stale,
    released: () => released ?? 0,
    happenings: (arrived) =>
      [...plan.calls, ...plan.forged].flatMap((call) =>
        call.webhooks.flatMap((webhook) =>
          arrivalsOf(plan.fates.get(webhook) ?? 'kept', call, webhook, plan).flatMap((arrival) => arrivalHappenings(arrived, call, webhook, arrival)),
        ),
      ),
    async beside(arrived, now) {
      clock = now
      for (let at = turnedAway[0]; at !== undefined && at <= now; at = turnedAway[0]) {
        turnedAway.shift()
        await addRefusals(pool, [{ account: plan.account, minute: Math.floor(at / MINUTE) * MINUTE, reason: 'spool-full', count: 1 }])
      }
      await tellOfSpool(pool, plan, now)
      if (released === null && now >= plan.releasedAt) await release(arrived)
      if (now < measuredAt + MEASURED_EVERY_MS) return
      measuredAt = now
      await measurer.measureOnce(new AbortController().signal)
      if (now >= plan.trafficTo + QUIET_AFTER_MS) await look()
    },
  }
}

const spoilt = (record: LogRecord, { callSid }: LedgerCall, as: Arrival['as']): LogRecord => {
  if (as !== 'cut-off' && as !== 'nameless') return record
  const value = Buffer.from(as === 'nameless' ? '{"Status":"completed"}' : `{"CallSid":"${callSid}","Status":"comp`)
  return { ...record, value, headers: { ...record.headers, 'content-type': 'application/json', ce_sha256: createHash('sha256').update(value).digest('hex') } }
}

/** By the database's time, which is not the run's: how long ago is what counts. */
const tellOfSpool = async (pool: Pool, { account, spooledFrom, drainedAt }: DayPlan, now: Instant): Promise<void> => {
  // Early rather than late: what is asked for next may be after the first webhook was spooled.
  const holds = now >= spooledFrom - DRAINED_MARGIN_MS / 2 && now < drainedAt
  await pool.query(
    `INSERT INTO rollcall.ingest_hosts (instance, spool, host, state, seen_at, drained_to, spool_records, spool_bytes)
     VALUES ($1, '0', 'simulated', $2, clock_timestamp(), clock_timestamp() - $3 * interval '1 millisecond', $4, 0)
     ON CONFLICT (instance, spool) DO UPDATE SET state = excluded.state, seen_at = excluded.seen_at, drained_to = excluded.drained_to, spool_records = excluded.spool_records`,
    [account, holds ? 'running' : 'stopped', Math.max(0, now - Math.min(now, spooledFrom) + DRAINED_MARGIN_MS), holds ? 1 : 0],
  )
}
