import { hash } from 'node:crypto'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import { type DayCheckRow, saveDayCheck } from '@rollcall/store/check/day-checks'
import type { Queryable } from '@rollcall/store/queryable'
import type { CheckedDay } from './check-day.ts'

/** One day that was checked, with when and by which chance. */
export interface Check extends CheckedDay {
  readonly id: string
  readonly seed: string | null
  readonly startedAt: Instant
  readonly endedAt: Instant
}

const APPEND_MS_MAX = 30_000

/**
 * Appends what was found to the audit topic, and then keeps it for `rollcall status`: killed in between, the record is as true as before. In the
 * topic calls are named by hash, for nobody did anything about them; the table names them, and is for the operator.
 * @throws LogUnavailableError where the record is not known to be durable; then nothing is kept
 */
export const tellCheck = async (log: Pick<EventLog, 'append'>, db: Queryable, check: Check): Promise<void> => {
  const { id, account, day, seed, startedAt, endedAt, observations, refused, told, stored, differences } = check
  const differing = differingOf(check)
  const entry = AuditEntry.parse({
    type: 'day-check',
    check: id,
    day,
    seed,
    startedAt: canonicalTime(startedAt),
    endedAt: canonicalTime(endedAt),
    read: Object.fromEntries([...check.read].map(([partition, { from, to }]) => [partition, { from: from.toString(), to: to.toString() }])),
    observations,
    refused,
    told,
    stored,
    differing,
    differences: differences.map(({ callSid, kind, columns }) => ({ callSha256: hash('sha256', `${account}|${callSid}`), kind, columns })),
  })
  const record = toAuditLogRecord({ id, account, type: entry.type, subject: subjectOf(entry), notedAt: endedAt, leaseEpoch: 0n, value: JSON.stringify(entry) })
  await log.append(AUDIT_TOPIC, [record], { deadlineMs: APPEND_MS_MAX })
  await saveDayCheck(db, rowOf(check, differing))
}

/** Unequal digests are a difference, even where it was not found in any one call. */
export const differingOf = ({ equal, differences, records }: Pick<Check, 'equal' | 'differences' | 'records'>): number =>
  equal ? 0 : Math.max(1, differences.length + records.length)

const rowOf = ({ id, account, day, seed, startedAt, endedAt, observations, refused, told, stored, differences }: Check, differing: number): DayCheckRow => ({
  id,
  account,
  day,
  seed,
  startedAt,
  endedAt,
  observations,
  refused,
  callsTold: told.calls,
  callsStored: stored.calls,
  toldSha256: told.sha256,
  storedSha256: stored.sha256,
  differing,
  differences,
})
