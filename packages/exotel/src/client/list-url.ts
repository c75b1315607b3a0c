import type { Instant } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import { formatIst } from '../words/vendor-time.ts'

/** Half-open span of the vendor's time of creation. */
export interface ScanRange {
  readonly from: Instant
  readonly to: Instant
}

/** Exotel's seconds are whole and its bounds perhaps not inclusive (contract §19.14), so a query asks for a little more on each side. */
const WIDENED_MS = 2 * SECOND

/** What is asked for, both ends inclusive, in whole seconds. A row outside it is an answer to some other question. */
export const widened = ({ from, to }: ScanRange): ScanRange => ({
  from: Math.floor((from - WIDENED_MS) / SECOND) * SECOND,
  to: Math.ceil((to + WIDENED_MS) / SECOND) * SECOND,
})

export const accountUrl = (baseUrl: string, account: string, resource: string): URL =>
  new URL(`${baseUrl.replace(/\/+$/, '')}/v1/Accounts/${encodeURIComponent(account)}${resource}.json`)

/** The first page of the list for a range. */
export const listUrl = (baseUrl: string, account: string, range: ScanRange, pageSize: number): URL => {
  const url = accountUrl(baseUrl, account, '/Calls')
  const { from, to } = widened(range)
  url.search = new URLSearchParams({ DateCreated: `gte:${formatIst(from)};lte:${formatIst(to)}`, SortBy: 'DateCreated:asc', PageSize: String(pageSize) }).toString()
  return url
}

/** The next page, relative or absolute, but never on another host: credentials would go along. Null where it is. */
export const nextPageUrl = (next: string, current: URL): URL | null => {
  const url = URL.canParse(next, current.href) ? new URL(next, current) : null
  return url?.origin === current.origin && url.username === '' && url.password === '' ? url : null
}
