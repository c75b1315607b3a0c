import { DAY } from '@rollcall/domain/time'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { CONSIDERED_MAX, readIncompleteCalls } from './read-incomplete-calls.ts'

const NOW = Date.UTC(2026, 0, 15)
/** As many as two hours without webhooks make at 15 calls a second. */
const CALLS = 108_000
const LIMIT = 5

describe('calls to look up because their webhook never came', () => {
  let database: TestDatabase
  let pool: Pool

  beforeAll(async () => {
    database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2, statementMsMax: 120_000 })
    await pool.query(
      `INSERT INTO projection.calls (account, call_sid, created_at, ended_at, verified, conflicts, state, digest, version)
       SELECT 'acme', md5(n::text), $1, $1, true, '{}', '{"fields":{}}', '', 1 FROM generate_series(1, $2::int) n`,
      [new Date(NOW), CALLS],
    )
    await pool.query(
      `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at)
       SELECT 'acme', md5(n::text), 'status-callback', 'default', 'missing', 'never-arrived', $1 FROM generate_series(1, $2::int) n`,
      [new Date(NOW), CALLS],
    )
    await pool.query('ANALYZE')
  })
  afterAll(async () => {
    await pool?.end()
    await database?.drop()
  })

  const read = (from: string) => readIncompleteCalls(pool, 'acme', { from, limit: LIMIT, settleMs: 0, askedSince: NOW, absencesNeeded: 3, absenceSpanMs: DAY })
  const sids = async () => (await pool.query<{ call_sid: string }>('SELECT call_sid FROM projection.calls ORDER BY call_sid')).rows.map((row) => row.call_sid)

  it('are found without weighing all of them', async () => {
    await read('')
    const began = performance.now()
    expect(await read('8')).toHaveLength(LIMIT)
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('are looked through from the Sid that is given, and round to the first', async () => {
    const all = await sids()
    const middle = all[CALLS / 2] as string
    expect(await read(middle)).toEqual(all.slice(CALLS / 2, CALLS / 2 + LIMIT))
    const last = all.at(-2) as string
    expect(await read(last)).toEqual(all.slice(0, LIMIT))
  })

  it('are none where those looked through need none, until another turn', async () => {
    const all = await sids()
    await pool.query(`UPDATE projection.calls SET state = '{"fields":{"conversationSeconds":{}}}' WHERE call_sid = ANY ($1)`, [all.slice(0, CONSIDERED_MAX)])
    expect(await read('')).toEqual([])
    expect(await read(all[CONSIDERED_MAX] as string)).toHaveLength(LIMIT)
  })
})
