import type { Instant } from '@rollcall/domain/time'
import { StoredWindowState } from '@rollcall/domain/window/stored-window-state'
import { WINDOW_MS, type Window } from '@rollcall/domain/window/window'
import type { WindowScan, WindowState } from '@rollcall/domain/window/window-state'
import { z } from 'zod'
import type { Queryable } from '../queryable.ts'

/** Which windows: those that are not final yet and still can be, and that no backfill is still to read, or every one that starts in `[from, to)`. */
export type WindowSelection = 'unclosed' | { readonly from: Instant; readonly to: Instant }

/** A scan of a window with what was counted: calls that it listed, that were held when it was read back, and that nothing had told of before. */
export interface CountedScan extends WindowScan {
  readonly listed: number
  readonly held: number
  readonly found: number
}

export interface StoredWindow {
  readonly window: Window
  readonly state: WindowState
  /** Complete scans that covered it, oldest first. */
  readonly scans: readonly CountedScan[]
}

/** Scans of a window older than the newest ones prove nothing more; this bounds what is read for each. */
export const SCANS_PER_WINDOW_MAX = 64

/** A window before `alone_to` is the backfill's until it has read it whole; all six months of them are not worth reading in every run. */
export const IS_LEFT_TO_NO_BACKFILL = `NOT EXISTS (
  SELECT FROM rollcall.backfills b
  WHERE b.account = w.account AND b.state <> 'done' AND w.window_from < b.alone_to AND w.window_from + interval '${WINDOW_MS} milliseconds' > b.read_to)`

const Row = z.object({
  window_from: z.date(),
  detail: StoredWindowState,
  scans: z
    .array(
      z.object({
        scan: z.string(),
        startedAt: z.coerce.number(),
        digest: z.string(),
        projected: z.boolean(),
        unresolved: z.number(),
        listed: z.number(),
        held: z.number(),
        found: z.number(),
      }),
    )
    .nullable(),
})

/** Windows in order, each with the complete scans that covered it, oldest first. */
export const readWindows = async (db: Queryable, account: string, selection: WindowSelection): Promise<readonly StoredWindow[]> => {
  const { rows } = await db.query(
    `SELECT w.window_from, w.detail, s.scans
     FROM rollcall.windows w
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_object('scan', scan_id, 'startedAt', (extract(epoch FROM started_at) * 1000)::bigint, 'digest', digest,
                                         'projected', projected, 'unresolved', unresolved, 'listed', calls_listed, 'held', calls_held, 'found', calls_found) ORDER BY started_at) AS scans
       FROM (SELECT * FROM rollcall.window_scans ws WHERE ws.account = w.account AND ws.window_from = w.window_from
             ORDER BY started_at DESC LIMIT $4) newest
     ) s ON true
     WHERE w.account = $1 AND CASE WHEN $2::timestamptz IS NULL THEN w.state NOT IN ('final', 'amended', 'gap') AND ${IS_LEFT_TO_NO_BACKFILL} ELSE w.window_from >= $2 AND w.window_from < $3 END
     ORDER BY w.window_from`,
    [account, selection === 'unclosed' ? null : new Date(selection.from), selection === 'unclosed' ? null : new Date(selection.to), SCANS_PER_WINDOW_MAX],
  )
  return rows.map((raw) => {
    const row = Row.parse(raw)
    const from = row.window_from.getTime()
    return { window: { from, to: from + WINDOW_MS }, state: row.detail, scans: row.scans ?? [] }
  })
}
