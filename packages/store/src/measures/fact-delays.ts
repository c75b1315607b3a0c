import type { Milestone } from '@rollcall/domain/call/record'
import { laneSql } from './lane-of.ts'

const TOLD: Readonly<Record<Milestone, { readonly at: string; readonly by: string; readonly from: string; readonly chase: string }>> = {
  ended: { at: 'c.ended_told_at', by: 'c.ended_told_by', from: 'c.ended_at', chase: '' },
  recorded: {
    at: 'c.recording_told_at',
    by: 'c.recording_told_by',
    from: 'greatest(c.ended_at, h.without_at)',
    chase: `LEFT JOIN rollcall.chases h ON h.account = c.account AND h.call_sid = c.call_sid AND h.why = 'recording'`,
  },
}

/**
 * One row per durable fact of a confirmed call, as SQL: `told_at`, `seconds` after it became true, and `how` it came. `$1` is the account; `where`
 * narrows the calls, `c`. Measured is only a call whose end is known: without it there is nothing to measure from.
 */
export const factDelaysSql = (milestone: Milestone, where: string): string => {
  const { at, by, from, chase } = TOLD[milestone]
  const scanId = `CASE WHEN ${by} = 'poll' THEN (SELECT o.scan_id FROM projection.observations o
       WHERE o.account = c.account AND o.call_sid = c.call_sid AND o.received_at = ${at} AND o.surface = 'call-list' ORDER BY o.log_offset LIMIT 1) END`
  return `SELECT d.told_at, d.seconds, ${laneSql('d.source', 'd.scan_id')} AS how
    FROM (SELECT ${at} AS told_at, greatest(0, extract(epoch FROM ${at} - ${from})) AS seconds, ${by} AS source, ${scanId} AS scan_id
          FROM projection.calls c ${chase} WHERE c.account = $1 AND c.verified AND ${at} IS NOT NULL AND c.ended_at IS NOT NULL AND ${where}) d`
}

/** The column by which the calls are found whose fact became durable in some time. */
export const toldAtColumn = (milestone: Milestone): string => TOLD[milestone].at
