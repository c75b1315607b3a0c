import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { openKafkaEventLog } from '@rollcall/event-log/kafka/kafka-event-log'
import { openPool } from '@rollcall/projector/open-pool'
import { rebuildProjection } from '@rollcall/projector/rebuild/rebuild'
import { traffic } from '@rollcall/projector/testing/call-records'
import { randomFrom } from '@rollcall/projector/testing/random-from'
import { until } from '@rollcall/projector/testing/until'
import { migrate } from '@rollcall/store/migrate'
import type { Pool } from '@rollcall/store/pool'
import { PARTITION_LEASE_MS } from '@rollcall/store/projection/claim-partitions'
import { projectionDigest } from '@rollcall/store/projection/projection-digest'
import { readPositions } from '@rollcall/store/projection-positions'
import { type Child, startChild } from '../bench/child.ts'
import { serviceArguments } from '../bench/service-arguments.ts'
import { startStack } from '../bench/stack.ts'
import { hangAClient } from './hang-a-client.ts'
import { disturbancesOf, type Plan } from './plan.ts'
import { watchLag } from './watch-lag.ts'

const PROJECTORS = 3
const LAG_MS_MAX = 30_000
const HEALED_MS_MAX = 60_000
/** Longer than a lease, so that what it held is taken. */
const PAUSE_MS = PARTITION_LEASE_MS + 2_000
const CATCH_UP_MS_MAX = 120_000
const STARTS_MS_MAX = 120_000
const APPEND_MS_MAX = 30_000
const BURSTS_PER_SECOND = 5
const RECORDS_PER_CALL = 4

export interface Proof {
  readonly figures: Readonly<Record<string, unknown>>
  /** One sentence for each promise that was not kept. */
  readonly wrong: readonly string[]
}

/** Runs the plan on servers of its own, and compares what is projected with what was appended and with the log folded anew. */
export const proveWorkers = async (plan: Plan, print: (line: string) => void): Promise<Proof> => {
  const never = new AbortController().signal
  const stack = await startStack(print, never)
  const stops: (() => Promise<unknown>)[] = [stack.stop]
  try {
    await migrate(stack.databaseUrl)
    const pool = openPool(stack.databaseUrl, 'prove-workers')
    stops.push(() => pool.end())
    const log = await openKafkaEventLog({ brokers: stack.brokers, clientId: 'prove-workers' })
    stops.push(() => log.close())
    await log.ensureTopics(TOPICS)
    const start = async (instance: string): Promise<Child> => {
      const began = await databaseNow(pool)
      const child = await startChild({
        name: instance,
        args: serviceArguments('projector', null),
        env: {
          KAFKA_BROKERS: stack.brokers.join(','),
          DATABASE_URL: stack.databaseUrl,
          ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
          PROJECTOR_ADMIN_PORT: '0',
          PROJECTOR_INSTANCE: instance,
        },
        logFile: join(stack.directory, `${instance}.log`),
        isReady: async () => true,
        signal: never,
      })
      // A machine that does other things may be slow to start it, which is not what is to be proven.
      const seen = async () => ((await pool.query('SELECT FROM rollcall.projector_members WHERE instance = $1 AND seen_at > $2', [instance, began])).rowCount ?? 0) > 0
      await until(`${instance} has said that it is there`, seen, STARTS_MS_MAX)
      return child
    }
    const projectors = await Promise.all(Array.from({ length: PROJECTORS }, (_, nth) => start(`projector-${nth}`)))
    stops.push(async () => {
      for (const { pid, stop } of projectors) {
        signalTo(pid, 'SIGCONT')
        await stop()
      }
    })

    const load = startLoad(log, plan.recordsPerSecond)
    const lag = watchLag(log, pool)
    // Whatever fails below, nothing may go on at work on what is closed.
    stops.push(() => Promise.allSettled([load.stop(), lag.stop()]))
    const rebalanced = await disturb(plan, projectors, start, pool, print)
    await load.stop()
    await untilFolded(log, pool)
    await lag.stop()
    const zombie = await pauseOne(plan.pauseSeconds, projectors[0] as Child, log, pool, load.appended)
    await Promise.all(projectors.map(({ stop }) => stop()))
    const hung = await hangAClient({ brokers: stack.brokers, pool })
    const whole = await compare(log, pool, stack.databaseUrl)
    const figures = { seed: plan.seed, records: load.appended(), ...rebalanced, lagMsMax: lag.maxMs(), ...zombie, ...hung, ...whole }
    const wrong = [
      ...(whole.missing === 0 ? [] : [`${whole.missing} records are missing`]),
      ...(whole.twice === 0 ? [] : [`${whole.twice} records count twice`]),
      ...(whole.digestEqual ? [] : ['the log folded anew gives other call records']),
      ...(lag.maxMs() <= LAG_MS_MAX ? [] : [`a record waited ${lag.maxMs()} ms`]),
      ...(rebalanced.handedOver > 0 ? [] : ['no partition changed hands']),
      ...(zombie.changedByZombie ? ['a paused projector changed something when it woke up'] : []),
      ...(hung.healedMs <= HEALED_MS_MAX ? [] : [`a client that hung was replaced after ${hung.healedMs} ms`]),
    ]
    return { figures, wrong }
  } finally {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop()
  }
}

/** Appends calls evenly until it is told to stop. */
const startLoad = (log: EventLog, recordsPerSecond: number) => {
  const stopping = new AbortController()
  let calls = 0
  const each = Math.max(1, Math.round(recordsPerSecond / BURSTS_PER_SECOND / RECORDS_PER_CALL))
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await log.append(OBSERVATIONS_TOPIC, traffic(each, calls), { deadlineMs: APPEND_MS_MAX })
      calls += each
      await sleep(1_000 / BURSTS_PER_SECOND, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  running.catch(() => {})
  return {
    appended: () => calls * RECORDS_PER_CALL,
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

/** Does the seed's disturbances, evenly spread over the plan's time; `projectors` holds those that run afterwards. */
const disturb = async (plan: Plan, projectors: Child[], start: (instance: string) => Promise<Child>, pool: Pool, print: (line: string) => void) => {
  const before = await epochs(pool)
  const began = performance.now()
  const counts = { kill: 0, stop: 0, pause: 0 }
  const everyMs = (plan.minutes * 60_000) / plan.rebalances
  for (const [nth, { what, projector }] of disturbancesOf(plan, PROJECTORS, randomFrom(plan.seed)).entries()) {
    const { pid, stop } = projectors[projector] as Child
    counts[what] += 1
    if (what === 'pause') {
      signalTo(pid, 'SIGSTOP')
      await sleep(PAUSE_MS)
      signalTo(pid, 'SIGCONT')
    } else {
      if (what === 'kill') signalTo(pid, 'SIGKILL')
      await stop()
      projectors[projector] = await start(`projector-${projector}`)
    }
    await sleep(Math.max(0, began + (nth + 1) * everyMs - performance.now()))
    if ((nth + 1) % 10 === 0) print(`${nth + 1} of ${plan.rebalances}`)
  }
  return { disturbances: counts, handedOver: Number((await epochs(pool)) - before), seconds: Math.round((performance.now() - began) / 1_000) }
}

const databaseNow = async (pool: Pool): Promise<Date> => (await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now ?? new Date()

/** Each change of a partition's owner adds one. */
const epochs = async (pool: Pool): Promise<bigint> =>
  (await pool.query<{ sum: bigint }>('SELECT coalesce(sum(epoch), 0)::bigint AS sum FROM projection_positions')).rows[0]?.sum ?? 0n

/** A projector stands still in the middle of its work while others take its place, and wakes up: nothing may change by it. */
const pauseOne = async (seconds: number, { pid }: Child, log: EventLog, pool: Pool, appended: () => number) => {
  await log.append(OBSERVATIONS_TOPIC, traffic(PAUSED_OVER_CALLS, appended()), { deadlineMs: APPEND_MS_MAX })
  signalTo(pid, 'SIGSTOP')
  await sleep(seconds * 1_000)
  await untilFolded(log, pool)
  const before = JSON.stringify(await projectionDigest(pool, 'projection'))
  signalTo(pid, 'SIGCONT')
  await until('it works again', async () => (await pool.query(`SELECT FROM projection_positions WHERE owner = 'projector-0'`)).rowCount === 12 / PROJECTORS, CATCH_UP_MS_MAX)
  return { pausedSeconds: seconds, changedByZombie: JSON.stringify(await projectionDigest(pool, 'projection')) !== before }
}

const PAUSED_OVER_CALLS = 2_000

const untilFolded = (log: EventLog, pool: Pool): Promise<void> =>
  until(
    'everything is folded',
    async () => {
      const [bounds, positions] = await Promise.all([log.bounds(OBSERVATIONS_TOPIC), readPositions(pool, OBSERVATIONS_TOPIC)])
      return [...bounds].every(([partition, { next }]) => (positions.get(partition) ?? 0n) === next)
    },
    CATCH_UP_MS_MAX,
  )

const compare = async (log: EventLog, pool: Pool, databaseUrl: string) => {
  const { rows } = await pool.query<{ rows: number; records: number }>('SELECT count(*)::int AS rows, count(DISTINCT (partition, log_offset))::int AS records FROM observations')
  const inLog = [...(await log.bounds(OBSERVATIONS_TOPIC)).values()].reduce((sum, { next }) => sum + Number(next), 0)
  const { equal } = await rebuildProjection({ log, address: null, databaseUrl, swap: false })
  const [seen] = rows
  return { recordsInLog: inLog, missing: inLog - (seen?.records ?? 0), twice: (seen?.rows ?? 0) - (seen?.records ?? 0), digestEqual: equal }
}

const signalTo = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It has left by itself.
  }
}
