import type { Clock, Instant } from '@rollcall/domain/time'
import { UnreadableError } from '../unreadable-error.ts'
import { type ApiRow, readApiRow } from './api-row.ts'
import { clockSkewMs } from './clock-skew.ts'
import { ExotelError } from './exotel-error.ts'
import { listUrl, nextPage, type ScanRange } from './list-url.ts'
import { type Page, readPage } from './read-page.ts'
import type { Requester } from './requester.ts'
import { createRowCollector, digestRows, type RowCollector } from './row-collector.ts'
import type { ExotelResponse } from './send-request.ts'

export type PageHandler = (rows: readonly ApiRow[]) => Promise<void>

/** One complete paged read of the list API. Complete, or it counts for nothing: an incomplete one has no rows to be misread. */
export type Scan = CompleteScan | IncompleteScan

export interface CompleteScan extends ScanCosts {
  readonly kind: 'complete'
  /** The calls created in the range, each once. */
  readonly rows: readonly ApiRow[]
  /** SHA-256, lower-case hex. Equal digests mean equal rows. */
  readonly digest: string
  /** How often a call was listed again, as pages drifted. */
  readonly duplicates: number
  /** How far Exotel's clock is ahead of ours; null where it sent no Date. */
  readonly clockSkewMs: number | null
}

export interface IncompleteScan extends ScanCosts {
  readonly kind: 'incomplete'
  readonly reason: string
  /** Null where every answer was an answer, but together they were not one list. */
  readonly error: ExotelError | null
}

interface ScanCosts {
  readonly pages: number
  readonly requests: number
  readonly startedAt: Instant
  readonly endedAt: Instant
}

export interface ScanOptions {
  readonly account: string
  readonly baseUrl: string
  readonly utcOffsetMinutes: number
  readonly requester: Requester
  readonly clock: Clock
  readonly pageSize: number
  readonly pagesMax: number
  readonly rowsMax: number
  readonly details: boolean
  /** Given the range's own rows of each page as soon as it is read, ascending; the next page is asked for when it is done with them. What it throws ends the scan, and is thrown. */
  readonly onPage?: PageHandler | undefined
  readonly durationAtLeastSeconds?: number | null
  readonly signal?: AbortSignal | undefined
}

/**
 * An empty page ends a list (contract §7), but then it has no next page or leads back. One that leads on is followed, this often in a row:
 * what lies behind it would be lost without a sign. Beyond that only the list's own count can tell that it has ended.
 */
const EMPTY_PAGES_FOLLOWED_MAX = 5

export const scan = async (range: ScanRange, options: ScanOptions): Promise<Scan> => {
  if (!(range.from < range.to)) throw new RangeError(`a scan's range must not be empty; it is [${range.from}, ${range.to})`)
  const { clock } = options
  const costs = { pages: 0, requests: 0 }
  const startedAt = clock()
  const finished = (): ScanCosts => ({ ...costs, startedAt, endedAt: clock() })
  try {
    const collector = createRowCollector(range, options.rowsMax)
    const read = await readList(listUrl(options.baseUrl, options.account, range, options), collector, { ...options, onPage: ofRange(range, options.onPage) }, costs)
    return { kind: 'complete', ...read, digest: digestRows(read.rows), ...finished() }
  } catch (error) {
    if (error instanceof NotOneListError) return { kind: 'incomplete', reason: error.message, error: null, ...finished() }
    if (error instanceof ExotelError) return { kind: 'incomplete', reason: error.message, error, ...finished() }
    throw error
  }
}

/** What a wider question lists beside the range is not handed on. */
const ofRange = ({ from, to }: ScanRange, onPage: PageHandler | undefined): PageHandler | undefined =>
  onPage && ((rows) => onPage(rows.filter((row) => row.createdAt >= from && row.createdAt < to)))

/** Every page was answered, but the pages do not add up to one list. */
export class NotOneListError extends Error {
  override readonly name = 'NotOneListError'
}

/**
 * Reads a list from its first page to its end. `costs` counts as it goes, also where it then fails.
 * @throws NotOneListError, ExotelError
 */
export const readList = async (first: URL, collector: RowCollector, options: Omit<ScanOptions, 'rowsMax' | 'clock'>, costs: { pages: number; requests: number }) => {
  const { requester, pagesMax, onPage, signal } = options
  const seen = new Set<string>()
  let url: URL | null = first
  let skewMs: number | null = null
  let emptyPages = 0
  while (url !== null) {
    if (costs.pages === pagesMax) throw new NotOneListError(`there are more than ${pagesMax} pages; scan a shorter range`)
    seen.add(url.href)
    const { answer, response } = await requester.get('calls', url, { signal, onAttempt: () => (costs.requests += 1) })
    skewMs ??= clockSkewMs(response)
    // A list without calls is an empty list. An account that is not found says it this way too, and must not look like one without calls.
    if (answer.kind === 'absent') throw new ExotelError('not-found', 'the list itself was not found', { status: response.status })
    const page = readPage(answer.value, response.bytes)
    costs.pages += 1
    const rows = readRows(page, response, options, costs.pages)
    const reason = collector.add(rows)
    if (reason !== null) throw new NotOneListError(reason)
    await onPage?.(rows)
    emptyPages = page.rows.length === 0 ? emptyPages + 1 : 0
    url = nextOf(page, url, seen)
    if (url === null || emptyPages <= EMPTY_PAGES_FOLLOWED_MAX) continue
    if (page.total === null || page.total > collector.listed()) throw new NotOneListError(`${emptyPages} empty pages in a row lead on to further ones`)
    url = null
  }
  return { rows: collector.rows(), duplicates: collector.duplicates(), clockSkewMs: skewMs }
}

const nextOf = (page: Page, current: URL, seen: ReadonlySet<string>): URL | null => {
  if (page.next === null) return null
  const next = nextPage(page.next, current)
  if ('refused' in next) throw new NotOneListError(next.refused)
  if (!seen.has(next.url.href)) return next.url
  if (page.rows.length === 0) return null
  throw new NotOneListError('NextPageUri leads back to a page already read')
}

const readRows = (page: Page, response: ExotelResponse, { account, utcOffsetMinutes }: Pick<ScanOptions, 'account' | 'utcOffsetMinutes'>, pageNumber: number): ApiRow[] =>
  page.rows.map((bytes, index) => {
    try {
      return readApiRow(bytes, { account, surface: 'call-list', receivedAt: response.receivedAt, utcOffsetMinutes })
    } catch (error) {
      if (error instanceof UnreadableError) throw new NotOneListError(`row ${index + 1} of page ${pageNumber}: ${error.message}`)
      throw error
    }
  })
