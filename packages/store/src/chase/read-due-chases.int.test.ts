import { HOUR, MINUTE } from '@rollcall/domain/time'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { pagesRead } from '../testing/pages-read.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readDueChases } from './read-due-chases.ts'
import { readUnchased } from './read-unchased.ts'

const NOW = Date.UTC(2026, 0, 31, 4)
const MANY = 50_000
/** Less than a tenth of a page a call: whatever looks a call up by itself reads several. */
const PAGES_MAX = MANY / 10

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
beforeEach(() => pool.query('TRUNCATE rollcall.chases, projection.calls'))

const chase = (callSid: string, due: number, deadline: number, account = 'acme') =>
  pool.query(`INSERT INTO rollcall.chases (account, call_sid, why, since, begun_at, due, deadline) VALUES ($1, $2, 'recording', $3, $3, $3, $4)`, [
    account,
    callSid,
    new Date(due),
    new Date(deadline),
  ])
const sids = async (limit: number) => (await readDueChases(pool, 'acme', NOW, limit)).map(({ callSid }) => callSid)
describe('chases that are due', () => {
  it('are those whose moment has come, of the account, by deadline', async () => {
    await chase('later', NOW + 1, NOW + MINUTE)
    await chase('second', NOW, NOW + 2 * MINUTE)
    await chase('first', NOW - MINUTE, NOW + MINUTE)
    await chase('beta', NOW, NOW, 'beta')
    expect(await sids(10)).toEqual(['first', 'second'])
  })

  it('are read up to a bound of each: those that can still be in time, and those that are late', async () => {
    for (let nth = 0; nth < 5; nth += 1) {
      await chase(`late${nth}`, NOW - HOUR, NOW - HOUR + nth)
      await chase(`timely${nth}`, NOW - HOUR, NOW + nth)
    }
    expect(await sids(2)).toEqual(['late0', 'late1', 'timely0', 'timely1'])
  })

  it(`are found among ${MANY} open calls without reading all of them, and so are the calls that are not chased yet`, async () => {
    await pool.query(
      `INSERT INTO projection.calls (account, call_sid, status, first_webhook_at, verified, conflicts, state, digest, version)
       SELECT 'acme', 'c' || n, 'in-progress', $1::timestamptz - n * interval '200 milliseconds', false, '{}', '{"fields":{},"spreads":{},"firstSeen":{},"events":{},"told":{}}', '', 1 FROM generate_series(1, $2::int) n`,
      [new Date(NOW), MANY],
    )
    await pool.query(
      `INSERT INTO rollcall.chases (account, call_sid, why, since, begun_at, due, deadline)
       SELECT 'acme', 'c' || n, 'open', $1, $1, $1::timestamptz - interval '1 second' + n * interval '5 milliseconds', $1::timestamptz + interval '5 minutes' FROM generate_series(1, $2::int) n`,
      [new Date(NOW), MANY],
    )
    await pool.query('ANALYZE rollcall.chases, projection.calls')
    expect((await readDueChases(pool, 'acme', NOW, 1_000)).length).toBe(200)
    expect(await pagesRead(pool, (db) => readDueChases(db, 'acme', NOW, 600))).toBeLessThan(PAGES_MAX)
    expect(await pagesRead(pool, (db) => readDueChases(db, 'acme', NOW + HOUR, 600))).toBeLessThan(PAGES_MAX)
    const looked = { why: 'open', from: NOW - 5 * HOUR, to: NOW, limit: 5_000 } as const
    expect(await readUnchased(pool, 'acme', looked)).toEqual([])
    expect(await pagesRead(pool, (db) => readUnchased(db, 'acme', looked))).toBeLessThan(PAGES_MAX)
    expect(await pagesRead(pool, (db) => readUnchased(db, 'acme', { ...looked, from: NOW - 15 * MINUTE }))).toBeLessThan(PAGES_MAX)
  })
})
