import { join } from 'node:path'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { openKafkaEventLog } from '@rollcall/event-log/kafka/kafka-event-log'
import { openPool } from '@rollcall/projector/open-pool'
import { until } from '@rollcall/projector/testing/until'
import { migrate } from '@rollcall/store/migrate'
import type { Pool } from '@rollcall/store/pool'
import { readPositions } from '@rollcall/store/projection-positions'
import { z } from 'zod'
import { type Child, startChild } from '../bench/child.ts'
import { serviceArguments } from '../bench/service-arguments.ts'
import { startStack } from '../bench/stack.ts'
import { freePorts } from '../e2e/free-ports.ts'

const CATCH_UP_MS_MAX = 120_000
/** A machine that does other things may be slow to start one, which is not what is to be proven. */
const STARTS_MS_MAX = 120_000
const ASKED_MS_MAX = 5_000

/** What a projector says of itself. */
const Status = z.object({ owned: z.array(z.int()), refused: z.int() })

export interface Projector extends Child {
  readonly instance: string
  status(): Promise<z.infer<typeof Status>>
}

/** One Kafka node and one Postgres, new and empty, and projectors that come and go, each a process of its own. */
export interface Stage {
  readonly brokers: readonly string[]
  readonly databaseUrl: string
  readonly pool: Pool
  readonly log: EventLog
  /** Resolves when it is one of those who share the partitions. */
  start(instance: string): Promise<Projector>
  untilFolded(): Promise<void>
  /** What is to be done before the servers stop, the last one first. */
  onStop(what: () => Promise<unknown>): void
  stop(): Promise<void>
}

/** @throws Error when a part cannot be had; nothing is left running then */
export const startStage = async (print: (line: string) => void): Promise<Stage> => {
  const never = new AbortController().signal
  const stack = await startStack(print, never)
  const stops: (() => Promise<unknown>)[] = [stack.stop]
  const stop = async (): Promise<void> => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next()
  }
  try {
    await migrate(stack.databaseUrl)
    const pool = openPool(stack.databaseUrl, 'prove-workers')
    stops.push(() => pool.end())
    const log = await openKafkaEventLog({ brokers: stack.brokers, clientId: 'prove-workers' })
    stops.push(() => log.close())
    await log.ensureTopics(TOPICS)
    const start = async (instance: string): Promise<Projector> => {
      const began = await databaseNow(pool)
      const [adminPort = 0] = await freePorts(1)
      const child = await startChild({
        name: instance,
        args: serviceArguments('projector', null),
        env: {
          KAFKA_BROKERS: stack.brokers.join(','),
          DATABASE_URL: stack.databaseUrl,
          ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
          PROJECTOR_ADMIN_PORT: String(adminPort),
          PROJECTOR_INSTANCE: instance,
        },
        logFile: join(stack.directory, `${instance}.log`),
        isReady: async () => true,
        signal: never,
      })
      const seen = async () => ((await pool.query('SELECT FROM rollcall.projector_members WHERE instance = $1 AND seen_at > $2', [instance, began])).rowCount ?? 0) > 0
      await until(`${instance} has said that it is there`, seen, STARTS_MS_MAX)
      const status = async () => Status.parse(await (await fetch(`http://127.0.0.1:${adminPort}/statusz`, { signal: AbortSignal.timeout(ASKED_MS_MAX) })).json())
      return { ...child, instance, status }
    }
    const untilFolded = (): Promise<void> =>
      until(
        'everything is folded',
        async () => {
          const [bounds, positions] = await Promise.all([log.bounds(OBSERVATIONS_TOPIC), readPositions(pool, OBSERVATIONS_TOPIC)])
          return [...bounds].every(([partition, { next }]) => (positions.get(partition) ?? 0n) === next)
        },
        CATCH_UP_MS_MAX,
      )
    return { brokers: stack.brokers, databaseUrl: stack.databaseUrl, pool, log, start, untilFolded, onStop: (what) => void stops.push(what), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const databaseNow = async (pool: Pool): Promise<Date> => (await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now ?? new Date()
