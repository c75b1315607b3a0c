import { randomUUID } from 'node:crypto'
import { HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { readDayWindows } from '../audit/read-day-windows.ts'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readCompleteness } from './read-completeness.ts'
import { readTimeliness } from './read-timeliness.ts'
import { readWebhookYield } from './read-webhook-yield.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const RANGE = { from: FROM, to: FROM + 15 * MINUTE }
const NEVER = null

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
beforeEach(() => {
  account = `a-${randomUUID().slice(0, 8)}`
})

const at = (ms: number | null) => (ms === null ? null : new Date(ms))
interface Held {
  readonly created?: number
  readonly ended?: number | null
  readonly told?: number | null
  readonly by?: string
  readonly recorded?: number | null
  readonly recordedBy?: string
  readonly verified?: boolean
  readonly seenBy?: readonly string[]
}
const call = (callSid: string, of: Held = {}) => {
  const { created = FROM, ended = FROM + MINUTE, told = FROM + MINUTE, by = 'webhook', recorded = NEVER, recordedBy = 'webhook', verified = true, seenBy = ['poll'] } = of
  const state = { fields: {}, spreads: {}, firstSeen: Object.fromEntries(seenBy.map((source) => [source, created])), events: {}, told: {} }
  return pool.query(
    `INSERT INTO projection.calls (account, call_sid, status, created_at, ended_at, ended_told_at, ended_told_by, recording_told_at, recording_told_by, verified, first_api_at, conflicts, state, digest, version)
     VALUES ($1, $2, 'completed', $3, $4, $5, $6, $7, $8, $9, CASE WHEN $9 THEN $3::timestamptz END, '{}', $10, '', 1)`,
    [account, callSid, at(created), at(ended), at(told), by, at(recorded), recorded === null ? null : recordedBy, verified, state],
  )
}
const window = (from: number, state: string) =>
  pool.query(`INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) VALUES ($1, $2, $3, 'scan', $2, '{}')`, [account, at(from), state])
const scanned = (from: number, listed: number, held = listed, startedAt = from + HOUR, projected = true) =>
  pool.query(
    `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at) VALUES ($1, $2, $3, $4, 'd', $5, 0, $6, $7, 0, $4)`,
    [account, at(from), randomUUID(), at(startedAt), projected, listed, held],
  )

describe('completeness', () => {
  it('is of closed windows alone, and says of the others how many there are', async () => {
    await window(FROM, 'final')
    await window(FROM + 5 * MINUTE, 'provisional')
    await scanned(FROM, 2)
    await scanned(FROM + 5 * MINUTE, 7)
    await call('a')
    await call('b', { created: FROM + 5 * MINUTE - SECOND })
    await call('c', { created: FROM + 5 * MINUTE })
    expect(await readCompleteness(pool, account, RANGE)).toEqual({
      windowsExpected: 3,
      closed: { windows: 1, listed: 2, exact: 2, unlisted: 0, claims: 0 },
      byState: { final: { windows: 1, listed: 2, exact: 2, unlisted: 0, claims: 0 }, provisional: { windows: 1, listed: 7, exact: 1, unlisted: 0, claims: 0 } },
    })
  })

  it('goes by the last read of a window, and counts an amended one as closed', async () => {
    await window(FROM, 'amended')
    await scanned(FROM, 1, 1, FROM + HOUR)
    await scanned(FROM, 2, 2, FROM + 25 * HOUR)
    await call('a')
    expect((await readCompleteness(pool, account, RANGE)).closed).toMatchObject({ windows: 1, listed: 2, exact: 1 })
  })

  it('does not count a call that only webhooks told of, nor one that no list showed', async () => {
    await window(FROM, 'final')
    await scanned(FROM, 2)
    await call('a')
    await call('claimed', { verified: false, seenBy: ['webhook'] })
    await call('looked-up', { seenBy: ['lookup'] })
    expect((await readCompleteness(pool, account, RANGE)).closed).toEqual({ windows: 1, listed: 2, exact: 1, unlisted: 1, claims: 1 })
  })

  it('does not make up in one window for what another lacks', async () => {
    await window(FROM, 'final')
    await window(FROM + 5 * MINUTE, 'final')
    await scanned(FROM, 0)
    await scanned(FROM + 5 * MINUTE, 1)
    await call('a')
    expect((await readCompleteness(pool, account, RANGE)).closed).toMatchObject({ listed: 1, exact: 0 })
  })

  it('counts what was not read back as it was listed for no more than was held', async () => {
    await window(FROM, 'final')
    await scanned(FROM, 2, 1, FROM + HOUR, false)
    await call('a')
    await call('b')
    expect((await readCompleteness(pool, account, RANGE)).closed).toMatchObject({ listed: 2, exact: 1 })
  })
})

describe('completeness of windows that were never read whole', () => {
  it('is of no call, also where a list has shown some', async () => {
    await window(FROM, 'open')
    await call('a')
    expect((await readCompleteness(pool, account, RANGE)).byState).toEqual({ open: { windows: 1, listed: 0, exact: 0, unlisted: 0, claims: 0 } })
  })
})

describe('timeliness', () => {
  const observe = (callSid: string, receivedAt: number, scanId: string) =>
    pool.query(
      `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome, scan_id)
       VALUES (0, $1, $2, $3, 'call-list', 'test', $4, 'id', 'hash', 'facts', $5)`,
      [Math.floor(Math.random() * 1e12), account, callSid, at(receivedAt), scanId],
    )

  it('is from the end of each call until its end was held, by how it came', async () => {
    const [trailing, chase] = [randomUUID(), randomUUID()]
    await pool.query(
      `INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, pages, requests, calls_listed) VALUES ($1, $1, $2, 'trailing', $3, $3, $3, $3, 'complete', 1, 1, 1)`,
      [trailing, account, at(FROM)],
    )
    await pool.query('INSERT INTO rollcall.chase_reads (read_id, account, read_at, calls_asked, calls_listed, rows_appended) VALUES ($1, $2, $3, 1, 1, 1)', [
      chase,
      account,
      at(FROM),
    ])
    await call('hook', { ended: FROM, told: FROM + 2 * SECOND })
    await call('ahead', { ended: FROM, told: FROM - SECOND })
    await call('poll', { ended: FROM, told: FROM + 10 * MINUTE, by: 'poll' })
    await observe('poll', FROM + 10 * MINUTE, trailing)
    await call('sid', { ended: FROM, told: FROM + 11 * MINUTE, by: 'poll' })
    await observe('sid', FROM + 11 * MINUTE, chase)
    await call('odd', { ended: FROM, told: FROM + 21 * MINUTE, by: 'poll' })
    await observe('odd', FROM + 21 * MINUTE, 'no-uuid')
    await call('single', { ended: FROM, told: FROM + MINUTE, by: 'lookup' })
    await call('no-end', { ended: null })
    await call('claimed', { verified: false, told: FROM + HOUR })
    await call('elsewhere', { created: RANGE.to, told: FROM + HOUR })
    const measured = await readTimeliness(pool, account, RANGE)
    expect(measured.ended).toEqual({ facts: 6, withinObjective: 4, withinRpo: 5, p50Seconds: 60, p99Seconds: 1_260, maxSeconds: 1_260 })
    expect(Object.fromEntries(Object.entries(measured.endedBy).map(([how, { facts, maxSeconds }]) => [how, [facts, maxSeconds]]))).toEqual({
      webhook: [2, 2],
      lookup: [1, 60],
      trailing: [1, 600],
      chase: [1, 660],
      unknown: [1, 1_260],
    })
    expect(measured.endUnknown).toBe(1)
  })

  it('asks of each call by which read it was told, where many were told at one moment, and goes by the first of two', async () => {
    const moment = FROM + 10 * MINUTE
    const scans = { trailing: randomUUID(), finalise: randomUUID() }
    for (const [lane, scanId] of Object.entries(scans))
      await pool.query(
        `INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, pages, requests, calls_listed) VALUES ($1, $1, $2, $3, $4, $4, $4, $4, 'complete', 1, 1, 1)`,
        [scanId, account, lane, at(FROM)],
      )
    for (const callSid of ['a', 'b', 'c']) await call(callSid, { ended: FROM, told: moment, by: 'poll', recorded: moment + 123, recordedBy: 'poll' })
    for (const [callSid, scanId, offset, receivedAt, surface] of [
      ['a', scans.finalise, 7, moment, 'call-list'],
      ['a', scans.trailing, 3, moment, 'call-list'],
      ['b', scans.finalise, 4, moment, 'call-list'],
      ['c', scans.finalise, 5, moment, 'call-lookup'],
      ['b', scans.trailing, 6, moment + 123, 'call-list'],
      ['elsewhere', scans.trailing, 8, moment + 123, 'call-list'],
    ] as const)
      await pool.query(
        `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome, scan_id)
         VALUES (0, $1, $2, $3, $4, 'test', $5, 'id', 'hash', 'facts', $6)`,
        [1e13 + offset, account, callSid, surface, at(receivedAt), scanId],
      )
    const { endedBy, recordedBy, recorded } = await readTimeliness(pool, account, RANGE)
    const facts = (by: typeof endedBy) => Object.fromEntries(Object.entries(by).map(([how, { facts: count }]) => [how, count]))
    expect(facts(endedBy)).toEqual({ trailing: 1, finalise: 1, unknown: 1 })
    expect(facts(recordedBy)).toEqual({ trailing: 1, unknown: 2 })
    expect(recorded).toMatchObject({ p50Seconds: 600.123, maxSeconds: 600.123 })
  })

  it('is exact to the millisecond, also of days', async () => {
    await call('a', { ended: FROM, told: FROM + 90_000_123 })
    expect((await readTimeliness(pool, account, RANGE)).ended).toMatchObject({ p50Seconds: 90_000.123, maxSeconds: 90_000.123 })
  })

  it('of recordings is from when the API last showed the call without one', async () => {
    const chased = (callSid: string, withoutAt: number | null, outcome: string | null) =>
      pool.query(
        `INSERT INTO rollcall.chases (account, call_sid, why, since, begun_at, without_at, due, deadline, outcome, ended_at)
         VALUES ($1, $2, 'recording', $3::timestamptz, $3, $4, CASE WHEN $5::text IS NULL THEN $3 END, CASE WHEN $5::text IS NULL THEN $3 END, $5, CASE WHEN $5::text IS NULL THEN NULL ELSE $3 END)`,
        [account, callSid, at(FROM), at(withoutAt), outcome],
      )
    await call('late', { ended: FROM, recorded: FROM + HOUR, recordedBy: 'lookup' })
    await chased('late', FROM + HOUR - 90 * SECOND, 'found')
    await call('soon', { ended: FROM, recorded: FROM + 5 * SECOND })
    await call('unasked', { ended: FROM, recorded: FROM + 6 * MINUTE })
    await chased('unasked', null, 'found')
    await call('awaited', { ended: FROM })
    await chased('awaited', FROM + MINUTE, null)
    const measured = await readTimeliness(pool, account, RANGE)
    expect(measured.recorded).toEqual({ facts: 3, withinObjective: 2, withinRpo: 2, p50Seconds: 90, p99Seconds: 360, maxSeconds: 360 })
    expect(measured.recordingsAwaited).toBe(1)
  })

  it('of nothing is nothing', async () =>
    expect((await readTimeliness(pool, account, RANGE)).ended).toEqual({ facts: 0, withinObjective: 0, withinRpo: 0, p50Seconds: null, p99Seconds: null, maxSeconds: null }))
})

describe('the webhook yield', () => {
  it('is of the webhooks that were expected of the range’s calls, whatever else told of them', async () => {
    const judged = (callSid: string, outcome: string, reason: string | null, expectation = 'status-callback') =>
      pool.query(`INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at) VALUES ($1, $2, $3, 'r', $4, $5, $6)`, [
        account,
        callSid,
        expectation,
        outcome,
        reason,
        at(FROM),
      ])
    for (const callSid of ['a', 'b', 'c', 'd', 'e']) await call(callSid)
    await call('later', { created: RANGE.to })
    await judged('a', 'arrived', null)
    await judged('a', 'missing', 'never-arrived', 'answered')
    await judged('b', 'arrived', 'late')
    await judged('c', 'missing', 'never-arrived')
    await judged('d', 'pending', null)
    await judged('e', 'not-expected', null, 'none')
    await judged('later', 'missing', 'never-arrived')
    expect(await readWebhookYield(pool, account, RANGE)).toEqual({
      expected: 5,
      arrived: 2,
      late: 1,
      missing: 2,
      pending: 1,
      missingBy: { 'never-arrived': 2 },
      callsNotExpected: 1,
    })
  })

  it('is the same wherever it was noted that a call was created, as long as that is one time for all that is said of it', async () => {
    const times = { early: RANGE.from - 1, first: RANGE.from, last: RANGE.to - 1, late: RANGE.to, never: null }
    const said = [
      ['a', 'arrived', 'late'],
      ['b', 'missing', 'never-arrived'],
      ['c', 'not-expected', null],
    ] as const
    for (const [is, created] of Object.entries(times))
      for (const [was, noted] of Object.entries(times))
        for (const webhooks of [0, 1, 3]) {
          const callSid = `${is}-${was}-${webhooks}`
          await pool.query(
            `INSERT INTO projection.calls (account, call_sid, status, created_at, verified, conflicts, state, digest, version) VALUES ($1, $2, 'completed', $3, true, '{}', '{}', '', 1)`,
            [account, callSid, at(created)],
          )
          for (const [expectation, outcome, reason] of said.slice(0, webhooks))
            await pool.query(
              `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at, call_created_at) VALUES ($1, $2, $3, 'r', $4, $5, $6, $7)`,
              [account, callSid, expectation, outcome, reason, at(FROM), at(noted)],
            )
        }
    // Two times are within the range, and each was noted in five ways; of a call with one webhook it arrived.
    const oneByOne = 2 * 5
    expect(await readWebhookYield(pool, account, RANGE)).toEqual({
      expected: 3 * oneByOne,
      arrived: 2 * oneByOne,
      late: 2 * oneByOne,
      missing: oneByOne,
      pending: 0,
      missingBy: { 'never-arrived': oneByOne },
      callsNotExpected: oneByOne,
    })
    const windows = await readDayWindows(pool, account, RANGE)
    expect(windows.map(({ webhooksExpected, webhooksMissing }) => [webhooksExpected, webhooksMissing])).toEqual([
      [15, 5],
      [0, 0],
      [15, 5],
    ])
  })
})
