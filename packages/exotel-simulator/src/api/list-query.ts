import { SECOND_MS } from '../calls/seconds.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { parseIstText } from '../ist-text.ts'
import type { ApiProfile } from './api-profile.ts'
import { parseCursor } from './cursor.ts'
import { Refusal } from './refusal.ts'

const DAY_MS = 86_400_000
const PAGE_SIZE_DEFAULT = 50
const PAGE_SIZE_MAX = 100
const RANGE_DAYS_MAX = 31
const AGE_DAYS_MAX = 184
const SIDS_MAX = 100
const PHONES_MAX = 5
const RECORDING_MINUTES = { min: 5, max: 60 } as const

const STATUSES = ['queued', 'ringing', 'in-progress', 'completed', 'failed', 'busy', 'no-answer', 'canceled']
const DIRECTIONS = ['inbound', 'outbound-dial', 'outbound-api']

/** Inclusive bounds of a number. */
interface Bounds {
  readonly from: number
  readonly to: number
}

/** What a list request asks for, checked as Exotel checks it. Null: not asked for. */
export interface ListQuery {
  /** Of DateCreated, both inclusive. */
  readonly created: { readonly from: Instant; readonly to: Instant }
  readonly ascending: boolean
  readonly pageSize: number
  /** Seq of a call; the page lies beyond it. */
  readonly after: number | null
  readonly before: number | null
  readonly sids: ReadonlySet<string> | null
  readonly statuses: ReadonlySet<string> | null
  readonly directions: ReadonlySet<string> | null
  readonly durationSeconds: Bounds | null
  readonly price: Bounds | null
  readonly from: readonly string[] | null
  readonly to: readonly string[] | null
  readonly exophones: readonly string[] | null
  readonly details: boolean
}

interface ListContext {
  readonly now: Instant
  readonly profile: ApiProfile
  readonly utcOffsetMinutes: number
}

const invalid = (parameter: string, why: string) => new Refusal(400, `Invalid parameter ${parameter}: ${why}`)

/** `gte:a;lte:b` or, where allowed, `eq:a`. */
const readBounds = <Value>(parameter: string, text: string, read: (text: string) => Value | null): { gte?: Value; lte?: Value; eq?: Value } => {
  const bounds: { gte?: Value; lte?: Value; eq?: Value } = {}
  for (const part of text.split(';').filter((piece) => piece !== '')) {
    const colon = part.indexOf(':')
    const operator = part.slice(0, colon)
    const value = read(part.slice(colon + 1))
    if ((operator !== 'gte' && operator !== 'lte' && operator !== 'eq') || value === null || bounds[operator] !== undefined) throw invalid(parameter, `cannot read ${part}`)
    bounds[operator] = value
  }
  return bounds
}

const readNumbers = (parameter: string, text: string | undefined, unit: RegExp): Bounds | null => {
  if (text === undefined) return null
  const { gte, lte, eq } = readBounds(parameter, text, (number) => (unit.test(number) ? Number.parseFloat(number) : null))
  return { from: eq ?? gte ?? Number.NEGATIVE_INFINITY, to: eq ?? lte ?? Number.POSITIVE_INFINITY }
}

const readDuration = (text: string | undefined, { profile: { durationFilter } }: ListContext): Bounds | null => {
  if (text !== undefined && durationFilter === 'refused') throw invalid('Duration', 'it is no filter')
  const bounds = readNumbers('Duration', text, /^\d+(\.\d+)?s?$/)
  return durationFilter === 'honoured' ? bounds : null
}

const readSet = (parameter: string, text: string | undefined, { allowed, max }: { allowed?: readonly string[]; max: number }): Set<string> | null => {
  if (text === undefined) return null
  const values = text.split(',').map((value) => value.trim())
  if (values.length > max) throw invalid(parameter, `at most ${max} values`)
  if (allowed !== undefined && !values.every((value) => allowed.includes(value))) throw invalid(parameter, `valid values are ${allowed.join(',')}`)
  return new Set(values)
}

/** E.164 is asked for; the last ten digits are what is compared. */
const readPhones = (parameter: string, text: string | undefined): string[] | null => {
  const phones = readSet(parameter, text, { max: PHONES_MAX })
  return phones && [...phones].map((phone) => phone.replace(/\D/g, '').slice(-10))
}

/** Whole seconds: a bound that leaves out its own second begins or ends a millisecond on. */
const bounded = (created: ListQuery['created'], kind: ApiProfile['createdBounds']): ListQuery['created'] => ({
  from: created.from + (kind === 'exclusive' ? 1 : 0),
  to: created.to - (kind === 'inclusive' ? 0 : 1),
})

const readCreated = (text: string | undefined, { now, profile, utcOffsetMinutes }: ListContext): ListQuery['created'] => {
  if (text === undefined) return { from: now - RANGE_DAYS_MAX * DAY_MS, to: now }
  const bounds = readBounds('DateCreated', text, (part) => parseIstText(part, utcOffsetMinutes))
  if (bounds.eq !== undefined) throw invalid('DateCreated', 'use gte and lte')
  const to = bounds.lte ?? now
  const from = bounds.gte ?? to - RANGE_DAYS_MAX * DAY_MS
  if (from < now - AGE_DAYS_MAX * DAY_MS) throw invalid('DateCreated', 'calls older than 6 months are not available')
  if (to - from > RANGE_DAYS_MAX * DAY_MS) throw invalid('DateCreated', 'the range is longer than 1 month')
  return bounded({ from, to }, profile.createdBounds)
}

const readPageSize = (text: string | undefined, profile: ApiProfile): number => {
  if (text === undefined) return PAGE_SIZE_DEFAULT
  const size = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (size < 1 || (size > PAGE_SIZE_MAX && profile.pageSizeTooLarge === 'refuse')) throw invalid('PageSize', `1 to ${PAGE_SIZE_MAX}`)
  return Math.min(size, PAGE_SIZE_MAX)
}

const readCursor = (parameter: string, text: string | undefined, { now, profile: { cursorSeconds } }: ListContext): number | null => {
  if (text === undefined) return null
  const cursor = parseCursor(text)
  if (cursor === null) throw invalid(parameter, 'not a cursor of this list')
  if (cursorSeconds !== null && now > cursor.issuedAt + cursorSeconds * SECOND_MS) throw invalid(parameter, 'the cursor has expired')
  return cursor.seq
}

const readDetails = (text: string | undefined, { profile: { listDetails } }: ListContext): boolean => {
  if (text !== undefined && listDetails === 'refused') throw new Refusal(400, 'Invalid parameter details')
  return text === 'true' && listDetails === 'given'
}

const readSort = (text: string | undefined): boolean => {
  if (text === undefined || text === 'DateCreated:desc') return false
  if (text === 'DateCreated:asc') return true
  throw invalid('SortBy', 'DateCreated:asc or DateCreated:desc')
}

const KNOWN = [
  'Sid',
  'DateCreated',
  'To',
  'From',
  'PhoneNumber',
  'Status',
  'Duration',
  'Price',
  'Direction',
  'PageSize',
  'SortBy',
  'Before',
  'After',
  'RecordingUrlValidity',
  'details',
]

/** Checks the parameters of a single call and of the list alike. */
export const checkRecordingValidity = (text: string | null | undefined): void => {
  if (text === null || text === undefined) return
  const minutes = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (minutes < RECORDING_MINUTES.min || minutes > RECORDING_MINUTES.max) throw invalid('RecordingUrlValidity', `${RECORDING_MINUTES.min} to ${RECORDING_MINUTES.max}`)
}

/** Reads the parameters of a list request; throws the Refusal that Exotel would answer. */
export const readListQuery = (parameters: URLSearchParams, context: ListContext): ListQuery => {
  for (const name of parameters.keys()) if (!KNOWN.includes(name)) throw new Refusal(400, `Invalid parameter ${name}`)
  const text = (name: string) => parameters.get(name) ?? undefined
  checkRecordingValidity(text('RecordingUrlValidity'))
  const [after, before] = [readCursor('After', text('After'), context), readCursor('Before', text('Before'), context)]
  if (after !== null && before !== null) throw invalid('Before', 'not together with After')

  return {
    created: readCreated(text('DateCreated'), context),
    ascending: readSort(text('SortBy')),
    pageSize: readPageSize(text('PageSize'), context.profile),
    after,
    before,
    sids: readSet('Sid', text('Sid'), { max: SIDS_MAX }),
    statuses: readSet('Status', text('Status'), { allowed: STATUSES, max: STATUSES.length }),
    directions: readSet('Direction', text('Direction'), { allowed: DIRECTIONS, max: DIRECTIONS.length }),
    durationSeconds: readDuration(text('Duration'), context),
    price: readNumbers('Price', text('Price'), /^\d+(\.\d+)?$/),
    from: readPhones('From', text('From')),
    to: readPhones('To', text('To')),
    exophones: readPhones('PhoneNumber', text('PhoneNumber')),
    details: readDetails(text('details'), context),
  }
}
