import type { Queryable } from '../queryable.ts'

/** How far each partition of the observations was projected when a scan was read back: the next offset, by partition, both as decimal text. */
export type ScanPositions = Readonly<Record<string, string>>

export const saveScanPositions = async (db: Queryable, scanId: string, positions: ScanPositions): Promise<void> => {
  await db.query('UPDATE rollcall.scans SET projected_to = $2 WHERE scan_id = $1', [scanId, JSON.stringify(positions)])
}

/** Of those scans that have any. */
export const readScanPositions = async (db: Queryable, scanIds: readonly string[]): Promise<ReadonlyMap<string, ScanPositions>> => {
  if (scanIds.length === 0) return new Map()
  const { rows } = await db.query<{ scan_id: string; projected_to: ScanPositions }>(
    'SELECT scan_id, projected_to FROM rollcall.scans WHERE scan_id = ANY ($1::uuid[]) AND projected_to IS NOT NULL',
    [scanIds],
  )
  return new Map(rows.map((row) => [row.scan_id, row.projected_to]))
}
