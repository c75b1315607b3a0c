import type { Milestone } from '@rollcall/domain/call/record'
import { laneSql } from './lane-of.ts'

const TOLD: Readonly<Record<Milestone, { readonly at: string; readonly by: string; readonly from: string; readonly chase: string }>> = {
  ended: { at: 'c.ended_told_at', by: 'c.ended_told_by', from: 'c.ended_at', chase: '' },
  recorded: {
    at: 'c.recording_told_at',
    by: 'c.recording_told_by',
    from: 'greatest(c.ended_at, h.without_at)',
    chase: `LEFT JOIN rollcall.chases h ON h.account = $1 AND h.call_sid = c.call_sid AND h.why = 'recording'`,
  },
}

/**
 * The durable facts of confirmed calls, as common table expressions that end in `delays (fact, told_at, micros, how)`: when each was told, how many microseconds
 * after it became true, and how it came. `$1` is the account; `where` narrows the calls, `c`. Measured is only a call whose end is known: without it there is nothing to
 * measure from.
 */
export const factDelaysSql = (milestones: readonly Milestone[], where: string): string =>
  // Read once, and by columns of calls_created alone: of a day no row is looked up. How a fact came is asked once for each read that told of any.
  `confirmed AS MATERIALIZED (
    SELECT call_sid, ended_at, ended_told_at, ended_told_by, recording_told_at, recording_told_by FROM projection.calls c WHERE account = $1 AND verified AND ended_at IS NOT NULL AND ${where}
  ), facts AS MATERIALIZED (
    ${milestones.map(factsOf).join(' UNION ALL ')}
  ), listed AS MATERIALIZED (
    SELECT DISTINCT ON (o.call_sid, moment.told_at) o.call_sid, moment.told_at, o.scan_id
    FROM (SELECT DISTINCT told_at FROM facts WHERE source = 'poll') moment
    CROSS JOIN LATERAL (SELECT call_sid, log_offset, scan_id FROM projection.observations WHERE account = $1 AND received_at = moment.told_at AND surface = 'call-list' OFFSET 0) o
    ORDER BY o.call_sid, moment.told_at, o.log_offset
  ), lanes AS MATERIALIZED (
    SELECT reads.scan_id, ${laneSql(`'poll'`, 'reads.scan_id')} AS lane FROM (SELECT DISTINCT scan_id FROM listed WHERE scan_id IS NOT NULL) AS reads
  ), delays AS (
    SELECT fact, told_at, micros, source AS how FROM facts WHERE source IN ('webhook', 'lookup')
    UNION ALL SELECT f.fact, f.told_at, f.micros, coalesce(lanes.lane, 'unknown') AS how
    FROM facts f LEFT JOIN listed l ON f.source = 'poll' AND l.call_sid = f.call_sid AND l.told_at = f.told_at LEFT JOIN lanes ON lanes.scan_id = l.scan_id
    WHERE f.source IS NULL OR f.source NOT IN ('webhook', 'lookup')
  )`

const factsOf = (milestone: Milestone): string => {
  const { at, by, from, chase } = TOLD[milestone]
  return `SELECT '${milestone}' COLLATE "C" AS fact, c.call_sid, ${at} AS told_at, greatest(0, round(date_part('epoch', ${at} - ${from}) * 1e6)::bigint) AS micros, ${by} COLLATE "C" AS source FROM confirmed c ${chase} WHERE ${at} IS NOT NULL`
}

/** The column by which the calls are found whose fact became durable in some time. */
export const toldAtColumn = (milestone: Milestone): string => TOLD[milestone].at
