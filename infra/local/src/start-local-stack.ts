/**
 * The servers Rollcall needs, on a developer's machine: found where the environment names them, started where it does not.
 * What is started is kept under one folder, runs on loopback, and is stopped in every case but our own SIGKILL; after that
 * the next start stops what was left behind.
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseDatabaseUrl } from '@rollcall/contracts/database-url'
import type { HeldLog } from './choose-event-log.ts'
import { clearEverything } from './clear-everything.ts'
import { openDataDirectory } from './data-directory.ts'
import { decideEventLog } from './decide-event-log.ts'
import { startDockerKafka } from './docker/docker-kafka.ts'
import { parseBrokers } from './kafka/parse-brokers.ts'
import { startKafka } from './kafka/start-kafka.ts'
import { startPostgres } from './postgres/start-postgres.ts'
import { PROJECT_ROOT } from './project-root.ts'
import { serveEmbedded } from './serve-embedded.ts'

export interface LocalStackOptions {
  /** Where data is kept. Nobody else should have written there before. */
  readonly directory: string
  readonly env: { readonly KAFKA_BROKERS?: string | undefined; readonly DATABASE_URL?: string | undefined }
  /** `kafka` refuses to fall back to the embedded log. Default `auto`. */
  readonly eventLog?: 'auto' | 'kafka' | 'embedded'
  /** For Kafka by local Java. Default 1. */
  readonly kafkaNodes?: 1 | 3
  /** Removes all data first. */
  readonly fresh?: boolean
  /** One line per thing a person should know: what was chosen, what takes time. */
  readonly onLine: (line: string) => void
  /** Aborting gives up the start. A stack that has started is ended by stop(), after those who use it have drained. */
  readonly signal?: AbortSignal | undefined
}

/** What one part of the stack is, and why; shown at start and in `doctor`. */
export interface StackChoice {
  readonly part: 'event log' | 'database'
  readonly chose: string
  readonly why: string
}

export interface LocalStack {
  /** Exactly one of `kafkaBrokers` and `embeddedLogUrl` is there. */
  readonly kafkaBrokers?: string[]
  readonly embeddedLogUrl?: string
  readonly databaseUrl: string
  readonly choices: readonly StackChoice[]
  /** Stops what was started here, leaves no process behind and keeps the data. Safe to call twice. */
  stop(): Promise<void>
}

interface Part {
  readonly chose: string
  readonly why: string
  readonly stop: () => Promise<void>
}

/** @throws Error with one readable message when a part cannot be had; whatever had started by then is stopped. */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const { env, onLine, signal } = options
  const data = await openDataDirectory(resolve(options.directory))
  const stops: (() => Promise<void>)[] = []
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopAll(stops).finally(() => data.release())
    return stopped
  }
  const tell = <P extends Part>(part: StackChoice['part'], { chose, why, stop }: P): StackChoice => {
    stops.push(stop)
    onLine(`${part === 'database' ? 'Database' : 'Event log'}: ${chose}, because ${why}`)
    return { part, chose, why }
  }
  try {
    if (options.fresh) await clearEverything(data, onLine)
    const database = await startDatabase(data.path, env.DATABASE_URL, onLine, signal)
    const databaseChoice = tell('database', database)
    const log = await startEventLog(options, data.path, data.held(), onLine)
    const logChoice = tell('event log', log)
    if (log.holds) await data.hold(log.holds)
    signal?.throwIfAborted()
    return { ...log.address, databaseUrl: database.databaseUrl, choices: [logChoice, databaseChoice], stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type LogAddress = { readonly kafkaBrokers: string[] } | { readonly embeddedLogUrl: string }

const startEventLog = async (
  { env, eventLog = 'auto', kafkaNodes = 1, signal }: LocalStackOptions,
  directory: string,
  held: HeldLog | null,
  onLine: (line: string) => void,
): Promise<Part & { address: LogAddress; holds: HeldLog | null }> => {
  const cacheDirectory = join(PROJECT_ROOT, '.cache')
  const brokersGiven = Boolean(env.KAFKA_BROKERS)
  const { kind, why } = await decideEventLog({ wanted: eventLog, brokersGiven, held, cacheDirectory, onLine, signal })
  switch (kind) {
    case 'none':
      throw new Error(`There is no event log to use: ${why}.`)
    case 'given': {
      const kafkaBrokers = parseBrokers(env.KAFKA_BROKERS ?? '')
      return { address: { kafkaBrokers }, chose: `Kafka at ${kafkaBrokers.join(', ')}`, why, holds: null, stop: async () => undefined }
    }
    case 'java': {
      const { brokers, stop } = await startKafka({ directory: join(directory, 'kafka'), cacheDirectory, nodes: kafkaNodes, onLine, signal })
      return {
        address: { kafkaBrokers: [...brokers] },
        chose: `Apache Kafka, ${brokers.length === 1 ? 'one node' : `${brokers.length} nodes`}, at ${brokers.join(', ')}`,
        why,
        holds: kind,
        stop,
      }
    }
    case 'docker': {
      const home = join(directory, 'kafka')
      await mkdir(home, { recursive: true })
      const { brokers, stop } = await startDockerKafka(home, onLine, signal)
      return { address: { kafkaBrokers: [...brokers] }, chose: `Apache Kafka in Docker at ${brokers.join(', ')}`, why, holds: kind, stop }
    }
    case 'embedded': {
      const { url, stop } = await serveEmbedded(join(directory, 'event-log'))
      return { address: { embeddedLogUrl: url }, chose: `the embedded log at ${url} (one disk, one process: for trying out and small installs)`, why, holds: kind, stop }
    }
    default:
      throw kind satisfies never
  }
}

const startDatabase = async (directory: string, given: string | undefined, onLine: (line: string) => void, signal?: AbortSignal): Promise<Part & { databaseUrl: string }> => {
  if (given) return { databaseUrl: given, chose: `PostgreSQL at ${placeOf(given)}`, why: 'DATABASE_URL is set', stop: async () => undefined }
  const { databaseUrl, port, stop } = await startPostgres({ directory: join(directory, 'postgres'), onLine, signal })
  return { databaseUrl, chose: `PostgreSQL from npm at 127.0.0.1:${port}`, why: 'DATABASE_URL is not set', stop }
}

/** Where a database is, without its password. */
const placeOf = (url: string): string => {
  try {
    return parseDatabaseUrl(url)
      .servers.map(({ place }) => place)
      .join()
  } catch (cause) {
    throw new Error('DATABASE_URL is not the address of a PostgreSQL database. It is needed like postgres://user:password@host:5432/database; unset it to have one started here.', {
      cause,
    })
  }
}

/** Every one is tried, whatever becomes of the others. */
const stopAll = async (stops: readonly (() => Promise<void>)[]): Promise<void> => {
  const outcomes = await Promise.allSettled(stops.map((stop) => stop()))
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'))
}
