import { DAY, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readBusiestWindow } from './read-busiest-window.ts'
import { FOUND_AFTER_MS, RATE_SPAN_MS, readCallsPerSecond } from './read-calls-per-second.ts'
import { saveWindowScans } from './save-window-scans.ts'

const NOW = Date.UTC(2026, 0, 15)
const SCAN = '00000000-0000-4000-8000-000000000000'

describe('how many calls come', () => {
  let database: TestDatabase
  let pool: Pool

  beforeAll(async () => {
    database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  })
  afterAll(async () => {
    await pool?.end()
    await database?.drop()
  })

  const listed = (account: string, windowFrom: number, startedAt: number, callsListed: number) =>
    saveWindowScans(pool, account, [{ windowFrom, startedAt, callsListed, scan: SCAN, digest: '', projected: true, unresolved: 0, callsHeld: 0, callsFound: 0 }], startedAt)

  it('at the busiest is what the fullest window since then was seen to hold, as far as Exotel lists', async () => {
    expect(await readBusiestWindow(pool, 'acme', NOW - 7 * DAY)).toBeNull()
    await listed('acme', NOW - 7 * DAY - WINDOW_MS, NOW - 7 * DAY, 9_000)
    await listed('acme', NOW - 7 * DAY, NOW - 6 * DAY, 700)
    await listed('acme', NOW - DAY, NOW - DAY + WINDOW_MS, 300)
    await listed('acme', NOW - DAY, NOW - DAY + 2 * WINDOW_MS, 800)
    await listed('other', NOW - DAY, NOW - DAY + 2 * WINDOW_MS, 5_000)
    expect(await readBusiestWindow(pool, 'acme', NOW - 7 * DAY)).toBe(800)
  })

  it('now is what we hold of the last minutes, or of those before, from the first to before the last moment', async () => {
    let made = 0
    const call = (account: string, createdAt: number | null) => {
      made += 1
      return pool.query(`INSERT INTO projection.calls (account, call_sid, created_at, verified, conflicts, state, digest, version) VALUES ($1, $2, $3, false, '{}', '{}', '', 1)`, [
        account,
        `c${made}`,
        createdAt === null ? null : new Date(createdAt),
      ])
    }
    const found = NOW - FOUND_AFTER_MS
    for (const createdAt of [found - RATE_SPAN_MS - 1, NOW, null]) await call('acme', createdAt)
    await call('other', NOW - MINUTE)
    expect(await readCallsPerSecond(pool, 'acme', NOW)).toBe(0)
    for (const createdAt of [found - RATE_SPAN_MS, found - MINUTE, found - 1]) await call('acme', createdAt)
    expect(await readCallsPerSecond(pool, 'acme', NOW)).toBe(3 / 900)
    for (const createdAt of [found, NOW - MINUTE, NOW - 1]) await call('acme', createdAt)
    expect(await readCallsPerSecond(pool, 'acme', NOW)).toBe(3 / 600)
  })
})
