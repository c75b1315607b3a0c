/**
 * One Kafka node and one Postgres for a whole test run, whichever and however many of its projects ask. The projects of a run
 * share a process but load this module each, so what they share hangs on the process's symbol registry.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findJava } from '../kafka/find-java.ts'
import { findKafkaJars } from '../kafka/kafka-jars.ts'
import { startKafka } from '../kafka/start-kafka.ts'
import { startPostgres } from '../postgres/start-postgres.ts'
import { PROJECT_ROOT } from '../project-root.ts'
import type { Usable } from '../usable.ts'

export interface ServerAddresses {
  readonly kafkaBrokers: string
  readonly databaseUrl: string
  readonly superuserUrl: string
}

export interface SharedServers {
  readonly addresses: ServerAddresses
  stop(): Promise<void>
}

interface Shared {
  users: number
  readonly servers: Promise<SharedServers>
}

const KEY = Symbol.for('rollcall.local.shared-servers')
const registry = globalThis as { [KEY]?: Shared }

export interface TestEnvironment {
  readonly CI?: string | undefined
  readonly KAFKA_BROKERS?: string | undefined
  /** Of a role that may make databases; then it serves as `superuserUrl` too. */
  readonly DATABASE_URL?: string | undefined
}

/** The addresses, and a release that stops everything when the last user is gone. */
export const acquireSharedServers = async (env: TestEnvironment): Promise<{ addresses: ServerAddresses; release(): Promise<void> }> => {
  registry[KEY] ??= { users: 0, servers: startServers(env) }
  const shared = registry[KEY]
  shared.users += 1
  const { addresses, stop } = await shared.servers
  const release = async () => {
    shared.users -= 1
    if (shared.users > 0) return
    delete registry[KEY]
    await stop()
  }
  return { addresses, release }
}

const startServers = async (env: TestEnvironment): Promise<SharedServers> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-test-'))
  // Under root Postgres runs as another user, who must be able to enter.
  await chmod(directory, 0o755)
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    await Promise.all(stops.map((stop) => stop()))
    await rm(directory, { recursive: true, force: true })
  }
  const onLine = (line: string) => console.log(line)
  const kafka = async () => {
    if (env.KAFKA_BROKERS) return env.KAFKA_BROKERS
    const cacheDirectory = join(PROJECT_ROOT, '.cache')
    const missing = whyNot(await findJava(), await findKafkaJars(cacheDirectory))
    if (missing !== null && env.CI) throw new Error(`Under CI the tests need a real Kafka: ${missing}. Install Java 17 and Maven, or give KAFKA_BROKERS.`)
    if (missing !== null) {
      console.log(`Kafka: not started, its tests are skipped: ${missing}`)
      return ''
    }
    const started = await startKafka({ directory: join(directory, 'kafka'), cacheDirectory, nodes: 1, onLine })
    stops.push(started.stop)
    return started.brokers.join(',')
  }
  const postgres = async () => {
    if (env.DATABASE_URL) return { databaseUrl: env.DATABASE_URL, superuserUrl: env.DATABASE_URL }
    const started = await startPostgres({ directory: join(directory, 'postgres'), onLine })
    stops.push(started.stop)
    return started
  }
  const [brokers, database] = await Promise.allSettled([kafka(), postgres()])
  if (brokers.status === 'rejected' || database.status === 'rejected') {
    await stop()
    throw brokers.status === 'rejected' ? brokers.reason : (database as PromiseRejectedResult).reason
  }
  return { addresses: { kafkaBrokers: brokers.value, databaseUrl: database.value.databaseUrl, superuserUrl: database.value.superuserUrl }, stop }
}

const whyNot = (...needed: Usable[]): string | null => {
  const missing = needed.flatMap((need) => (need.usable ? [] : [need.why]))
  return missing.length === 0 ? null : missing.join(', and ')
}
