import { randomUUID } from 'node:crypto'
import { DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readStaleDays, saveDayMeasures } from './day-measures.ts'
import { markDays } from './mark-days.ts'

/** The last of India's midnights before NOW. */
const MIDNIGHT = Date.UTC(2026, 0, 14, 18, 30)
const NOW = MIDNIGHT + 12 * HOUR
const SLACK_MS = SECOND

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
})
beforeEach(async () => {
  await pool.query('TRUNCATE rollcall.accounts, rollcall.scans, rollcall.windows, rollcall.day_measures, projection.calls')
  await pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)', ['acme', new Date(MIDNIGHT - DAY)])
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

const scan = async (from: number, to: number, startedAt: number, account = 'acme', endedAt = startedAt) => {
  await pool.query(
    `INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, pages, requests, calls_listed)
     VALUES ($1, $2, $3, 'trailing', $4, $5, $6, $7, 'complete', 1, 1, 0)`,
    [randomUUID(), randomUUID(), account, new Date(from), new Date(to), new Date(startedAt), new Date(endedAt)],
  )
}
const counted = (day: string, measuredAt: number) => saveDayMeasures(pool, 'acme', { day, measuredAt, measures: {}, changes: 0n })
const staleDays = (since = MIDNIGHT - DAY) => readStaleDays(pool, 'acme', { since, now: NOW, slackMs: SLACK_MS })
const stale = async (since?: number) => (await staleDays(since)).map(({ day }) => day)

describe('days that have to be counted', () => {
  it('are all that were never counted, from the first window to today, the latest first', async () => {
    expect(await stale()).toEqual(['2026-01-15', '2026-01-14'])
  })

  it('are those that a scan covered since they were counted: up to the end of its range, and not the day that begins there', async () => {
    for (const day of ['2026-01-15', '2026-01-14']) await counted(day, NOW - MINUTE)
    expect(await stale()).toEqual([])
    await scan(MIDNIGHT - HOUR, MIDNIGHT, NOW)
    expect(await stale()).toEqual(['2026-01-14'])
    await scan(MIDNIGHT - HOUR, MIDNIGHT + MINUTE, NOW)
    expect(await stale()).toEqual(['2026-01-15', '2026-01-14'])
  })

  it('are counted again while what noted a change may have been noted by a clock that is behind', async () => {
    for (const day of ['2026-01-15', '2026-01-14']) await counted(day, NOW)
    await scan(MIDNIGHT, MIDNIGHT + HOUR, NOW - SLACK_MS - 1)
    expect(await stale()).toEqual([])
    await scan(MIDNIGHT, MIDNIGHT + HOUR, NOW - SLACK_MS)
    expect(await stale()).toEqual(['2026-01-15'])
  })

  it('are those whose scan ended since, however long before it began', async () => {
    for (const day of ['2026-01-15', '2026-01-14']) await counted(day, NOW - MINUTE)
    await scan(MIDNIGHT, MIDNIGHT + HOUR, NOW - 10 * MINUTE, 'acme', NOW)
    expect(await stale(NOW - 4 * MINUTE)).toEqual(['2026-01-15'])
  })

  it.each(['gap', 'final', 'amended', 'provisional'])('are those in which a window became %s, however long after its scan', async (state) => {
    for (const day of ['2026-01-15', '2026-01-14']) await counted(day, NOW - MINUTE)
    await scan(MIDNIGHT - HOUR, MIDNIGHT, NOW - 10 * MINUTE)
    await pool.query(`INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) VALUES ('acme', $1, $3, 'beyond', $2, '{}')`, [
      new Date(MIDNIGHT - MINUTE * 5),
      new Date(NOW),
      state,
    ])
    expect(await stale()).toEqual(['2026-01-14'])
  })

  it('are those of calls of which something was changed beside all scans, however old, until that is counted', async () => {
    for (const day of ['2026-01-15', '2026-01-14']) await counted(day, NOW)
    await pool.query(
      `INSERT INTO projection.calls (account, call_sid, created_at, verified, conflicts, state, digest, version) VALUES ('acme', 'before', $1, false, '{}', '{}', '', 1), ('acme', 'after', $2, false, '{}', '{}', '', 1)`,
      [new Date(MIDNIGHT - 1), new Date(MIDNIGHT)],
    )
    await markDays(pool, 'acme', ['before', 'unknown'])
    await markDays(pool, 'other', ['after'])
    expect(await stale(NOW)).toEqual(['2026-01-14'])
    const [found] = await staleDays(NOW)
    // Changed once more while it is counted.
    await markDays(pool, 'acme', ['before'])
    await saveDayMeasures(pool, 'acme', { day: '2026-01-14', measuredAt: NOW, measures: {}, changes: found?.changes ?? 0n })
    expect(await stale(NOW)).toEqual(['2026-01-14'])
    await saveDayMeasures(pool, 'acme', { day: '2026-01-14', measuredAt: NOW, measures: {}, changes: (await staleDays(NOW))[0]?.changes ?? 0n })
    expect(await stale(NOW)).toEqual([])
  })

  it('are no other account’s', async () => {
    for (const day of ['2026-01-15', '2026-01-14']) await counted(day, NOW - HOUR)
    await scan(MIDNIGHT, MIDNIGHT + HOUR, NOW, 'other')
    expect(await stale()).toEqual([])
  })
})
