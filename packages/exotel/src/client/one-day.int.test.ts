import { DAY, HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import { afterAll, describe, expect, it } from 'vitest'
import { type ListedDay, startListedDay } from '../testing/listed-day.ts'
import { virtualTime } from '../testing/virtual-time.ts'
import { createExotelClient } from './exotel-client.ts'
import { createRequestBudget } from './request-budget.ts'
import type { CompleteScan } from './scan.ts'

const START = Date.parse('2026-11-23T18:30:00Z')
const CALLS_PER_SECOND = 5
const RATE_LIMIT_PER_MINUTE = 200
const SHARE_PER_MINUTE = 50
const SCANNED_MS = 30 * MINUTE
/** After the end of what is scanned: when most calls have ended and rows still appear, and when the longest call is settled. */
const PASSES_MS = { trailing: 6 * MINUTE, finalise: 4 * HOUR + 10 * MINUTE }
const LANES = ['trailing', 'finalise'] as const
/** Drift shows in trailing passes; a few hours of them are enough. */
const TRAILED_EVERY = 4
const WAIT_AFTER_FAILURE_MS = 20_000
const SEED = Number(process.env.DAY_SEED ?? Date.now() % 1_000_000)

let day: ListedDay | null = null
afterAll(() => day?.close())

describe('one day at five calls a second, in virtual time', () => {
  it('is listed wholly, within the share of the rate limit, silent whenever it is asked to be', async () => {
    console.log(`DAY_SEED=${SEED}`)
    const time = virtualTime(START)
    const world = await startListedDay({ start: START, callsPerSecond: CALLS_PER_SECOND, seed: SEED, rateLimitPerMinute: RATE_LIMIT_PER_MINUTE, time })
    day = world
    const budget = createRequestBudget({ ratePerMinute: SHARE_PER_MINUTE, ...time })
    const client = createExotelClient({ account: 'acme', baseUrl: world.url, apiKey: 'key', apiToken: 'token', budget, ...time })
    const began = performance.now()
    const tally = { scans: 0, incomplete: 0, rows: 0, pages: 0, duplicates: 0 }
    let latestMs = 0
    const found = new Set<string>()

    /** As the reconciler does: what is incomplete counts for nothing and is scanned again in a later run. */
    const complete = async (from: Instant, due: Instant): Promise<CompleteScan> => {
      if (time.clock() < due) time.move(due - time.clock())
      for (;;) {
        const scan = await client.scan({ from, to: from + SCANNED_MS })
        tally.scans += 1
        if (scan.kind === 'complete') {
          tally.rows += scan.rows.length
          tally.pages += scan.pages
          tally.duplicates += scan.duplicates
          latestMs = Math.max(latestMs, scan.endedAt - due)
          return scan
        }
        expect(scan.error?.retryable, scan.reason).toBe(true)
        tally.incomplete += 1
        time.move(WAIT_AFTER_FAILURE_MS)
      }
    }

    const passes = Array.from({ length: DAY / SCANNED_MS }, (_, nth) => START + nth * SCANNED_MS)
      .flatMap((from, nth) => (nth % TRAILED_EVERY === 0 ? LANES : LANES.slice(1)).map((lane) => ({ lane, from, due: from + SCANNED_MS + PASSES_MS[lane] })))
      .sort((a, b) => a.due - b.due)
    for (const { lane, from, due } of passes) {
      const scan = await complete(from, due)
      const listed = new Set(scan.rows.map((row) => row.callSid))
      expect(listed.size).toBe(scan.rows.length)
      const first = ((from - START) / 1_000) * CALLS_PER_SECOND
      const all = Array.from({ length: (SCANNED_MS / 1_000) * CALLS_PER_SECOND }, (_, nth) => first + nth)
      // Drift must lose nothing that could be seen from the start, and invent nothing.
      const missing = all.filter((call) => world.listedFrom(call) <= scan.startedAt && !listed.has(world.sidOf(call)))
      expect(missing, `${lane} from ${from}`).toEqual([])
      const tooEarly = all.filter((call) => world.listedFrom(call) > scan.endedAt && listed.has(world.sidOf(call)))
      expect(tooEarly).toEqual([])
      expect(scan.rows.length).toBeLessThanOrEqual(all.length)
      if (lane === 'finalise') for (const { callSid } of scan.rows) found.add(callSid)
    }

    await client.close()
    const mostInAnyMinute = world.mostInAnyMinute()
    const seconds = (performance.now() - began) / 1_000
    console.log(
      JSON.stringify({
        calls: world.calls,
        found: found.size,
        ...tally,
        latestMinutes: Math.round(latestMs / MINUTE),
        ...world.figures,
        mostInAnyMinute,
        share: SHARE_PER_MINUTE,
        seconds: Math.round(seconds),
        rowsPerSecond: Math.round(tally.rows / seconds),
      }),
    )
    expect(found.size).toBe(432_000)
    expect(world.figures.retryAfterBroken).toBe(0)
    expect(mostInAnyMinute).toBeLessThanOrEqual(SHARE_PER_MINUTE)
    expect(budget.snapshot().taken).toBe(world.figures.requests)
    // What was thrown at it was really thrown.
    expect(world.figures.limited).toBeGreaterThan(30)
    expect(world.figures.failed).toBeGreaterThan(3)
    expect(tally.duplicates).toBeGreaterThan(20)
  })
})
