import type { Instant } from '@rollcall/domain/time'
import type { WindowScan } from '@rollcall/domain/window/window-state'
import type { Queryable } from '../queryable.ts'

/** What one complete scan said of one window, with its counts. */
export interface WindowScanRow extends WindowScan {
  readonly windowFrom: Instant
  readonly callsListed: number
  readonly callsHeld: number
  /** Calls that no observation had told us of before. */
  readonly callsFound: number
}

/** @param notedAt by our clock: what is asked as of an earlier moment leaves these out */
export const saveWindowScans = async (db: Queryable, account: string, rows: readonly WindowScanRow[], notedAt: Instant): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at)
     SELECT $1, *, $11 FROM unnest($2::timestamptz[], $3::uuid[], $4::timestamptz[], $5::text[], $6::boolean[], $7::int[], $8::int[], $9::int[], $10::int[])`,
    [
      account,
      rows.map((row) => new Date(row.windowFrom)),
      rows.map((row) => row.scan),
      rows.map((row) => new Date(row.startedAt)),
      rows.map((row) => row.digest),
      rows.map((row) => row.projected),
      rows.map((row) => row.unresolved),
      rows.map((row) => row.callsListed),
      rows.map((row) => row.callsHeld),
      rows.map((row) => row.callsFound),
      new Date(notedAt),
    ],
  )
}
