import type { Watermark } from '@rollcall/domain/window/watermark'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { WindowState } from '@rollcall/domain/window/window-state'
import type { Queryable } from '../queryable.ts'

/** The account's watermark, as watermark.ts defines it. Two looks into small indexes, and one at the end of the primary key: it costs the same with a year of windows. */
export const readWatermark = async (db: Queryable, account: string): Promise<Watermark> => {
  const { rows } = await db.query<{ window_from: Date; state: WindowState['state'] }>(
    `(SELECT window_from, state FROM rollcall.windows WHERE account = $1 AND state NOT IN ('final', 'amended', 'gap') ORDER BY window_from LIMIT 1)
     UNION ALL (SELECT window_from, state FROM rollcall.windows WHERE account = $1 AND state = 'gap' ORDER BY window_from LIMIT 1)
     UNION ALL (SELECT window_from, state FROM rollcall.windows WHERE account = $1 ORDER BY window_from DESC LIMIT 1)`,
    [account],
  )
  const found = rows.map((row) => ({ from: row.window_from.getTime(), state: row.state }))
  const held = found.filter(({ state }) => state !== 'final' && state !== 'amended').toSorted((a, b) => a.from - b.from)[0]
  if (held !== undefined) return { at: held.from, heldBy: held }
  return { at: found.length === 0 ? null : Math.max(...found.map(({ from }) => from)) + WINDOW_MS, heldBy: null }
}
