import type { Instant } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import type { Queryable } from '../queryable.ts'

/** How many windows of the account are in each state; of those that overlap the range, where one is given. */
export const countWindowStates = async (
  db: Queryable,
  account: string,
  range: { readonly from: Instant; readonly to: Instant } | null,
): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await db.query<{ state: string; windows: number }>(
    `SELECT state, count(*)::int AS windows FROM rollcall.windows
     WHERE account = $1 AND ($2::timestamptz IS NULL OR window_from >= $2 AND window_from < $3) GROUP BY state`,
    [account, range === null ? null : new Date(windowAt(range.from).from), range === null ? null : new Date(range.to)],
  )
  return Object.fromEntries(rows.map((row) => [row.state, row.windows]))
}
