import type { Queryable } from '../queryable.ts'

/** A day of IST of one account. */
export interface AccountDay {
  readonly account: string
  /** Such as `2026-11-25`. */
  readonly day: string
}

const WINDOWS_OF_DAY = 288

/** Every day of which all windows are final or amended, by account and day. */
export const readClosedDays = async (db: Queryable): Promise<readonly AccountDay[]> => {
  const { rows } = await db.query<AccountDay>(
    `SELECT account, day::text AS day FROM (SELECT account, ((window_from AT TIME ZONE 'UTC') + interval '330 minutes')::date AS day FROM rollcall.windows WHERE state IN ('final', 'amended')) w
     GROUP BY account, day HAVING count(*) = ${WINDOWS_OF_DAY} ORDER BY account, day`,
  )
  return rows.map(({ account, day }) => ({ account, day }))
}
