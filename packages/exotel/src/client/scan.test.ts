/** Complete or nothing: however a list is cut into pages it is read whole, and whatever is wrong with one page, nothing is read. */
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatVendorTime } from '../words/vendor-time.ts'
import { ExotelError } from './exotel-error.ts'
import { readAnswer } from './read-answer.ts'
import type { Requester } from './requester.ts'
import { scan } from './scan.ts'
import type { ExotelResponse } from './send-request.ts'

const FROM = Date.parse('2026-11-23T18:30:00Z')
const RANGE = { from: FROM, to: FROM + 5 * MINUTE }

type Row = Readonly<Record<string, unknown>>
interface Page {
  readonly Metadata?: unknown
  readonly Calls?: unknown
}

/** Answers with page n where After says n. */
const requesterOf = (pages: readonly (Page | ExotelError)[]): Requester => ({
  get: async (_endpoint, url, { onAttempt }) => {
    onAttempt?.()
    const page = pages[Number(url.searchParams.get('After') ?? 0)]
    if (page instanceof ExotelError) throw page
    const bytes = Buffer.from(JSON.stringify(page ?? { Metadata: {}, Calls: [] }))
    const response: ExotelResponse = { status: 200, headers: {}, bytes, sentAt: FROM, receivedAt: FROM }
    return { answer: readAnswer(response), response }
  },
  breaker: () => ({ state: 'closed', failuresInARow: 0, openings: 0, openForMs: 0 }),
  close: async () => {},
})

const read = (pages: readonly (Page | ExotelError)[]) =>
  scan(RANGE, {
    account: 'acme',
    baseUrl: 'https://api.exotel.com',
    utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
    requester: requesterOf(pages),
    clock: () => FROM,
    pageSize: 100,
    pagesMax: 500,
    rowsMax: 10_000,
    details: false,
  })

const rowAt = (call: number, second: number): Row => ({
  Sid: `c${call}`,
  AccountSid: 'acme',
  DateCreated: formatVendorTime(FROM + second * SECOND, INDIA_UTC_OFFSET_MINUTES),
  Status: 'completed',
})

/** Calls in order of creation, some before and after the range, as much as the query asks for on either side. */
const aList = fc
  .array(fc.integer({ min: -2, max: 302 }), { maxLength: 60 })
  .map((seconds) => seconds.sort((a, b) => a - b).map((second, call) => ({ second, row: rowAt(call, second) })))

const NEXT = (page: number) => `/v1/Accounts/acme/Calls.json?After=${page}`
const LAST = fc.constantFrom({ NextPageUri: null }, { NextPageUri: '' }, { NextPageUri: 'null' }, {})

/** The list cut at random; where the cut falls into a second, rows of it may come again; the last page may be empty. */
const aCutting = aList.chain((list) =>
  fc
    .record({
      sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 60, maxLength: 60 }),
      again: fc.array(fc.nat(3), { minLength: 61, maxLength: 61 }),
      last: LAST,
      trailing: fc.boolean(),
    })
    .map(({ sizes, again, last, trailing }) => {
      const cut: Row[][] = []
      for (let at = 0; at < list.length; at += sizes[cut.length - 1] ?? 1) {
        const first = list[at]?.second
        const repeated = list.slice(Math.max(0, at - (again[cut.length] ?? 0)), at).filter(({ second }) => second === first)
        cut.push([...repeated, ...list.slice(at, at + (sizes[cut.length] ?? 1))].map(({ row }) => row))
      }
      if (trailing || cut.length === 0) cut.push([])
      const pages = cut.map((rows, nth): Page => ({ Metadata: nth + 1 < cut.length ? { NextPageUri: NEXT(nth + 1) } : last, Calls: rows }))
      return { list, pages }
    }),
)

const inRange = ({ second }: { readonly second: number }): boolean => second >= 0 && second < 300

/** What may be wrong with a page. */
const WRONGS: Readonly<Record<string, (page: Page & { readonly Calls: readonly Row[] }, nth: number) => Page | ExotelError>> = {
  'it is not answered': () => new ExotelError('server-error', 'HTTP 502'),
  'it has no metadata': ({ Calls }) => ({ Calls }),
  'it has no calls': ({ Metadata }) => ({ Metadata }),
  'a row is another account’s': (page) => ({ ...page, Calls: [...page.Calls, { ...rowAt(900, 302), AccountSid: 'mallory' }] }),
  'a row has no Sid': (page) => ({ ...page, Calls: [...page.Calls, { ...rowAt(900, 302), Sid: null }] }),
  'a row has no time of creation': (page) => ({ ...page, Calls: [...page.Calls, { ...rowAt(900, 302), DateCreated: '' }] }),
  'a row has a time that cannot be read': (page) => ({ ...page, Calls: [...page.Calls, { ...rowAt(900, 302), DateCreated: 'yesterday' }] }),
  'a row lies before the range': (page) => ({ ...page, Calls: [rowAt(900, -3), ...page.Calls] }),
  'a row lies after the range': (page) => ({ ...page, Calls: [...page.Calls, rowAt(900, 303)] }),
  'it is out of order': (page) => ({ ...page, Calls: [rowAt(900, 302), rowAt(901, -2)] }),
  'it leads to another host': (page) => ({
    ...page,
    Calls: [...page.Calls, rowAt(900, 302)],
    Metadata: { NextPageUri: 'https://evil.example/v1/Accounts/acme/Calls.json?After=1' },
  }),
  'it leads to another list': (page) => ({ ...page, Calls: [...page.Calls, rowAt(900, 302)], Metadata: { NextPageUri: '/v1/Accounts/mallory/Calls.json?After=1' } }),
  'it leads back to itself': (page, nth) => ({ ...page, Calls: [...page.Calls, rowAt(900, 302)], Metadata: { NextPageUri: nth === 0 ? '?After=0' : NEXT(nth) } }),
  'its next page is no text': (page) => ({ ...page, Metadata: { NextPageUri: 7 } }),
}

describe('a list', () => {
  it('is read whole, each call once, wherever it is cut and whatever comes again', () =>
    fc.assert(
      fc.asyncProperty(aCutting, async ({ list, pages }) => {
        const result = await read(pages)
        if (result.kind === 'incomplete') throw new Error(result.reason)
        const listedRows = pages.reduce((sum, { Calls }) => sum + (Calls as Row[]).length, 0)
        expect(result.rows.map((row) => row.callSid).toSorted()).toEqual(
          list
            .filter(inRange)
            .map(({ row }) => row.Sid as string)
            .toSorted(),
        )
        expect(result).toMatchObject({ pages: pages.length, requests: pages.length, duplicates: listedRows - list.length })
        expect(result.rows.every((row, nth) => nth === 0 || row.createdAt >= (result.rows[nth - 1]?.createdAt ?? 0))).toBe(true)
      }),
      { numRuns: 500 },
    ))

  const empties = (count: number, metadata: object = {}): Page[] =>
    Array.from({ length: count }, (_, nth) => ({ Metadata: { ...metadata, NextPageUri: NEXT(nth + 2) }, Calls: [] }))
  const begun = (metadata: object = {}): Page => ({ Metadata: { ...metadata, NextPageUri: NEXT(1) }, Calls: [rowAt(1, 1)] })

  it('goes on behind empty pages that lead on', async () => {
    const result = await read([begun(), ...empties(5), { Metadata: {}, Calls: [rowAt(2, 2)] }])
    expect(result.kind === 'complete' && result.rows.map((row) => row.callSid)).toEqual(['c1', 'c2'])
  })

  it('is not believed to end where empty pages lead on and on, since none of them says so', async () =>
    expect(await read([begun({ Total: 2 }), ...empties(9, { Total: 2 }), { Metadata: {}, Calls: [rowAt(2, 2)] }])).toMatchObject({
      kind: 'incomplete',
      reason: '6 empty pages in a row lead on to further ones',
      pages: 7,
    }))

  it.each([1, '1', 0])('ends there where all calls were listed that it counts: Total %j', async (Total) =>
    expect(await read([begun({ Total }), ...empties(9, { Total })])).toMatchObject({ kind: 'complete', pages: 7 }),
  )

  it.each([null, '', 'many', -1, undefined])('is not taken to count where Total is %j', async (Total) =>
    expect(await read([begun({ Total }), ...empties(9, { Total })])).toMatchObject({ kind: 'incomplete' }),
  )

  it('has the same digest however it is cut', () =>
    fc.assert(
      fc.asyncProperty(aCutting, async ({ list, pages }) => {
        const whole = await read([{ Metadata: {}, Calls: list.map(({ row }) => row) }])
        const cut = await read(pages)
        expect(whole.kind === 'complete' && cut.kind === 'complete' && whole.digest === cut.digest).toBe(true)
      }),
      { numRuns: 200 },
    ))

  it('has another digest where one call less is listed', () =>
    fc.assert(
      fc.asyncProperty(
        aCutting.filter(({ list }) => list.some(inRange)),
        fc.nat(),
        async ({ list }, which) => {
          const missing = list.filter(inRange)[which % list.filter(inRange).length]
          const [all, fewer] = [
            await read([{ Metadata: {}, Calls: list.map(({ row }) => row) }]),
            await read([{ Metadata: {}, Calls: list.filter((each) => each !== missing).map(({ row }) => row) }]),
          ]
          expect(all.kind === 'complete' && fewer.kind === 'complete' && all.digest !== fewer.digest).toBe(true)
        },
      ),
      { numRuns: 100 },
    ))

  it.each(Object.entries(WRONGS))('is not read at all where of one page, whichever, %s', (_, wrong) =>
    fc.assert(
      fc.asyncProperty(aCutting, fc.nat(), async ({ pages }, which) => {
        const nth = which % pages.length
        const result = await read(pages.map((page, each) => (each === nth ? wrong(page as Page & { readonly Calls: readonly Row[] }, nth) : page)))
        expect(result).toMatchObject({ kind: 'incomplete', reason: expect.stringMatching(/./) })
        expect(result).not.toHaveProperty('rows')
      }),
      { numRuns: 60 },
    ),
  )
})
