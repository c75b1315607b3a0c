import type { AnswerDeps } from '@rollcall/audit/answers/answer-deps'
import { answerCompleteness } from '@rollcall/audit/answers/measures'
import { createDayMeasurer } from '@rollcall/audit/keep/measure-days'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import { readDayWindows } from '@rollcall/store/audit/read-day-windows'
import { readCompleteness } from '@rollcall/store/measures/read-completeness'
import { readWebhookYield } from '@rollcall/store/measures/read-webhook-yield'
import type { Pool } from '@rollcall/store/pool'

/** Figures as they are told, all of closed windows; what a way of asking does not tell is absent. */
export interface Told {
  readonly listed: number
  readonly exact: number
  readonly expected?: number
  readonly arrived?: number
  readonly missing?: number
}

/** By the handler of the audit API, in pieces. */
export const toldByApi = async (pool: Pool, account: string, { from, to }: Window, by: 'day' | 'hour' | 'window'): Promise<ReadonlyMap<Instant, Told>> => {
  const deps = { pool } as AnswerDeps
  const query = { from: canonicalTime(from), to: canonicalTime(to), by, asOf: undefined }
  const { pieces } = await answerCompleteness(deps, { params: { account }, query } as unknown as Parameters<typeof answerCompleteness>[1])
  return new Map(pieces.map((piece) => [Date.parse(piece.from), { listed: piece.completeness.closed.listed, exact: piece.completeness.closed.exact }]))
}

/** By the windows of a day as the page shows them. */
export const toldByWindows = async (pool: Pool, account: string, day: Window): Promise<ReadonlyMap<Instant, Told>> =>
  new Map(
    (await readDayWindows(pool, account, day)).map(({ from, listed, exact, webhooksExpected, webhooksMissing }) => [
      from,
      { listed, exact, expected: webhooksExpected, missing: webhooksMissing },
    ]),
  )

/** By `rollcall measures`. */
export const toldByCommand = async (pool: Pool, account: string, range: Window): Promise<Told> => {
  const { closed } = await readCompleteness(pool, account, range)
  const { expected, arrived, missing } = await readWebhookYield(pool, account, range)
  return { listed: closed.listed, exact: closed.exact, expected, arrived, missing }
}

/** By SQL: the view of days, once the measurer has counted them. Days as `2026-01-15`. */
export const toldBySql = async (pool: Pool, account: string, now: Instant): Promise<ReadonlyMap<string, Told>> => {
  await createDayMeasurer(pool, () => now).measureOnce(new AbortController().signal)
  const { rows } = await pool.query<{ day: string; listed: number; exact: number; expected: number; arrived: number; missing: number }>(
    `SELECT day::text AS day, calls_listed::int AS listed, calls_exact::int AS exact, webhooks_expected::int AS expected, webhooks_arrived::int AS arrived, webhooks_missing::int AS missing
     FROM audit.completeness_daily WHERE account = $1`,
    [account],
  )
  return new Map(rows.map(({ day, ...told }) => [day, told]))
}
