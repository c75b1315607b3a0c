import type { DeadLetterRow, ObservationRow } from '../projection/batch.ts'
import { type Column, givenRows, names, parameters, values } from '../projection/column.ts'
import { DEAD_LETTER_COLUMNS } from '../projection/insert-dead-letters.ts'
import { OBSERVATION_COLUMNS } from '../projection/insert-observations.ts'
import type { Queryable } from '../queryable.ts'
import type { Offsets, Place } from './read-observations-outside.ts'

/** What an account's records at these offsets of a partition say. */
export interface ToldRecords extends Offsets {
  readonly partition: number
  readonly account: string
  readonly observations: readonly ObservationRow[]
  readonly deadLetters: readonly DeadLetterRow[]
  /** Nothing is compared of these. */
  readonly leftOut: readonly bigint[]
}

/** Whatever is kept at their places, and of this account at these offsets, on both sides as Postgres writes it. */
const unlike = <Row>(table: string, columns: readonly Column<Row>[]): string => {
  const parameter = (nth: number): string => `$${columns.length + nth}`
  return `SELECT coalesce(g.log_offset, s.log_offset) AS log_offset
    FROM (SELECT given.log_offset, ROW(${values(columns)})::text AS said FROM ${givenRows(columns)}) g
    FULL JOIN (SELECT log_offset, ROW(${names(columns)})::text AS said FROM projection.${table}
      WHERE partition = ${parameter(1)} AND log_offset >= ${parameter(2)} AND log_offset < ${parameter(3)} AND log_offset <> ALL (${parameter(4)}::bigint[])
        AND (account = ${parameter(5)} OR log_offset = ANY ($1::bigint[]))) s ON s.log_offset = g.log_offset
    WHERE g.said IS DISTINCT FROM s.said ORDER BY 1`
}
const UNLIKE_OBSERVATIONS = unlike('observations', OBSERVATION_COLUMNS)
const UNLIKE_LETTERS = unlike('dead_letters', DEAD_LETTER_COLUMNS)

/** Offsets of records whose observation or dead letter is not kept as the log has it. */
export const readUnlikeRecords = async (db: Queryable, told: ToldRecords): Promise<readonly bigint[]> => {
  const { partition, from, to, account, observations, deadLetters, leftOut } = told
  const where = [partition, from.toString(), to.toString(), leftOut.map(String), account]
  const unlikeObservations = await db.query<{ log_offset: bigint }>(UNLIKE_OBSERVATIONS, [...parameters(OBSERVATION_COLUMNS, observations), ...where])
  const unlikeLetters = await db.query<{ log_offset: bigint }>(UNLIKE_LETTERS, [...parameters(DEAD_LETTER_COLUMNS, deadLetters), ...where])
  return [...unlikeObservations.rows, ...unlikeLetters.rows].map(({ log_offset }) => log_offset)
}

/** Places of an account's observations and dead letters that a log of these ends does not have, at most `max`. */
export const readPlacesBeyond = async (db: Queryable, account: string, ends: ReadonlyMap<number, bigint>, max: number): Promise<readonly Place[]> => {
  const beyond = (table: string): string =>
    `SELECT o.partition, o.log_offset FROM unnest($2::int[], $3::bigint[]) AS e (partition, next) JOIN projection.${table} o ON o.partition = e.partition AND (o.log_offset >= e.next OR o.log_offset < 0) AND o.account = $1
     UNION ALL SELECT partition, log_offset FROM projection.${table} WHERE (partition < 0 OR partition > (SELECT max(p) FROM unnest($2::int[]) AS p)) AND account = $1`
  const { rows } = await db.query<{ partition: number; log_offset: bigint }>(`${beyond('observations')} UNION ALL ${beyond('dead_letters')} LIMIT $4`, [
    account,
    [...ends.keys()],
    [...ends.values()].map(String),
    max,
  ])
  return rows.map(({ partition, log_offset }) => ({ partition, offset: log_offset }))
}
