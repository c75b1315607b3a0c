/** The rebuild as the command line runs it, from dist (build first: `pnpm build`): its threads find the log by its address. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { openPool } from '../open-pool.ts'
import { delivery, traffic } from '../testing/call-records.ts'
import '../testing/provided-context.ts'
import { EPOCH, foldTo } from './fold-to.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const CALLS = 500
const APPEND_MS_MAX = 30_000
/** Each rebuild is a process of its own, with two threads. */
const TEST_MS_MAX = 240_000

let directory: string
let log: EventLog
let database: TestDatabase
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-threads-'))
  log = await openEmbeddedEventLog({ directory })
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
})
afterEach(async () => {
  await log?.close()
  await database?.drop()
  await rm(directory, { recursive: true, force: true })
})

/** What it printed as JSON, and how it ended. */
const rebuild = async (embeddedLogUrl: string, how: '--verify' | '--swap') => {
  const env = { PATH: process.env.PATH ?? '', EMBEDDED_LOG_URL: embeddedLogUrl, DATABASE_URL: database.databaseUrl, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true' }
  const { stdout, code } = await promisify(execFile)(process.execPath, [MAIN, 'rebuild', how, '--json'], { env }).then(
    (said) => ({ ...said, code: 0 }),
    (error: { readonly stdout: string; readonly code: number }) => error,
  )
  return { code, ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as object) }
}

it('loads in threads what a projector folded, one call of two partitions too, and keeps the versions in a swap', { timeout: TEST_MS_MAX }, async () => {
  await log.ensureTopics(TOPICS)
  // The same call in every partition: nobody could read its CallSid before the log.
  const everywhere = Array.from({ length: 60 }, (_, nth) => ({ ...delivery('everywhere', { Duration: String(nth) }), key: `elsewhere-${nth}` }))
  await log.append(OBSERVATIONS_TOPIC, [...traffic(CALLS), ...everywhere], { deadlineMs: APPEND_MS_MAX })
  const pool = openPool(database.databaseUrl)
  const server = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
  try {
    const bounds = await log.bounds(OBSERVATIONS_TOPIC)
    const positions = new Map([...bounds].map(([partition, { low }]) => [partition, low]))
    await beginPositions(pool, { topic: OBSERVATIONS_TOPIC, positions, epoch: EPOCH, logClusterId: await log.clusterId() })
    await foldTo(log, pool, positions, new Map([...bounds].map(([partition, { next }]) => [partition, next])))
    await pool.query(`UPDATE calls SET version = version + 40`)
    const versions = async () => (await pool.query('SELECT call_sid, version FROM projection.calls ORDER BY 1')).rows
    const before = await versions()
    expect(await rebuild(server.url, '--verify')).toMatchObject({ code: 0, equal: true, calls: CALLS + 1, observations: 4 * CALLS + 60 })
    await pool.query(`UPDATE calls SET digest = sha256('other') WHERE call_sid = 'call-7'`)
    expect(await rebuild(server.url, '--verify')).toMatchObject({ code: 1, equal: false })
    expect(await rebuild(server.url, '--swap')).toMatchObject({ code: 0, equal: false, swapped: true })
    expect(await versions()).toEqual(before.map(({ call_sid, version }) => ({ call_sid, version: call_sid === 'call-7' ? version + 1n : version })))
  } finally {
    await server.close()
    await pool.end()
  }
})
