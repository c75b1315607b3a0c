import type { Instant } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import type { Queryable } from '../queryable.ts'

/** Makes the windows that do not exist yet, open; existing ones stay as they are. */
export const ensureWindows = async (db: Queryable, account: string, windows: readonly Window[], now: Instant): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.windows (account, window_from, state, since, detail)
     SELECT $1, window_from, 'open', $3, '{"state":"open"}' FROM unnest($2::timestamptz[]) AS window_from
     ON CONFLICT DO NOTHING`,
    [account, windows.map((window) => new Date(window.from)), new Date(now)],
  )
}

/** Start of the newest window that exists, or null. */
export const newestWindow = async (db: Queryable, account: string): Promise<Instant | null> => {
  const { rows } = await db.query<{ newest: Date | null }>('SELECT max(window_from) AS newest FROM rollcall.windows WHERE account = $1', [account])
  return rows[0]?.newest?.getTime() ?? null
}
