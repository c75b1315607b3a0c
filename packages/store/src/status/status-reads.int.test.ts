import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { countCalls } from './count-calls.ts'
import { countDeadLetters } from './count-dead-letters.ts'
import { countFindings } from './count-findings.ts'
import { countObservations } from './count-observations.ts'
import { readCallColumns } from './read-call-columns.ts'
import { readPendingMigrations } from './read-pending-migrations.ts'
import { readLastRun, readRuns } from './read-runs.ts'
import { readServer } from './read-server.ts'
import { readVerified } from './read-verified.ts'
import { readWebhookFindings } from './read-webhook-findings.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

const AT = new Date('2026-01-31T04:00:00Z')
const ID = '00000000-0000-7000-8000-000000000000'

describe('what status reads', () => {
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

  const observe = (offset: number, account: string, surface: string) =>
    pool.query(
      `INSERT INTO projection.observations (partition, log_offset, account, surface, source, received_at, ce_id, payload_sha256, outcome) VALUES (0, $1, $2, $3, 'test', $4, 'id', 'hash', 'facts')`,
      [offset, account, surface, AT],
    )
  const call = (callSid: string, verified: boolean, durationSeconds: string | null = null) =>
    pool.query(
      `INSERT INTO projection.calls (account, call_sid, status, created_at, duration_seconds, verified, conflicts, state, digest, version) VALUES ('acme', $1, 'completed', $2, $3, $4, '{}', '{}', '', 1)`,
      [callSid, AT, durationSeconds, verified],
    )
  const run = (runId: string, startedAt: Date, endedAt: Date | null, outcome: string) =>
    pool.query(
      `INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, ended_at, lease_epoch, outcome, requests, calls_found) VALUES ($1, 'acme', 'cron', $2, $2, $3, 1, $4, 7, 3)`,
      [runId, startedAt, endedAt, outcome],
    )

  it('is nothing in a new installation', async () => {
    expect([await countObservations(pool), [...(await countCalls(pool))], [...(await countDeadLetters(pool))], await readLastRun(pool, 'acme')]).toEqual([[], [], [], null])
    expect(await countFindings(pool, 'acme')).toEqual({ callsFound: 0, webhooksMissing: 0 })
  })

  it('tells webhooks from API rows, by account', async () => {
    for (const [offset, account, surface] of [
      [1, 'acme', 'status-callback'],
      [2, 'acme', 'passthru'],
      [3, 'acme', 'call-list'],
      [4, 'beta', 'call-lookup'],
    ] as const)
      await observe(offset, account, surface)
    expect((await countObservations(pool)).toSorted((a, b) => a.account.localeCompare(b.account))).toEqual([
      { account: 'acme', webhooks: 2, apiRows: 1 },
      { account: 'beta', webhooks: 0, apiRows: 1 },
    ])
  })

  it('tells calls that the API told of from those that only a webhook claims', async () => {
    await call('known', true, '17.0')
    await call('claimed', false)
    expect(await countCalls(pool)).toEqual(new Map([['acme', 2]]))
    expect(await readVerified(pool, 'acme', ['known', 'claimed', 'never'])).toEqual(new Set(['known']))
    const [, known] = (await readCallColumns(pool, 'acme')).toSorted((a, b) => a.callSid.localeCompare(b.callSid))
    expect(known).toMatchObject({ callSid: 'known', verified: true, status: 'completed', createdAt: AT.getTime(), endedAt: null, durationSeconds: '17.0', price: null })
  })

  it('counts dead letters, also those without an account', async () => {
    for (const [offset, account] of [
      [1, 'acme'],
      [2, null],
    ])
      await pool.query(
        `INSERT INTO projection.dead_letters (partition, log_offset, account, reason, headers, payload, received_at) VALUES (0, $1, $2, 'unreadable', '{}', '', $3)`,
        [offset, account, AT],
      )
    expect(await countDeadLetters(pool)).toEqual(
      new Map<string | null, number>([
        ['acme', 1],
        [null, 1],
      ]),
    )
  })

  it('counts calls found and webhooks missing, and nothing else that was judged', async () => {
    for (const [callSid, kind] of [
      ['a', 'only-theirs'],
      ['b', 'only-theirs'],
      ['b', 'partial'],
    ])
      await pool.query(`INSERT INTO rollcall.verdicts (account, call_sid, kind, fields, scan_id, found_at) VALUES ('acme', $1, $2, '{}', $3, $4)`, [callSid, kind, ID, AT])
    for (const [callSid, outcome] of [
      ['a', 'missing'],
      ['b', 'arrived'],
      ['c', 'pending'],
    ])
      await pool.query(`INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, judged_at) VALUES ('acme', $1, 'status-callback', 'rule', $2, $3)`, [
        callSid,
        outcome,
        AT,
      ])
    expect(await countFindings(pool, 'acme')).toEqual({ callsFound: 2, webhooksMissing: 1 })
    expect(await countFindings(pool, 'beta')).toEqual({ callsFound: 0, webhooksMissing: 0 })
  })

  it('tells why webhooks are missing, which may be spooled, whether they are silent, and which calls are mere claims', async () => {
    await pool.query('TRUNCATE rollcall.judgements, projection.calls')
    expect(await readWebhookFindings(pool, 'acme')).toEqual({ missingByReason: {}, webhooksSpooled: 0, webhooksSilentSince: null, callsUnverified: 0, callsDenied: 0 })
    for (const [callSid, outcome, reason] of [
      ['a', 'missing', 'never-arrived'],
      ['b', 'missing', 'quarantined'],
      ['c', 'missing', 'never-arrived'],
      ['d', 'pending', 'spooled'],
      ['e', 'pending', null],
      ['f', 'arrived', 'late'],
    ])
      await pool.query(
        `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at) VALUES ('acme', $1, 'status-callback', 'rule', $2, $3, $4)`,
        [callSid, outcome, reason, AT],
      )
    for (const [callSid, verified, times, minutes] of [
      ['known', true, 3, 30],
      ['claimed', false, 0, 0],
      ['twice', false, 2, 60],
      ['quick', false, 3, 29],
      ['denied', false, 3, 30],
    ] as const) {
      await call(callSid, verified)
      if (times > 0) await pool.query(`INSERT INTO rollcall.absences VALUES ('acme', $1, $2, $2::timestamptz + $4 * interval '1 minute', $3)`, [callSid, AT, times, minutes])
    }
    await pool.query(`INSERT INTO rollcall.accounts (account, first_window, webhooks_silent_since) VALUES ('acme', $1, $1)`, [AT])
    expect(await readWebhookFindings(pool, 'acme')).toEqual({
      missingByReason: { 'never-arrived': 2, quarantined: 1 },
      webhooksSpooled: 1,
      webhooksSilentSince: AT.getTime(),
      callsUnverified: 4,
      callsDenied: 1,
    })
  })

  it('shows the run that began last, also while it goes on', async () => {
    await run('00000000-0000-7000-8000-000000000001', AT, new Date(AT.getTime() + 1_000), 'complete')
    expect(await readLastRun(pool, 'acme')).toMatchObject({ outcome: 'complete', startedAt: AT.getTime(), endedAt: AT.getTime() + 1_000, requests: 7, callsFound: 3 })
    await run('00000000-0000-7000-8000-000000000002', new Date(AT.getTime() + 5_000), null, 'running')
    expect(await readLastRun(pool, 'acme')).toMatchObject({ outcome: 'running', endedAt: null })
    expect((await readRuns(pool, 'acme', 5)).map(({ outcome }) => outcome)).toEqual(['running', 'complete'])
    expect(await readRuns(pool, 'acme', 1)).toHaveLength(1)
  })

  it('names the server, and migrations that it lacks', async () => {
    const server = await readServer(pool)
    expect(server.version).toMatch(/^\d+\.\d+$/)
    expect(server.role).toBe(decodeURIComponent(new URL(database.databaseUrl).username))
    expect(Math.abs(server.now - Date.now())).toBeLessThan(10_000)
    expect(await readPendingMigrations(pool)).toEqual([])
    await pool.query(`DELETE FROM rollcall.migrations WHERE name = '000002_reconcile'`)
    expect(await readPendingMigrations(pool)).toEqual(['rollcall/000002_reconcile'])
    await pool.query('DROP TABLE projection.migrations')
    expect(await readPendingMigrations(pool)).toContain('projection/000001_projection')
  })
})
