import { DAY } from '@rollcall/domain/time'
import { watermarkOf } from '@rollcall/domain/window/watermark'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { WindowState } from '@rollcall/domain/window/window-state'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { pagesRead } from '../testing/pages-read.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readWatermark } from './read-watermark.ts'

const T = Date.UTC(2026, 0, 1)
const PAGES_MAX = 40
const YEAR_OF_WINDOWS = (365 * DAY) / WINDOW_MS

let database: TestDatabase
let pool: Pool

beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const write = async (account: string, states: readonly WindowState['state'][]): Promise<void> => {
  await pool.query('DELETE FROM rollcall.windows WHERE account = $1', [account])
  await pool.query(
    `INSERT INTO rollcall.windows (account, window_from, state, since, detail, reason)
     SELECT $1, $2::timestamptz + (nth - 1) * interval '5 minutes', state, now(), '{}', 'made' FROM unnest($3::text[]) WITH ORDINALITY AS w (state, nth)`,
    [account, new Date(T), states],
  )
}

describe('the watermark as it is read', () => {
  it('is what the windows say, whatever their states, and of one account alone', async () => {
    await write('other', ['gap'])
    const states = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom<WindowState['state']>('final', 'amended') },
        fc.constantFrom<WindowState['state']>('open', 'settling', 'provisional', 'gap'),
      ),
      {
        maxLength: 8,
      },
    )
    await fc.assert(
      fc.asyncProperty(states, async (given) => {
        await write('acme', given)
        expect(await readWatermark(pool, 'acme')).toEqual(watermarkOf(given.map((state, nth) => ({ from: T + nth * WINDOW_MS, state }))))
      }),
      { numRuns: 60 },
    )
  })

  it('reads with a year of windows a handful of pages', async () => {
    const states = Array.from({ length: YEAR_OF_WINDOWS }, (_, nth): WindowState['state'] => (nth < YEAR_OF_WINDOWS - 60 ? 'final' : 'provisional'))
    await write('year', states)
    await pool.query('ANALYZE rollcall.windows')
    expect(await readWatermark(pool, 'year')).toEqual({
      at: T + (YEAR_OF_WINDOWS - 60) * WINDOW_MS,
      heldBy: { from: T + (YEAR_OF_WINDOWS - 60) * WINDOW_MS, state: 'provisional' },
    })
    expect(await pagesRead(pool, (db) => readWatermark(db, 'year'))).toBeLessThan(PAGES_MAX)
  })
})
