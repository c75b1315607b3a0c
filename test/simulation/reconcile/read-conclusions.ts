import type { Instant } from '@rollcall/domain/time'
import type { Pool } from '@rollcall/store/pool'

/** What the reconciler has concluded so far. */
export interface Conclusions {
  /** Windows that are final, or were before they were amended. */
  readonly final: readonly Instant[]
  /** How often each window was amended. */
  readonly amended: readonly (readonly [Instant, number])[]
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
  const { rows } = await pool.query<{ final: Instant[] | null; amended: [Instant, number][] | null; missing: string[] | null }>(
    `SELECT (SELECT json_agg(${EPOCH_MS}) FROM rollcall.windows WHERE account = $1 AND state IN ('final', 'amended')) AS final,
            (SELECT json_agg(json_build_array(${EPOCH_MS}, detail -> 'times')) FROM rollcall.windows WHERE account = $1 AND state = 'amended') AS amended,
            (SELECT json_agg(DISTINCT call_sid) FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing') AS missing`,
    [account],
  )
  return { final: rows[0]?.final ?? [], amended: rows[0]?.amended ?? [], missing: rows[0]?.missing ?? [] }
}

const EPOCH_MS = '(extract(epoch FROM window_from) * 1000)::bigint'

/** The scans that each of these windows was closed by, amended since or not. */
export const readClosingScans = async (pool: Pool, account: string, windows: readonly Instant[]): Promise<ReadonlyMap<Instant, readonly Reading[]>> => {
  if (windows.length === 0) return new Map()
  const { rows } = await pool.query<{ window_from: Date; started_at: Date; ms: number }>(
    `SELECT w.window_from, ws.started_at, extract(epoch FROM s.ended_at - s.started_at)::float8 * 1000 AS ms
     FROM (SELECT account, window_from, detail FROM rollcall.windows WHERE state = 'final'
           UNION ALL SELECT account, window_from, detail FROM rollcall.window_history WHERE state = 'final') w
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

/** When the scans began, by our clock, that count as evidence for any window. */
export const readEvidence = async (pool: Pool, account: string): Promise<readonly Instant[]> => {
  const { rows } = await pool.query<{ started_at: Date }>(
    'SELECT started_at FROM rollcall.scans WHERE account = $1 AND scan_id IN (SELECT scan_id FROM rollcall.window_scans WHERE account = $1)',
    [account],
  )
  return rows.map((row) => row.started_at.getTime())
}

/** Every window that exists, in order. */
export const readWindowStarts = async (pool: Pool, account: string): Promise<readonly Instant[]> => {
  const { rows } = await pool.query<{ window_from: Date }>('SELECT window_from FROM rollcall.windows WHERE account = $1 ORDER BY window_from', [account])
  return rows.map((row) => row.window_from.getTime())
}
