import { z } from 'zod'
import { createRandom } from '../random.ts'
import type { Answer } from './answer.ts'
import type { RowObject } from './call-row.ts'

const SLOW_MS_MAX = 600_000

/** Each rate's setting, the fault it makes, and what goes wrong. A client has to end with the whole truth, or know that it has not. */
const FAULTS = {
  serverErrorRate: ['server-error', '500 with an HTML page.'],
  badGatewayRate: ['bad-gateway', '502 with an HTML page of a gateway.'],
  unavailableRate: ['unavailable', '503 with an empty body.'],
  limitedRate: ['limited', '429 though the limit is not reached.'],
  htmlRate: ['html', '200 with an HTML page.'],
  truncatedRate: ['truncated', 'The body breaks off in the middle.'],
  resetRate: ['reset', 'The connection is cut before there is an answer.'],
  slowRate: ['slow', 'The answer takes slowMs.'],
  emptyPageRate: ['empty-page', 'A page of the list without rows that has a next one, which goes on where this should have.'],
  shortPageRate: ['short-page', 'A page of the list ends in the middle, and its next one goes on there.'],
  duplicateRowRate: ['duplicate-row', 'A row stands twice in its page.'],
  outOfOrderRate: ['out-of-order', 'The rows of a page are in another order.'],
  missingFieldRate: ['missing-field', 'A row lacks its Sid or its DateCreated, or the page its Metadata.'],
  cursorLoopRate: ['cursor-loop', 'NextPageUri leads back to its own page.'],
} as const
type RateName = keyof typeof FAULTS
export type ApiFault = (typeof FAULTS)[RateName][0]
const NAMES = Object.keys(FAULTS) as RateName[]
const LIST_FAULTS: ReadonlySet<ApiFault> = new Set(['empty-page', 'short-page', 'duplicate-row', 'out-of-order', 'missing-field', 'cursor-loop'])

const rate = z.number().min(0).max(1).default(0)

/** What goes wrong with answers of the API. Rates are shares of all requests; at most one fault each, so that together they are 1 at most. */
export const ApiFaults = z
  .strictObject({
    ...(Object.fromEntries(NAMES.map((name) => [name, rate.describe(FAULTS[name][1])])) as unknown as Record<RateName, typeof rate>),
    slowMs: z.int().min(0).max(SLOW_MS_MAX).default(3_000).describe('Real milliseconds.'),
  })
  .refine((faults) => NAMES.reduce((sum, name) => sum + faults[name], 0) <= 1, { error: 'the rates add up to more than 1' })
export type ApiFaults = z.output<typeof ApiFaults>

const API_STREAM = 11

/** The fault of an account's request `number`, by the seed; null: none. */
export const drawApiFault = (faults: ApiFaults, seed: number, number: number): ApiFault | null => {
  let left = createRandom(seed, number, API_STREAM).unit()
  for (const name of NAMES) {
    left -= faults[name]
    if (left < 0) return FAULTS[name][0]
  }
  return null
}

const PAGE = (status: string) => `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`
const HTML = { 'content-type': 'text/html' }

/** An answer as the fault leaves it; `reset`, `slow` and what lies within a list's page are done elsewhere. */
export const distortAnswer = (answer: Answer, fault: ApiFault | null): Answer => {
  switch (fault) {
    case 'server-error':
      return { status: 500, headers: HTML, body: PAGE('500 Internal Server Error') }
    case 'bad-gateway':
      return { status: 502, headers: HTML, body: PAGE('502 Bad Gateway') }
    case 'unavailable':
      return { status: 503, headers: {}, body: '' }
    case 'limited':
      return { status: 429, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ RestException: { Status: 429, Message: 'Too Many Requests' } }) }
    case 'html':
      return { status: 200, headers: HTML, body: PAGE('Exotel') }
    case 'truncated':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) }
    default:
      return answer
  }
}

/** What a page of the list has, before it is written. */
export interface ListPage {
  readonly Metadata?: RowObject
  readonly Calls: readonly RowObject[]
}

/** Addresses that a broken page may lead to. */
export interface PageAddresses {
  /** Of the page itself. */
  readonly again: string
  /** Of one that begins so many rows further than the page does. */
  readonly onward: (rows: number) => string
}

/** A page as the fault leaves it. */
export const distortPage = (page: ListPage, fault: ApiFault | null, { again, onward }: PageAddresses): ListPage => {
  const { Metadata, Calls } = page
  if (fault === null || !LIST_FAULTS.has(fault) || Metadata === undefined || Calls.length === 0) return page
  switch (fault) {
    case 'empty-page':
      return { Metadata: { ...Metadata, NextPageUri: onward(0) }, Calls: [] }
    case 'short-page': {
      const rows = Calls.slice(0, Math.ceil(Calls.length / 2))
      return { Metadata: { ...Metadata, NextPageUri: onward(rows.length) }, Calls: rows }
    }
    case 'cursor-loop':
      return { Metadata: { ...Metadata, NextPageUri: again }, Calls }
    case 'duplicate-row':
      return { Metadata, Calls: [...Calls, ...Calls.slice(0, 1)] }
    case 'out-of-order':
      return { Metadata, Calls: [...Calls].reverse() }
    case 'missing-field': {
      const nth = Calls.length % 3
      if (nth === 0) return { Calls }
      return { Metadata, Calls: Calls.map((row, index) => (index === 0 ? without(row, nth === 1 ? 'Sid' : 'DateCreated') : row)) }
    }
    default:
      return page
  }
}

const without = (row: RowObject, field: string): RowObject => Object.fromEntries(Object.entries(row).filter(([name]) => name !== field))
