import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { WindowMove } from './move-windows.ts'

/** Makes the windows that do not exist yet; existing ones stay as they are. Returns those that were made, in order. */
export const ensureWindows = async (db: Queryable, account: string, windows: readonly WindowMove[], now: Instant): Promise<readonly WindowMove[]> => {
  const { rows } = await db.query<{ window_from: Date }>(
    `INSERT INTO rollcall.windows (account, window_from, state, since, detail, reason)
     SELECT $1, window_from, detail ->> 'state', $5, detail, reason FROM unnest($2::timestamptz[], $3::jsonb[], $4::text[]) AS w (window_from, detail, reason)
     ON CONFLICT DO NOTHING RETURNING window_from`,
    [account, windows.map(({ window }) => new Date(window.from)), windows.map(({ state }) => JSON.stringify(state)), windows.map(({ reason }) => reason), new Date(now)],
  )
  const made = new Set(rows.map((row) => row.window_from.getTime()))
  return windows.filter(({ window }) => made.has(window.from))
}

/** Start of the newest window that exists, or null. */
export const newestWindow = async (db: Queryable, account: string): Promise<Instant | null> => {
  const { rows } = await db.query<{ newest: Date | null }>('SELECT max(window_from) AS newest FROM rollcall.windows WHERE account = $1', [account])
  return rows[0]?.newest?.getTime() ?? null
}
