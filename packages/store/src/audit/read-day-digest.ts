import type { MeasuredRange } from '../measures/range.ts'
import type { Queryable } from '../queryable.ts'

/** What the newest certificates of an IST day's windows say together (000041_sign_offs.sql), in hex. */
export const readDayDigest = async (db: Queryable, account: string, day: string): Promise<string> => {
  const { rows } = await db.query<{ digest: string }>('SELECT rollcall.day_digest($1, $2::date) AS digest', [account, day])
  return (rows[0] as { digest: string }).digest
}

/** How many windows of a range were certified as final or amended. */
export const countCertifiedClosed = async (db: Queryable, account: string, { from, to }: MeasuredRange): Promise<number> => {
  const { rows } = await db.query<{ windows: number }>(
    `SELECT count(DISTINCT window_from)::int AS windows FROM rollcall.window_certificates WHERE account = $1 AND window_from >= $2 AND window_from < $3 AND state IN ('final', 'amended')`,
    [account, new Date(from), new Date(to)],
  )
  return rows[0]?.windows ?? 0
}
