import type { Instant } from '@rollcall/domain/time'
import type { Pool } from '@rollcall/store/pool'

/** What the reconciler has concluded so far. */
export interface Conclusions {
  readonly final: readonly Instant[]
  /** CallSids. */
  readonly missing: readonly string[]
}

/** When a scan was made, by Exotel's clock. */
export interface Reading {
  readonly from: Instant
  readonly to: Instant
}

/** In one question: it is asked after every run of the reconciler. */
export const readConclusions = async (pool: Pool, account: string): Promise<Conclusions> => {
  const { rows } = await pool.query<{ final: Instant[] | null; missing: string[] | null }>(
    `SELECT (SELECT json_agg((extract(epoch FROM window_from) * 1000)::bigint) FROM rollcall.windows WHERE account = $1 AND state = 'final') AS final,
            (SELECT json_agg(DISTINCT call_sid) FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing') AS missing`,
    [account],
  )
  return { final: rows[0]?.final ?? [], missing: rows[0]?.missing ?? [] }
}

/** The scans that each of these windows was closed by. */
export const readClosingScans = async (pool: Pool, account: string, windows: readonly Instant[]): Promise<ReadonlyMap<Instant, readonly Reading[]>> => {
  if (windows.length === 0) return new Map()
  const { rows } = await pool.query<{ window_from: Date; started_at: Date; ms: number }>(
    `SELECT w.window_from, ws.started_at, extract(epoch FROM s.ended_at - s.started_at)::float8 * 1000 AS ms
     FROM rollcall.windows w
     CROSS JOIN LATERAL jsonb_array_elements_text(w.detail -> 'scans') WITH ORDINALITY AS closing (scan_id, nth)
     JOIN rollcall.window_scans ws ON ws.account = w.account AND ws.window_from = w.window_from AND ws.scan_id = closing.scan_id::uuid
     JOIN rollcall.scans s ON s.scan_id = ws.scan_id
     WHERE w.account = $1 AND w.window_from = ANY ($2) ORDER BY w.window_from, closing.nth`,
    [account, windows.map((from) => new Date(from))],
  )
  const readings = new Map<Instant, Reading[]>(windows.map((from) => [from, []]))
  for (const { window_from, started_at, ms } of rows) readings.get(window_from.getTime())?.push({ from: started_at.getTime(), to: started_at.getTime() + Math.max(0, ms) })
  return readings
}

/** Every window that exists, in order. */
export const readWindowStarts = async (pool: Pool, account: string): Promise<readonly Instant[]> => {
  const { rows } = await pool.query<{ window_from: Date }>('SELECT window_from FROM rollcall.windows WHERE account = $1 ORDER BY window_from', [account])
  return rows.map((row) => row.window_from.getTime())
}
