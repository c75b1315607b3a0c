/** What a projector works between: topics and a database of the test's own, on the servers of the run. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CALLS_TOPIC, OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import type { EventLog, LogRecord } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import type { Pool } from '@rollcall/store/pool'
import { type ProjectionDigest, projectionDigest } from '@rollcall/store/projection/projection-digest'
import { readPositions } from '@rollcall/store/projection-positions'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { inject } from 'vitest'
import { openPool } from '../open-pool.ts'
import { newProjectionStatus, type ProjectionStatus } from '../projection-status.ts'
import { type ProjectionOptions, runProjection } from '../run-projection.ts'
import './provided-context.ts'
import { namespacedLog } from './namespaced-log.ts'
import { until } from './until.ts'

const APPEND_MS_MAX = 30_000
/** The children run from dist, as services do in life: build first (`pnpm build`). */
const CHILD = fileURLToPath(new URL('../../dist/testing/projector-child.js', import.meta.url))
const REGISTER = fileURLToPath(import.meta.resolve('@rollcall/telemetry/register')).replace('/src/register.ts', '/dist/register.js')

/** A projector in this process. */
export interface RunningProjector {
  readonly status: ProjectionStatus
  /** Ends when it does; fails with what it failed with. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** A projector as a process of its own. */
export interface ProjectorProcess {
  readonly child: ChildProcess
  readonly said: { text: string }
  readonly exited: Promise<number | null>
}

export interface World {
  readonly databaseUrl: string
  readonly pool: Pool
  /** The test's own client. */
  readonly log: EventLog
  /** Whose topics everybody works on; a test that changes it puts another log in the place of this one. */
  readonly namespace: { current: string }
  openLog(): Promise<EventLog>
  append(records: readonly LogRecord[]): Promise<void>
  start(instance: string, changes?: Partial<Pick<ProjectionOptions, 'openLog' | 'clock' | 'monotonic'>>): RunningProjector
  /** Only on Kafka. */
  spawn(instance: string, env?: Readonly<Record<string, string>>): ProjectorProcess
  /** Waits until every record is folded; the log must be at rest. */
  untilFolded(msMax?: number): Promise<void>
  untilPublished(): Promise<void>
  digest(): Promise<ProjectionDigest>
  /** The value of every record of the changelog, by key, in order. */
  changelog(): Promise<ReadonlyMap<string, readonly PublishedCall[]>>
  close(): Promise<void>
}

export interface PublishedCall {
  readonly version: number
  readonly gone?: true
  readonly status?: string | null
  readonly changed: readonly string[]
  readonly position: { readonly partition: number; readonly offset: string }
}

export const createWorld = async (on: 'kafka' | 'embedded'): Promise<World> => {
  const database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  const { databaseUrl } = database
  const pool = openPool(databaseUrl, 'rollcall-test')
  const namespace = { current: `test-${randomBytes(6).toString('hex')}` }
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-projector-'))
  const embedded = on === 'embedded' ? await openEmbeddedEventLog({ directory }) : null
  const brokers = inject('kafkaBrokers')
  const openLog = async (): Promise<EventLog> => {
    const log = embedded === null ? await openEventLog({ kafkaBrokers: brokers.split(','), clientId: 'rollcall-test' }) : { ...embedded, close: async () => {} }
    return namespacedLog(log, () => namespace.current)
  }
  const log = await openLog()
  await log.ensureTopics(TOPICS)
  const logger = createLogger({ service: 'projector', level: 'silent' })
  const running = new Set<RunningProjector>()
  const children = new Set<ProjectorProcess>()

  return {
    databaseUrl,
    pool,
    log,
    namespace,
    openLog,
    append: (records) => log.append(OBSERVATIONS_TOPIC, records, { deadlineMs: APPEND_MS_MAX }),
    start: (instance, changes = {}) => {
      const stopping = new AbortController()
      const status = newProjectionStatus()
      const ended = runProjection({ openLog, pool, instance, clock: Date.now, monotonic: () => performance.now(), logger, status, ...changes }, stopping.signal)
      ended.catch(() => {})
      const projector: RunningProjector = {
        status,
        ended,
        stop: async () => {
          stopping.abort()
          await ended
          running.delete(projector)
        },
      }
      running.add(projector)
      return projector
    },
    spawn: (instance, env = {}) => {
      const args = ['--import', REGISTER, CHILD, brokers, namespace.current, databaseUrl, instance]
      const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
      const said = { text: '' }
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said.text += text))
      const process_: ProjectorProcess = { child, said, exited: once(child, 'close').then(([code]) => code) }
      children.add(process_)
      return process_
    },
    untilFolded: (msMax) =>
      until(
        'everything is folded',
        async () => {
          const [bounds, positions] = await Promise.all([log.bounds(OBSERVATIONS_TOPIC), readPositions(pool, OBSERVATIONS_TOPIC)])
          return [...bounds].every(([partition, { next }]) => (positions.get(partition) ?? 0n) === next)
        },
        msMax,
      ),
    untilPublished: () => until('everything is published', async () => (await pool.query('SELECT FROM projection.outbox LIMIT 1')).rowCount === 0),
    digest: () => projectionDigest(pool, 'projection'),
    changelog: async () => {
      const bounds = await log.bounds(CALLS_TOPIC)
      const positions = new Map([...bounds].map(([partition, { low }]) => [partition, low]))
      const calls = new Map<string, PublishedCall[]>()
      for (;;) {
        const from = new Map([...positions].filter(([partition, next]) => next < (bounds.get(partition)?.next ?? 0n)))
        if (from.size === 0) return calls
        for (const [partition, records] of await log.read(CALLS_TOPIC, from, { maxBytes: 4 * 1024 * 1024, maxWaitMs: 500 })) {
          for (const { key, value, offset } of records) {
            calls.set(key, [...(calls.get(key) ?? []), JSON.parse(Buffer.from(value).toString())])
            positions.set(partition, offset + 1n)
          }
        }
      }
    },
    close: async () => {
      for (const { child, exited } of children) {
        child.kill('SIGCONT')
        child.kill('SIGKILL')
        await exited
      }
      for (const projector of running) await projector.stop().catch(() => {})
      await pool.end()
      await log.close()
      await embedded?.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
