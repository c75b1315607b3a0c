import { DAY, MINUTE, SECOND } from '@rollcall/domain/time'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import type { Queryable } from '../queryable.ts'
import { pagesRead } from '../testing/pages-read.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { CONSIDERED_MAX, readIncompleteCalls } from './read-incomplete-calls.ts'

const NOW = Date.UTC(2026, 0, 15)
/** As many as two hours without webhooks make at 15 calls a second. */
const CALLS = 108_000
const LIMIT = 5
/** Some for each call that is considered: reading all observations for each would be a million. */
const PAGES_MAX = 20 * CONSIDERED_MAX

describe('calls to look up because their webhook never came', () => {
  let database: TestDatabase
  let pool: Pool

  beforeAll(async () => {
    database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2, statementMsMax: 120_000 })
    await pool.query(
      `INSERT INTO projection.calls (account, call_sid, created_at, ended_at, verified, conflicts, state, digest, version)
       SELECT 'acme', md5(n::text), $1, $1, true, '{}', CASE WHEN n > $3 THEN '{"fields":{}}'::jsonb ELSE '{"fields":{"conversationSeconds":{}}}' END, '', 1 FROM generate_series(1, $2::int) n`,
      [new Date(NOW), CALLS, CONSIDERED_MAX],
    )
    await pool.query(
      `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at)
       SELECT 'acme', md5(n::text), 'status-callback', 'default', 'missing', 'never-arrived', $1::timestamptz - n * interval '1 second' FROM generate_series(1, $2::int) n`,
      [new Date(NOW), CALLS],
    )
    await pool.query(
      `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome)
       SELECT 0, n, 'acme', md5(n::text), 'call-list', 'test', $1, '', '', 'facts' FROM generate_series(1, $2::int) n`,
      [new Date(NOW), CALLS],
    )
    // Before the first lookup: a plan that reckons with none would read all observations for each call.
    await pool.query('ANALYZE')
  })
  afterAll(async () => {
    await pool?.end()
    await database?.drop()
  })

  const read = (from: string, db: Queryable = pool) => readIncompleteCalls(db, 'acme', { from, limit: LIMIT, settleMs: 0, askedSince: NOW, absencesNeeded: 3, absenceSpanMs: DAY })
  const sids = async () =>
    (await pool.query<{ call_sid: string }>(`SELECT call_sid FROM projection.calls WHERE NOT state -> 'fields' ? 'conversationSeconds' ORDER BY call_sid`)).rows.map(
      (row) => row.call_sid,
    )

  it('are found without weighing all of them', async () => {
    expect(await read('8')).toHaveLength(LIMIT)
    expect(await pagesRead(pool, (db) => read('8', db))).toBeLessThan(PAGES_MAX)
  })

  it('are looked through from the Sid that is given, and round to the first', async () => {
    const all = await sids()
    const middle = all[CALLS / 2] as string
    expect((await read(middle)).every((sid) => sid >= middle)).toBe(true)
    const last = all.at(-2) as string
    expect((await read(last)).some((sid) => sid < middle)).toBe(true)
  })

  it('are none where those looked through need none, until another turn', async () => {
    const all = await sids()
    await pool.query(`UPDATE projection.calls SET state = '{"fields":{"conversationSeconds":{}}}' WHERE call_sid = ANY ($1)`, [all.slice(0, CONSIDERED_MAX)])
    expect(await read('')).toEqual([])
    expect(await read(all[CONSIDERED_MAX] as string)).toHaveLength(LIMIT)
  })

  it('are looked through in every turn where their webhook was missed last', async () => {
    await pool.query(
      `INSERT INTO projection.calls (account, call_sid, created_at, ended_at, verified, conflicts, state, digest, version) VALUES ('acme', 'zz', $1, $1, true, '{}', '{"fields":{}}', '', 1)`,
      [new Date(NOW)],
    )
    await pool.query(
      `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at) VALUES ('acme', 'zz', 'status-callback', 'default', 'missing', 'never-arrived', $1)`,
      [new Date(NOW)],
    )
    expect(await read('')).toEqual(['zz'])
  })

  it.each([
    ['while it went on, however lately', -SECOND, true],
    ['just after its end, a moment ago', SECOND, false],
    ['after its end and some time ago, when its row may not have been whole', 2 * MINUTE, true],
    ['when its row was whole', 11 * MINUTE, false],
  ])('are asked for again or not where one was looked up %s', async (_, afterEndMs, isAsked) => {
    const account = `looked-up-${afterEndMs}`
    const lookedUpAt = NOW + afterEndMs
    await pool.query(
      `INSERT INTO projection.calls (account, call_sid, created_at, ended_at, verified, conflicts, state, digest, version) VALUES ($1, 'a', $2, $2, true, '{}', '{"fields":{}}', '', 1)`,
      [account, new Date(NOW)],
    )
    await pool.query(
      `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at) VALUES ($1, 'a', 'status-callback', 'default', 'missing', 'never-arrived', $2)`,
      [account, new Date(NOW)],
    )
    await pool.query(
      `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome) VALUES (1, $3, $1, 'a', 'call-lookup', 'test', $2, '', '', 'facts')`,
      [account, new Date(lookedUpAt), Math.abs(afterEndMs)],
    )
    const askedSince = afterEndMs === 2 * MINUTE ? lookedUpAt + SECOND : lookedUpAt - SECOND
    const found = await readIncompleteCalls(pool, account, { from: '', limit: LIMIT, settleMs: 10 * MINUTE, askedSince, absencesNeeded: 3, absenceSpanMs: DAY })
    expect(found).toEqual(isAsked ? ['a'] : [])
  })
})
