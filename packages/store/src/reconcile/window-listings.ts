import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** The listing that a window's state stands for, packed (services/reconciler: window-listing.ts). */
export interface StoredListing {
  readonly windowFrom: Instant
  readonly digest: string
  readonly calls: Buffer
}

export const readListings = async (db: Queryable, account: string, windows: readonly Instant[]): Promise<ReadonlyMap<Instant, StoredListing>> => {
  if (windows.length === 0) return new Map()
  const { rows } = await db.query<{ window_from: Date; digest: string; calls: Buffer }>(
    'SELECT window_from, digest, calls FROM rollcall.window_listings WHERE account = $1 AND window_from = ANY ($2::timestamptz[])',
    [account, windows.map((from) => new Date(from))],
  )
  return new Map(rows.map(({ window_from, digest, calls }) => [window_from.getTime(), { windowFrom: window_from.getTime(), digest, calls }]))
}

export const saveListings = async (db: Queryable, account: string, listings: readonly StoredListing[]): Promise<void> => {
  if (listings.length === 0) return
  await db.query(
    `INSERT INTO rollcall.window_listings (account, window_from, digest, calls) SELECT $1, * FROM unnest($2::timestamptz[], $3::text[], $4::bytea[])
     ON CONFLICT (account, window_from) DO UPDATE SET digest = excluded.digest, calls = excluded.calls`,
    [account, listings.map(({ windowFrom }) => new Date(windowFrom)), listings.map(({ digest }) => digest), listings.map(({ calls }) => calls)],
  )
}
