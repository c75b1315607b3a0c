import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { MeasuredRange } from '../measures/range.ts'
import { type JudgedWebhooks, readJudgedWebhooks } from '../measures/read-judged-webhooks.ts'
import { windowCountsSql } from '../measures/window-counts.ts'
import type { Queryable } from '../queryable.ts'

/** One window with its state and counts; the counts as in StateCompleteness. */
export interface WindowCounts {
  readonly from: Instant
  /** Null, as its reason and since, where it was not taken on or has not begun. */
  readonly state: string | null
  readonly reason: string | null
  readonly since: Instant | null
  readonly amendments: number
  readonly scans: number
  readonly listed: number
  readonly exact: number
  readonly unlisted: number
  readonly claims: number
  readonly webhooksExpected: number
  readonly webhooksMissing: number
}

interface Row extends Omit<WindowCounts, 'from' | 'since' | 'webhooksExpected' | 'webhooksMissing'> {
  readonly window_from: Date
  readonly since: Date | null
}

/** Every window of the range, in order, also where there is none yet. @param judged what was said of their webhooks, by who has read it already */
export const readDayWindows = async (db: Queryable, account: string, range: MeasuredRange, judged?: readonly JudgedWebhooks[]): Promise<readonly WindowCounts[]> => {
  const webhooks = countsOf(judged ?? (await readJudgedWebhooks(db, account, range)))
  const { rows } = await db.query<Row>(
    `WITH ${windowCountsSql(null)}
     SELECT s.window_from, w.state, w.reason, w.since, coalesce((w.detail ->> 'times')::int, 0) AS amendments, coalesce(c.scans, 0)::int AS scans, coalesce(c.listed, 0)::int AS listed,
            coalesce(c.exact, 0)::int AS exact, coalesce(c.unlisted, 0)::int AS unlisted, coalesce(c.claims, 0)::int AS claims
     FROM generate_series($2::timestamptz, $3::timestamptz - interval '${WINDOW_MS} milliseconds', interval '${WINDOW_MS} milliseconds') AS s (window_from)
     LEFT JOIN rollcall.windows w ON w.account = $1 AND w.window_from >= $2 AND w.window_from < $3 AND w.window_from = s.window_from
     LEFT JOIN counted c ON c.window_from = s.window_from
     ORDER BY s.window_from`,
    [account, new Date(range.from), new Date(range.to)],
  )
  return rows.map(({ window_from, since, ...row }) => {
    const from = window_from.getTime()
    const { expected, missing } = webhooks.get(from) ?? { expected: 0, missing: 0 }
    return { ...row, from, since: since?.getTime() ?? null, webhooksExpected: expected, webhooksMissing: missing }
  })
}

const countsOf = (judged: readonly JudgedWebhooks[]): ReadonlyMap<Instant, { readonly expected: number; readonly missing: number }> => {
  const counts = new Map<Instant, { expected: number; missing: number }>()
  for (const { from, outcome, webhooks } of judged) {
    const { expected, missing } = counts.get(from) ?? { expected: 0, missing: 0 }
    counts.set(from, { expected: expected + (outcome === 'not-expected' ? 0 : webhooks), missing: missing + (outcome === 'missing' ? webhooks : 0) })
  }
  return counts
}
