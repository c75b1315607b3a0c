import { MILESTONES, type Milestone } from '@rollcall/domain/call/record'
import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import type { Queryable } from '../queryable.ts'
import { factDelaysSql } from './fact-delays.ts'
import type { MeasuredRange } from './range.ts'

/** How soon facts of one kind were durable. */
export interface Delays {
  readonly facts: number
  /** Within the objective, and within the recovery point objective itself. */
  readonly withinObjective: number
  readonly withinRpo: number
  /** Seconds, nearest rank; null where there is no fact. */
  readonly p50Seconds: number | null
  readonly p99Seconds: number | null
  readonly maxSeconds: number | null
}

/** When was each fact durable? Of calls that the API has confirmed; what only webhooks claim is not measured. */
export interface Timeliness {
  /** From a call's end until we held that it had ended. */
  readonly ended: Delays
  readonly endedBy: Readonly<Record<string, Delays>>
  /** Confirmed calls of which the moment of their end is not known (yet). */
  readonly endUnknown: number
  /** From when the API last showed the call without its recording, or else from its end, until we held the reference. */
  readonly recorded: Delays
  readonly recordedBy: Readonly<Record<string, Delays>>
  /** Calls that are still asked for because their recording may come. */
  readonly recordingsAwaited: number
}

export const readTimeliness = async (db: Queryable, account: string, range: MeasuredRange): Promise<Timeliness> => {
  const values = [account, new Date(range.from), new Date(range.to)]
  const delays = await readDelays(db, values)
  const { rows } = await db.query<{ unknown: string; awaited: string }>(
    `SELECT count(*) FILTER (WHERE c.ended_told_at IS NULL OR c.ended_at IS NULL) AS unknown, count(h.call_sid) AS awaited
     FROM projection.calls c LEFT JOIN rollcall.chases h ON h.account = c.account AND h.call_sid = c.call_sid AND h.why = 'recording' AND h.outcome IS NULL
     WHERE c.account = $1 AND c.verified AND ${CREATED}`,
    values,
  )
  return {
    ended: delays.ended.all,
    endedBy: delays.ended.by,
    endUnknown: Number(rows[0]?.unknown ?? 0),
    recorded: delays.recorded.all,
    recordedBy: delays.recorded.by,
    recordingsAwaited: Number(rows[0]?.awaited ?? 0),
  }
}

const CREATED = 'c.created_at >= $2 AND c.created_at < $3'

interface Row {
  readonly fact: Milestone
  /** Null: all of them. */
  readonly how: string | null
  readonly facts: string
  readonly objective: string
  readonly rpo: string
  readonly p50: number | null
  readonly p99: number | null
  readonly max: number | null
}

const { ended: ENDED, recorded: RECORDED } = OBJECTIVES
/** What a delay may be at most, by its fact. */
const bound = (endedMs: number, recordedMs: number): string => `micros <= CASE fact WHEN 'ended' THEN ${endedMs * 1_000} ELSE ${recordedMs * 1_000} END`

const readDelays = async (db: Queryable, values: readonly unknown[]) => {
  const { rows } = await db.query<Row>(
    `WITH ${factDelaysSql(MILESTONES, CREATED)}
     SELECT fact, how, count(*) AS facts, count(*) FILTER (WHERE ${bound(ENDED.withinMs, RECORDED.withinMs)}) AS objective,
            count(*) FILTER (WHERE ${bound(ENDED.neverAboveMs, RECORDED.neverAboveMs)}) AS rpo,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY micros) / 1e6::float8 AS p50, percentile_disc(0.99) WITHIN GROUP (ORDER BY micros) / 1e6::float8 AS p99, max(micros) / 1e6::float8 AS max
     FROM delays GROUP BY GROUPING SETS ((fact, how), (fact)) ORDER BY fact, how NULLS FIRST`,
    [...values],
  )
  const of = (milestone: Milestone) => {
    const [all, ...by] = rows
      .filter(({ fact }) => fact === milestone)
      .map(({ how, facts, objective, rpo, p50, p99, max }): readonly [string | null, Delays] => [
        how,
        { facts: Number(facts), withinObjective: Number(objective), withinRpo: Number(rpo), p50Seconds: p50, p99Seconds: p99, maxSeconds: max },
      ])
    return { all: all?.[1] ?? NONE, by: Object.fromEntries(by) as Readonly<Record<string, Delays>> }
  }
  return { ended: of('ended'), recorded: of('recorded') }
}

const NONE: Delays = { facts: 0, withinObjective: 0, withinRpo: 0, p50Seconds: null, p99Seconds: null, maxSeconds: null }
