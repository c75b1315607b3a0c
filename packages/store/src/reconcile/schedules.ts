import type { LaneGroup } from '@rollcall/domain/schedule/lane'
import type { SlotTally } from '@rollcall/domain/schedule/tally-slots'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** How one schedule of an account has fared, whoever ran for it. Times are epoch milliseconds; counts are since it was first seen. */
export interface ScheduleRow {
  readonly group: LaneGroup
  readonly expression: string
  /** The latest slot that is accounted for, and the one after it. */
  readonly lastSlot: Instant
  readonly nextSlot: Instant
  readonly onTime: number
  readonly late: number
  readonly coalesced: number
  readonly missed: number
  /** By how much the last late run was late; null where none ever was. */
  readonly lastLateMs: number | null
  /** The latest stretch of missed slots. */
  readonly missedFrom: Instant | null
  readonly missedTo: Instant | null
}

/** The schedules that ever ran for the account, by group. */
export const readSchedules = async (db: Queryable, account: string): Promise<readonly ScheduleRow[]> => {
  const { rows } = await db.query<{
    lane_group: LaneGroup
    expression: string
    last_slot: Date
    next_slot: Date
    on_time: string
    late: string
    coalesced: string
    missed: string
    last_late_ms: string | null
    missed_from: Date | null
    missed_to: Date | null
  }>(
    `SELECT lane_group, expression, last_slot, next_slot, on_time, late, coalesced, missed, last_late_ms, missed_from, missed_to
     FROM rollcall.schedules WHERE account = $1 ORDER BY array_position(ARRAY['rpo', 'closing', 'history'], lane_group)`,
    [account],
  )
  return rows.map((row) => ({
    group: row.lane_group,
    expression: row.expression,
    lastSlot: row.last_slot.getTime(),
    nextSlot: row.next_slot.getTime(),
    onTime: Number(row.on_time),
    late: Number(row.late),
    coalesced: Number(row.coalesced),
    missed: Number(row.missed),
    lastLateMs: row.last_late_ms === null ? null : Number(row.last_late_ms),
    missedFrom: row.missed_from?.getTime() ?? null,
    missedTo: row.missed_to?.getTime() ?? null,
  }))
}

/** Adds what became of slots. A schedule that another host has accounted for further stays there. */
export const saveSlots = async (
  db: Queryable,
  account: string,
  { group, expression, lastSlot, nextSlot, tally }: Pick<ScheduleRow, 'group' | 'expression' | 'lastSlot' | 'nextSlot'> & { readonly tally: SlotTally },
): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.schedules AS s (account, lane_group, expression, last_slot, next_slot, on_time, late, coalesced, missed, last_late_ms, missed_from, missed_to)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (account, lane_group) DO UPDATE SET
       expression = excluded.expression, last_slot = greatest(s.last_slot, excluded.last_slot), next_slot = greatest(s.next_slot, excluded.next_slot),
       on_time = s.on_time + excluded.on_time, late = s.late + excluded.late, coalesced = s.coalesced + excluded.coalesced, missed = s.missed + excluded.missed,
       last_late_ms = coalesce(excluded.last_late_ms, s.last_late_ms),
       missed_from = coalesce(excluded.missed_from, s.missed_from), missed_to = coalesce(excluded.missed_to, s.missed_to)`,
    [
      account,
      group,
      expression,
      new Date(lastSlot),
      new Date(nextSlot),
      tally.onTime,
      tally.late,
      tally.coalesced,
      tally.missed,
      tally.lateMs,
      tally.missedSpan === null ? null : new Date(tally.missedSpan.from),
      tally.missedSpan === null ? null : new Date(tally.missedSpan.to),
    ],
  )
}
