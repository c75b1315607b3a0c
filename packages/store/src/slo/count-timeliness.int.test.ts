import { randomUUID } from 'node:crypto'
import { DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { countTimeliness, readTimelinessCount } from './count-timeliness.ts'
import { readFactCounts, sumOver } from './read-fact-counts.ts'

const NOW = Date.UTC(2026, 0, 31, 4, 30, 30)

let database: TestDatabase
let pool: Pool
let account: string
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})
beforeEach(async () => {
  account = `a-${randomUUID().slice(0, 8)}`
  await pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)', [account, new Date(NOW)])
})

const call = (callSid: string, endedAgo: number, delay: number, by = 'webhook', verified = true) =>
  pool.query(
    `INSERT INTO projection.calls (account, call_sid, status, ended_at, ended_told_at, ended_told_by, verified, conflicts, state, digest, version) VALUES ($1, $2, 'completed', $3, $4, $5, $6, '{}', '{}', '', 1)`,
    [account, callSid, new Date(NOW - endedAgo), new Date(NOW - endedAgo + delay), by, verified],
  )
const count = (from = NOW - DAY, to = NOW) => countTimeliness(pool, account, { spans: [{ from, to }], forgetBefore: NOW - 31 * DAY })

describe('timeliness by the minute', () => {
  it('counts the facts durable in each time, which were late, and which broke the RPO', async () => {
    await call('soon', 2 * MINUTE, SECOND)
    await call('exact', 20 * MINUTE, 10 * MINUTE, 'lookup')
    await call('late', 21 * MINUTE, 10 * MINUTE + SECOND, 'lookup')
    await call('broken', 5 * HOUR, 20 * MINUTE + SECOND, 'lookup')
    await call('claimed', 2 * MINUTE, SECOND, 'webhook', false)
    await count()
    const counts = await readFactCounts(pool, account, NOW, [5 * MINUTE, HOUR, 6 * HOUR])
    expect(sumOver(counts, 'ended', 5 * MINUTE)).toEqual({ facts: 1, late: 0, breached: 0 })
    expect(sumOver(counts, 'ended', HOUR)).toEqual({ facts: 3, late: 1, breached: 0 })
    expect(sumOver(counts, 'ended', 6 * HOUR)).toEqual({ facts: 4, late: 2, breached: 1 })
    expect(sumOver(counts, 'recorded', 6 * HOUR)).toEqual({ facts: 0, late: 0, breached: 0 })
    expect(counts.filter(({ ms }) => ms === HOUR)).toEqual([
      { fact: 'ended', how: 'lookup', ms: HOUR, facts: 2, late: 1, breached: 0 },
      { fact: 'ended', how: 'webhook', ms: HOUR, facts: 1, late: 0, breached: 0 },
    ])
    expect(await readTimelinessCount(pool, account)).toBe(NOW)
  })

  it('counts nothing twice, and what came to be known meanwhile', async () => {
    await call('a', 2 * MINUTE, SECOND)
    await count()
    await call('b', 2 * MINUTE, SECOND)
    await count(NOW - 30 * MINUTE)
    expect(sumOver(await readFactCounts(pool, account, NOW, [HOUR]), 'ended', HOUR)).toMatchObject({ facts: 2 })
  })

  it('leaves alone the minutes beside those that it counts again', async () => {
    await call('before', HOUR, 0)
    await call('within', HOUR - MINUTE, 0)
    await call('after', HOUR - 2 * MINUTE, 0)
    await count()
    await pool.query('DELETE FROM projection.calls WHERE account = $1', [account])
    await countTimeliness(pool, account, {
      spans: [
        { from: NOW - MINUTE, to: NOW },
        { from: NOW - HOUR + 30 * SECOND, to: NOW - HOUR + 90 * SECOND },
      ],
      forgetBefore: NOW - 31 * DAY,
    })
    const { rows } = await pool.query('SELECT minute FROM rollcall.timeliness WHERE account = $1 ORDER BY minute', [account])
    expect(rows.map(({ minute }) => minute.getTime() - NOW)).toEqual([-HOUR - 30 * SECOND, -HOUR + 90 * SECOND])
  })

  it('ends in time where calls and their observations are many', async () => {
    await pool.query(
      `INSERT INTO projection.calls (account, call_sid, status, ended_at, ended_told_at, ended_told_by, verified, conflicts, state, digest, version)
       SELECT $1, 'c' || n, 'completed', $2, $2, 'poll', true, '{}', '{}', '', 1 FROM generate_series(1, 9000) n`,
      [account, new Date(NOW - MINUTE)],
    )
    await pool.query(
      `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome, scan_id)
       SELECT 0, n, $1, 'c' || n, 'call-list', 'test', $2, '', '', 'facts', NULL FROM generate_series(1, 9000) n`,
      [account, new Date(NOW - MINUTE)],
    )
    await pool.query('ANALYZE')
    await count()
    expect(sumOver(await readFactCounts(pool, account, NOW, [HOUR]), 'ended', HOUR)).toMatchObject({ facts: 9_000 })
  })

  it('keeps what is older than what is counted again, and forgets what is too old', async () => {
    await call('old', 3 * HOUR, SECOND)
    await count()
    await pool.query('DELETE FROM projection.calls WHERE account = $1', [account])
    await count(NOW - HOUR)
    expect(sumOver(await readFactCounts(pool, account, NOW, [6 * HOUR]), 'ended', 6 * HOUR)).toMatchObject({ facts: 1 })
    await countTimeliness(pool, account, { spans: [{ from: NOW - HOUR, to: NOW }], forgetBefore: NOW - 2 * HOUR })
    expect(await readFactCounts(pool, account, NOW, [6 * HOUR])).toEqual([])
  })

  it('measures a recording from when the API last showed the call without it', async () => {
    await call('r', HOUR, SECOND)
    await pool.query('UPDATE projection.calls SET recording_told_at = $2, recording_told_by = $3 WHERE account = $1', [account, new Date(NOW - MINUTE), 'lookup'])
    await count()
    expect(sumOver(await readFactCounts(pool, account, NOW, [HOUR]), 'recorded', HOUR)).toEqual({ facts: 1, late: 1, breached: 1 })
    await pool.query(
      `INSERT INTO rollcall.chases (account, call_sid, why, since, begun_at, without_at, outcome, ended_at) VALUES ($1, 'r', 'recording', $2, $2, $2, 'found', $2)`,
      [account, new Date(NOW - 2 * MINUTE)],
    )
    await count()
    expect(sumOver(await readFactCounts(pool, account, NOW, [HOUR]), 'recorded', HOUR)).toEqual({ facts: 1, late: 0, breached: 0 })
  })
})
