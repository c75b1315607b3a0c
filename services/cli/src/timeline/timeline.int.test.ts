/** `timeline` and `measures` against a real database: one call that a scan found, and what was said of it. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalTime, MINUTE } from '@rollcall/domain/time'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { createPool, type Pool } from '@rollcall/store/pool'
import { insertObservations } from '@rollcall/store/projection/insert-observations'
import { upsertCalls } from '@rollcall/store/projection/upsert-calls'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { runCommandLine } from '../run-command-line.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

const ENDED = Date.UTC(2026, 0, 31, 4, 1)
const TOLD = ENDED + 3 * MINUTE

let directory: string
let database: TestDatabase
let pool: Pool
let env: Record<string, string>

const run = async (...line: readonly string[]) => {
  const said = { out: '', err: '' }
  const never = new AbortController().signal
  const context = {
    env,
    root: PROJECT_ROOT,
    clock: () => ENDED,
    out: (text: string) => {
      said.out += text
    },
    err: (text: string) => {
      said.err += text
    },
    screen: null,
  }
  return { exitCode: await runCommandLine(line, context, () => ({ stop: never, force: never })), ...said }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-timeline-'))
  await writeFile(join(directory, 'secret'), 'obviously-fake-0123456789-0123456789', { mode: 0o400 })
  const account = { sid: 'acme', cluster: 'mumbai', apiKeyFile: 'secret', apiTokenFile: 'secret', webhookSecretFiles: ['secret'] }
  const file = join(directory, 'accounts.json')
  await writeFile(file, JSON.stringify({ accounts: [account] }))
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  env = { DATABASE_URL: database.databaseUrl, KAFKA_BROKERS: 'unused:9092', ROLLCALL_ACCOUNTS_FILE: file, ROLLCALL_DATA_DIR: directory }

  const [scan, window] = [randomUUID(), new Date(ENDED - MINUTE)]
  const values = { status: 'completed', from: '09876543210', createdAt: canonicalTime(ENDED - MINUTE), endedAt: canonicalTime(ENDED) }
  const record = merge(null, [{ account: 'acme', callSid: 'c1', source: 'poll', receivedAt: TOLD, vendorTime: ENDED, event: null, values }]) as CallRecord
  await upsertCalls(pool, [{ record, baseVersion: 0n }])
  await insertObservations(pool, 4, [
    {
      logOffset: 17n,
      account: 'acme',
      callSid: 'c1',
      surface: 'call-list',
      event: null,
      source: '/rollcall/reconciler/test',
      receivedAt: TOLD,
      ceId: 'id',
      payloadSha256: 'hash',
      scanId: scan,
      outcome: 'facts',
      facts: JSON.stringify({ vendorTime: ENDED, values }),
      exceptions: null,
    },
  ])
  await pool.query(
    `INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, pages, requests, calls_listed) VALUES ($1, $1, 'acme', 'sweep', $2, $2, $2, $2, 'complete', 1, 1, 1)`,
    [scan, window],
  )
  await pool.query(`INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) VALUES ('acme', $1, 'final', 'scan', $1, '{}')`, [window])
  await pool.query(
    `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at) VALUES ('acme', $1, $2, $1, 'd', true, 0, 1, 1, 1, $1)`,
    [window, scan],
  )
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
  if (directory !== undefined) await rm(directory, { recursive: true, force: true })
})

describe('rollcall timeline', () => {
  it('names the place in the log, the lane and the delay', async () => {
    const { exitCode, out } = await run('timeline', 'c1', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      callSid: 'c1',
      observations: [{ position: '4/17', how: 'sweep', delaySeconds: 180, afterEndSeconds: 180, changed: { status: 'completed', from: '00000000000' } }],
      judgements: [],
      chases: [],
      recording: null,
    })
    expect((await run('timeline', 'c1')).out).toContain('4/17  sweep: call-list')
  })

  it('of a call that nobody knows fails', async () =>
    expect(await run('timeline', 'nobody')).toMatchObject({ exitCode: 1, err: expect.stringContaining('No call nobody is known') }))
})

describe('rollcall measures', () => {
  it('of a closed time is complete', async () => {
    const { exitCode, out } = await run('measures', '--account', 'acme', '--from', '2026-01-31T04:00:00Z', '--to', '2026-01-31T04:03:00Z', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      to: '2026-01-31T04:05:00.000Z',
      complete: true,
      completeness: { closed: { windows: 1, listed: 1, exact: 1 } },
      timeliness: { endedBy: { sweep: { facts: 1, maxSeconds: 180 } } },
      webhooks: { expected: 0 },
    })
  })

  it('of a time that is not closed leaves gaps, and says so', async () => {
    const { exitCode, out } = await run('measures', '--account', 'acme', '--from', '2026-01-31T04:00:00Z', '--to', '2026-01-31T04:10:00Z')
    expect(exitCode).toBe(3)
    expect(out).toContain('closed windows        1 of 2')
  })

  it('of an empty time is refused', async () =>
    expect((await run('measures', '--account', 'acme', '--from', '2026-01-31T04:00:00Z', '--to', '2026-01-31T04:00:00Z')).exitCode).toBe(2))
})
