/** What Rollcall tells of a span, in each way there is, in the ledger's words. A figure that a way does not tell is absent. */
import type { AnswerDeps } from '@rollcall/audit/answers/answer-deps'
import { answerCompleteness, answerDays, answerMeasures } from '@rollcall/audit/answers/measures'
import { answerDay, answerWindow } from '@rollcall/audit/answers/windows'
import type { Completeness as AnsweredCompleteness, Delays as AnsweredDelays, WebhookYield as AnsweredYield } from '@rollcall/contracts/audit-api/measures'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import type { Pool } from '@rollcall/store/pool'
import type { MeasuresCommand } from './measures-command.ts'
import type { TrueFigures } from './true-day.ts'

/** One figure of the truth may be told of as between two. */
export type ToldFigures = Partial<Record<Exclude<keyof TrueFigures, 'recordedWithinRpoLeast' | 'recordedWithinRpoMost'> | 'recordedWithinRpo', number | null>>

type Closed = Pick<AnsweredCompleteness, 'closed'> & { readonly byState: { readonly gap?: { readonly listed: number } | undefined } }

const completenessOf = ({ closed: { listed, exact, unlisted, claims }, byState }: Closed): ToldFigures => ({ listed, exact, unlisted, claims, gapListed: byState.gap?.listed ?? 0 })

const yieldOf = ({ expected, arrived, late, missing, pending, missingBy, callsNotExpected }: AnsweredYield): ToldFigures => ({
  expected,
  arrived,
  late,
  missing,
  pending,
  callsNotExpected,
  neverArrived: missingBy['never-arrived'] ?? 0,
  refused: missingBy.refused ?? 0,
  quarantined: missingBy.quarantined ?? 0,
})

const endsOf = ({ facts, withinObjective, withinRpo, p50Seconds, p99Seconds, maxSeconds }: AnsweredDelays): ToldFigures => ({
  ended: facts,
  endedWithinObjective: withinObjective,
  endedWithinRpo: withinRpo,
  endedP50Seconds: p50Seconds,
  endedP99Seconds: p99Seconds,
  endedMaxSeconds: maxSeconds,
})

interface Timeliness {
  readonly ended: AnsweredDelays
  readonly endedBy: Readonly<Record<string, AnsweredDelays>>
  readonly endUnknown: number
  readonly recorded: AnsweredDelays
}

const timelinessOf = ({ ended, endedBy, endUnknown, recorded }: Timeliness): ToldFigures => ({
  ...endsOf(ended),
  endUnknown,
  endedByWebhook: endedBy.webhook?.facts ?? 0,
  recorded: recorded.facts,
  recordedWithinRpo: recorded.withinRpo,
})

type Asked<Handler extends (...args: never[]) => unknown> = Parameters<Handler>[1]
const depsOf = (pool: Pool): AnswerDeps => ({ pool }) as AnswerDeps

/** By the API, all three measures of one span. */
export const byApi = async (pool: Pool, account: string, { from, to }: Window): Promise<ToldFigures> => {
  const query = { from: canonicalTime(from), to: canonicalTime(to) }
  const { completeness, timeliness, webhooks } = await answerMeasures(depsOf(pool), { params: { account }, query } as unknown as Asked<typeof answerMeasures>)
  return { ...completenessOf(completeness), ...timelinessOf(timeliness), ...yieldOf(webhooks) }
}

/** By the API, completeness in pieces, each by its beginning. */
export const byApiInPieces = async (pool: Pool, account: string, { from, to }: Window, by: 'day' | 'hour' | 'window'): Promise<ReadonlyMap<Instant, ToldFigures>> => {
  const query = { from: canonicalTime(from), to: canonicalTime(to), by, asOf: undefined }
  const { pieces } = await answerCompleteness(depsOf(pool), { params: { account }, query } as unknown as Asked<typeof answerCompleteness>)
  return new Map(pieces.map((piece) => [Date.parse(piece.from), completenessOf(piece.completeness)]))
}

/** By `rollcall measures`. */
export const byCommand = async ({ ask }: Pick<MeasuresCommand, 'ask'>, span: Window): Promise<ToldFigures> => {
  const { completeness, timeliness, webhooks } = await ask(span)
  return { ...completenessOf(completeness), ...timelinessOf(timeliness), ...yieldOf(webhooks) }
}

/** What the page of a day shows: its three measures, and each of its windows by its beginning. */
export const byPageOfDay = async (pool: Pool, account: string, day: string): Promise<{ readonly whole: ToldFigures; readonly windows: ReadonlyMap<Instant, ToldFigures> }> => {
  const { completeness, timeliness, webhooks, windows } = await answerDay(depsOf(pool), { params: { account, day } } as unknown as Asked<typeof answerDay>)
  return {
    whole: { ...completenessOf(completeness), ...timelinessOf(timeliness), ...yieldOf(webhooks) },
    windows: new Map(windows.map((window) => [Date.parse(window.from), windowOf(window)])),
  }
}

/** What the page of a window shows in its head. */
export const byPageOfWindow = async (pool: Pool, account: string, from: Instant): Promise<ToldFigures> => {
  const { window } = await answerWindow({ ...depsOf(pool), cursors: NO_CURSORS }, { params: { account, from: canonicalTime(from) } } as unknown as Asked<typeof answerWindow>)
  return windowOf(window)
}

/** A cursor leads to further calls; here nobody follows one. */
const NO_CURSORS = { write: () => '', read: () => ({}) } as unknown as AnswerDeps['cursors']

interface WindowItem {
  readonly state: string | null
  readonly listed: number
  readonly exact: number
  readonly unlisted: number
  readonly claims: number
  readonly webhooksExpected: number
  readonly webhooksMissing: number
}

const windowOf = ({ state, listed, exact, unlisted, claims, webhooksExpected, webhooksMissing }: WindowItem): ToldFigures => {
  const ofWebhooks = { expected: webhooksExpected, missing: webhooksMissing }
  return state === 'gap' ? { gapListed: listed, ...ofWebhooks } : { listed, exact, unlisted, claims, ...ofWebhooks }
}

/** What the heat map shows of each day, such as `2026-01-15`. */
export const byHeatMap = async (pool: Pool, account: string, from: string, to: string): Promise<ReadonlyMap<string, ToldFigures>> => {
  const { days } = await answerDays(depsOf(pool), { params: { account }, query: { from, to } } as unknown as Asked<typeof answerDays>)
  return new Map(
    days.map(({ day, completeness, timeliness: { ended, recorded }, webhooks }) => [
      day,
      { ...completenessOf(completeness), ...endsOf(ended), recorded: recorded.facts, recordedWithinRpo: recorded.withinRpo, ...yieldOf(webhooks) },
    ]),
  )
}

/** By SQL, from the view of days. */
export const bySqlOfDays = async (pool: Pool, account: string): Promise<ReadonlyMap<string, ToldFigures>> => {
  const { rows } = await pool.query<ToldFigures & { day: string }>(
    `SELECT day::text AS day, calls_listed::int AS listed, calls_exact::int AS exact, calls_unlisted::int AS unlisted, calls_claimed::int AS claims,
            webhooks_expected::int AS expected, webhooks_arrived::int AS arrived, webhooks_late::int AS late, webhooks_missing::int AS missing,
            ends_measured::int AS ended, ends_within_objective::int AS "endedWithinObjective", ends_within_rpo::int AS "endedWithinRpo",
            recordings_measured::int AS recorded, recordings_within_rpo::int AS "recordedWithinRpo"
     FROM audit.completeness_daily WHERE account = $1`,
    [account],
  )
  return new Map(rows.map(({ day, ...told }) => [day, told]))
}

/** By SQL, from the views of windows and of calls and exceptions, for each window by its beginning. */
export const bySqlOfWindows = async (pool: Pool, account: string): Promise<ReadonlyMap<Instant, ToldFigures>> => {
  const { rows } = await pool.query<{ at: number; state: string; listed: number; missing: number; late: number; claims: number; ended: number }>(
    `SELECT (extract(epoch FROM w.window_from) * 1000)::float8 AS at, w.state, coalesce(w.calls_listed, 0)::int AS listed,
            count(e.*) FILTER (WHERE e.kind = 'missing-webhook')::int AS missing, count(e.*) FILTER (WHERE e.kind = 'late-webhook')::int AS late,
            count(e.*) FILTER (WHERE e.kind = 'claim')::int AS claims,
            count(DISTINCT c.call_sid) FILTER (WHERE c.verified AND c.ended_told_at IS NOT NULL AND c.ended_at IS NOT NULL)::int AS ended
     FROM audit.windows w
     LEFT JOIN audit.calls c ON c.account = w.account AND c.created_at >= w.window_from AND c.created_at < w.window_to
     LEFT JOIN audit.exceptions e ON e.account = c.account AND e.call_sid = c.call_sid
     WHERE w.account = $1 GROUP BY w.window_from, w.state, w.calls_listed`,
    [account],
  )
  return new Map(rows.map(({ at, state, listed, claims, ...told }) => [at, state === 'gap' ? { gapListed: listed, ...told } : { listed, claims, ...told }]))
}
