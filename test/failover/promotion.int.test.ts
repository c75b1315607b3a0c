/** Postgres goes back in time (a replica that lagged is promoted, a backup is restored): the projector goes on from the positions it finds, and nobody has to do anything. */
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import type { EventLog, LogRecord } from '@rollcall/event-log/event-log'
import { type LocalPostgres, startPostgres } from '@rollcall/local/postgres/start-postgres'
import { openPool } from '@rollcall/projector/open-pool'
import { newProjectionStatus, type ProjectionStatus } from '@rollcall/projector/projection-status'
import { rebuildProjection } from '@rollcall/projector/rebuild/rebuild'
import { runProjection } from '@rollcall/projector/run-projection'
import { traffic } from '@rollcall/projector/testing/call-records'
import { until } from '@rollcall/projector/testing/until'
import { migrate } from '@rollcall/store/migrate'
import type { Pool } from '@rollcall/store/pool'
import { readPositions } from '@rollcall/store/projection-positions'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startPostgresPair } from './postgres-pair.ts'

const APPEND_MS_MAX = 10_000

let directory: string
let log: EventLog
const stops: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-promotion-'))
  await chmod(directory, 0o755)
  log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  await log.ensureTopics(TOPICS)
})
afterEach(async () => {
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop()
  await log?.close()
  await rm(directory, { recursive: true, force: true })
})

const append = (records: readonly LogRecord[]) => log.append(OBSERVATIONS_TOPIC, records, { deadlineMs: APPEND_MS_MAX })
const foldedOf = async (pool: Pool): Promise<bigint> => [...(await readPositions(pool, OBSERVATIONS_TOPIC)).values()].reduce((sum, next) => sum + next, 0n)
const untilAllFolded = (pool: Pool) =>
  until('everything is folded', async () => {
    const end = [...(await log.bounds(OBSERVATIONS_TOPIC)).values()].reduce((sum, { next }) => sum + next, 0n)
    return (await foldedOf(pool).catch(() => -1n)) === end
  })

/** A projector that nobody touches from here on. It must not end. */
const startProjector = async (databaseUrl: string): Promise<{ readonly pool: Pool; readonly status: ProjectionStatus }> => {
  await migrate(databaseUrl)
  const pool = openPool(databaseUrl, 'rollcall-test')
  const status = newProjectionStatus()
  const stopping = new AbortController()
  const openLog = async () => ({ ...log, close: async () => {} })
  const ended = runProjection(
    { openLog, pool, instance: 'one', clock: Date.now, monotonic: () => performance.now(), logger: createLogger({ service: 'projector', level: 'silent' }), status },
    stopping.signal,
  )
  ended.catch((error) => (status.trouble = `ended: ${error}`))
  stops.push(async () => {
    stopping.abort()
    await ended
    await pool.end()
  })
  return { pool, status }
}

/** What the log says, folded anew, is what is there; each record once. */
const expectWhole = async (pool: Pool, databaseUrl: string, calls: number) => {
  expect(await rebuildProjection({ log, address: null, databaseUrl, swap: false })).toMatchObject({ equal: true, calls })
  const { rows } = await pool.query('SELECT count(*)::int AS rows, count(DISTINCT ce_id)::int AS records FROM observations')
  expect(rows).toEqual([{ rows: calls * 4, records: calls * 4 }])
}

describe('a projector', () => {
  it('goes on by itself when a replica that lacks committed batches is promoted in the middle of the load', async () => {
    const pair = await startPostgresPair()
    stops.push(pair.stop)
    const { pool, status } = await startProjector(pair.databaseUrl)
    await append(traffic(300))
    await untilAllFolded(pool)
    await until('the replica has it', async () => (await replayed(pair.replica.superuserUrl)) === 1_200n)
    await pair.cutReplication()
    await append(traffic(300, 300))
    await untilAllFolded(pool)
    expect([await foldedOf(pool), await replayed(pair.replica.superuserUrl)]).toEqual([2_400n, 1_200n])
    await pair.killPrimary()
    const began = performance.now()
    await append(traffic(300, 600))
    await pair.promote()
    await untilAllFolded(pool)
    console.info(`everything folded again ${Math.round(performance.now() - began)} ms after the primary was killed; 1200 records that had been committed were folded again`)
    expect(status.trouble).toBeNull()
    await expectWhole(pool, pair.databaseUrl, 900)
  })

  it('goes on by itself from a backup that is put in the place of the database', async () => {
    const home = join(directory, 'postgres')
    const start = () => startPostgres({ directory: home, onLine: () => {} })
    let postgres: LocalPostgres = await start()
    stops.push(() => postgres.stop())
    const { pool, status } = await startProjector(postgres.databaseUrl)
    await append(traffic(300))
    await untilAllFolded(pool)
    await postgres.stop()
    await promisify(execFile)('cp', ['-a', join(home, 'data'), join(home, 'backup')])
    postgres = await start()
    await append(traffic(300, 300))
    await untilAllFolded(pool)
    expect(await foldedOf(pool)).toBe(2_400n)
    await postgres.stop()
    await rm(join(home, 'data'), { recursive: true })
    await promisify(execFile)('mv', [join(home, 'backup'), join(home, 'data')])
    await append(traffic(100, 600))
    postgres = await start()
    await untilAllFolded(pool)
    expect(status.trouble).toBeNull()
    await expectWhole(pool, postgres.databaseUrl, 700)
  })
})

const replayed = async (superuserUrl: string): Promise<bigint> => {
  const url = new URL(superuserUrl)
  url.pathname = '/rollcall'
  const pool = openPool(url.href, 'rollcall-test')
  try {
    return await foldedOf(pool).catch(() => 0n)
  } finally {
    await pool.end()
  }
}
