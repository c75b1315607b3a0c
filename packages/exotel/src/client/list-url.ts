import type { Instant } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import { formatVendorTime } from '../words/vendor-time.ts'

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

export interface ListOptions {
  /** Of the account's times. */
  readonly utcOffsetMinutes: number
  readonly pageSize: number
  readonly details?: boolean
  /** Only calls that lasted so long; null: all. */
  readonly durationAtLeastSeconds?: number | null
}

/** The first page of the list for a range; with `details`, of rows that have theirs, and with a least duration of such calls alone, where the account's list takes that. */
export const listUrl = (baseUrl: string, account: string, range: ScanRange, { utcOffsetMinutes, pageSize, details = false, durationAtLeastSeconds = null }: ListOptions): URL => {
  const url = accountUrl(baseUrl, account, '/Calls')
  const { from, to } = widened(range)
  url.search = new URLSearchParams({
    DateCreated: `gte:${formatVendorTime(from, utcOffsetMinutes)};lte:${formatVendorTime(to, utcOffsetMinutes)}`,
    SortBy: 'DateCreated:asc',
    PageSize: String(pageSize),
    ...(details ? { details: 'true' } : {}),
    ...(durationAtLeastSeconds === null ? {} : { Duration: `gte:${durationAtLeastSeconds}s` }),
  }).toString()
  return url
}

/** Where a list goes on; or why it does not go on there. */
export type NextPage = { readonly url: URL } | { readonly refused: string }

/**
 * The next page as NextPageUri says it, relative or absolute. Only its query is taken: credentials go along, so it must be the list that
 * is being read, on the host that was asked. It is asked for as before: as `.json`, which Exotel may leave out here, and
 * below the base URL's own path, which Exotel need not know of.
 */
export const nextPage = (next: string, current: URL): NextPage => {
  const url = URL.canParse(next, current.href) ? new URL(next, current) : null
  if (url?.origin !== current.origin || url.username !== '' || url.password !== '') return { refused: 'NextPageUri leads to another host' }
  if (listOf(url) === null || listOf(url) !== listOf(current)) return { refused: 'NextPageUri leads to something other than this list' }
  const continued = new URL(current)
  continued.search = url.search
  return { url: continued }
}

/** Whose list a path names, in lower case; null where it names none. */
const listOf = ({ pathname }: URL): string | null => /\/Accounts\/([^/]+)\/Calls(?:\.json)?\/?$/i.exec(pathname)?.[1]?.toLowerCase() ?? null
