import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '@rollcall/local/kafka/start-kafka'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

export interface BenchStack {
  /** Everything the bench writes is in here. */
  readonly directory: string
  readonly brokers: readonly string[]
  readonly brokerPid: number
  readonly databaseUrl: string
  readonly superuserUrl: string
  readonly postgresPid: number
  readonly postgresDataDirectory: string
  /** Stops the servers and removes the folder. */
  stop(): Promise<void>
}

/** One Kafka node and one Postgres, new and empty, in a folder of their own. @throws Error when one cannot be had; nothing is left running then. */
export const startStack = async (onLine: (line: string) => void, signal: AbortSignal): Promise<BenchStack> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
  const stops: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })]
  const stop = async (): Promise<void> => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next()
  }
  try {
    const kafka = await startKafka({ directory: join(directory, 'kafka'), cacheDirectory: join(PROJECT_ROOT, '.cache'), nodes: 1, onLine, signal })
    stops.push(kafka.stop)
    const postgres = await startPostgres({ directory: join(directory, 'postgres'), onLine, signal })
    stops.push(postgres.stop)
    return {
      directory,
      brokers: kafka.brokers,
      brokerPid: kafka.nodes[0]?.pid ?? 0,
      databaseUrl: postgres.databaseUrl,
      superuserUrl: postgres.superuserUrl,
      postgresPid: postgres.pid,
      postgresDataDirectory: postgres.dataDirectory,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
