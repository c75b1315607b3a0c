import type { ApiRow } from './api-row.ts'
import { ExotelError } from './exotel-error.ts'
import { accountUrl } from './list-url.ts'
import type { RowCollector } from './row-collector.ts'
import { NotOneListError, readList, type ScanOptions } from './scan.ts'

/** Contract §7: so many may be named at once, and so many it recommends. */
export const SIDS_PER_REQUEST_MAX = 100
export const SIDS_PER_REQUEST_RECOMMENDED = 20

/**
 * The calls of a few Sids, as the list tells them: all that it shows of them, or nothing. A call that it does not show may be running, too
 * new, older than 31 days, or of a kind that is never listed: that it is missing says nothing.
 */
export type SidRead =
  | { readonly kind: 'complete'; readonly rows: readonly ApiRow[]; readonly requests: number; readonly clockSkewMs: number | null }
  /** `error`: null where every answer was an answer, but together they were not one list. */
  | { readonly kind: 'incomplete'; readonly reason: string; readonly error: ExotelError | null; readonly requests: number }

/** @throws RangeError where none or too many are asked for */
export const listBySid = async (callSids: readonly string[], options: Omit<ScanOptions, 'rowsMax' | 'clock'>): Promise<SidRead> => {
  const asked = new Set(callSids)
  if (asked.size === 0 || asked.size > SIDS_PER_REQUEST_MAX) throw new RangeError(`1 to ${SIDS_PER_REQUEST_MAX} Sids can be asked for at once, not ${asked.size}`)
  const costs = { pages: 0, requests: 0 }
  try {
    const { rows, clockSkewMs } = await readList(sidsUrl(asked, options), createSidCollector(asked), options, costs)
    return { kind: 'complete', rows, clockSkewMs, requests: costs.requests }
  } catch (error) {
    if (error instanceof NotOneListError) return { kind: 'incomplete', reason: error.message, error: null, requests: costs.requests }
    if (error instanceof ExotelError) return { kind: 'incomplete', reason: error.message, error, requests: costs.requests }
    throw error
  }
}

/** Without DateCreated, so that the last 31 days are looked through. */
const sidsUrl = (callSids: ReadonlySet<string>, { baseUrl, account, pageSize, details }: Pick<ScanOptions, 'baseUrl' | 'account' | 'pageSize' | 'details'>): URL => {
  const url = accountUrl(baseUrl, account, '/Calls')
  url.search = new URLSearchParams({ Sid: [...callSids].join(','), PageSize: String(pageSize), ...(details ? { details: 'true' } : {}) }).toString()
  return url
}

/** A row of another call would mean that the list took no notice of the Sids: then it says nothing about them. */
const createSidCollector = (asked: ReadonlySet<string>): RowCollector => {
  const bySid = new Map<string, ApiRow>()
  let duplicates = 0
  return {
    add: (rows) => {
      for (const row of rows) {
        if (!asked.has(row.callSid)) return 'a row is not of a call that was asked for'
        const known = bySid.get(row.callSid)
        if (known !== undefined) duplicates += 1
        if (known === undefined || (row.facts.vendorTime ?? 0) >= (known.facts.vendorTime ?? 0)) bySid.set(row.callSid, row)
      }
      return null
    },
    rows: () => [...bySid.values()],
    listed: () => bySid.size,
    duplicates: () => duplicates,
  }
}
