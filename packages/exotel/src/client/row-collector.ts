import { createHash } from 'node:crypto'
import type { Instant } from '@rollcall/domain/time'
import type { ApiRow } from './api-row.ts'
import { type ScanRange, widened } from './list-url.ts'

/** Gathers the rows of one scan and watches for signs that the pages are not one list. */
export interface RowCollector {
  /** Null, or why the scan cannot be believed. */
  add(rows: readonly ApiRow[]): string | null
  /** The rows of the range itself, by time of creation and then Sid. */
  rows(): readonly ApiRow[]
  /** How many calls were listed, those beside the range itself included. */
  listed(): number
  /** How often a call was listed again. */
  duplicates(): number
}

export const createRowCollector = (range: ScanRange, rowsMax: number): RowCollector => {
  const asked = widened(range)
  const bySid = new Map<string, ApiRow>()
  let latest: Instant = Number.NEGATIVE_INFINITY
  let duplicates = 0

  const addOne = (row: ApiRow): string | null => {
    if (row.createdAt < asked.from || row.createdAt > asked.to) return 'a row lies outside the range that was asked for'
    if (row.createdAt < latest) return 'rows are not in ascending order of DateCreated'
    latest = row.createdAt
    const known = bySid.get(row.callSid)
    if (known !== undefined) duplicates += 1
    // Pages drift while they are read; of two versions of one call the later is the better.
    if (known === undefined || (row.facts.vendorTime ?? 0) >= (known.facts.vendorTime ?? 0)) bySid.set(row.callSid, row)
    return bySid.size > rowsMax ? `there are more than ${rowsMax} rows; scan a shorter range` : null
  }

  return {
    add: (rows) => rows.reduce<string | null>((reason, row) => reason ?? addOne(row), null),
    rows: () =>
      [...bySid.values()].filter((row) => row.createdAt >= range.from && row.createdAt < range.to).sort((a, b) => a.createdAt - b.createdAt || (a.callSid < b.callSid ? -1 : 1)),
    listed: () => bySid.size,
    duplicates: () => duplicates,
  }
}

/** SHA-256 over the rows' bytes in byte order: equal for two scans exactly when they saw the same rows, whatever order those came in. */
export const digestRows = (rows: readonly ApiRow[]): string => {
  const hash = createHash('sha256')
  for (const bytes of rows.map((row) => row.bytes).sort(Buffer.compare)) hash.update(`${bytes.length}\n`).update(bytes)
  return hash.digest('hex')
}
