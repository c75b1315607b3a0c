import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { rebuildProjection } from '@rollcall/projector/rebuild/rebuild'
import { traffic } from '@rollcall/projector/testing/call-records'
import { randomFrom } from '@rollcall/projector/testing/random-from'
import type { Pool } from '@rollcall/store/pool'
import { PARTITION_LEASE_MS } from '@rollcall/store/projection/claim-partitions'
import { hangAClient } from './hang-a-client.ts'
import { pauseOne, type Woken } from './pause-one.ts'
import { disturbancesOf, type Plan } from './plan.ts'
import { signalTo } from './signal-to.ts'
import { type Projector, type Stage, startStage } from './start-stage.ts'
import { watchLag } from './watch-lag.ts'

const PROJECTORS = 3
const LAG_MS_MAX = 30_000
const HEALED_MS_MAX = 60_000
/** Longer than a lease, so that what it held is taken. */
const PAUSE_MS = PARTITION_LEASE_MS + 2_000
const APPEND_MS_MAX = 30_000
const BURSTS_PER_SECOND = 5
const RECORDS_PER_CALL = 4
/** Of the call records that a paused projector meets; other calls than the load's. */
const PAUSED_OVER_FROM = 2_000_000_000

export interface Proof {
  readonly figures: Readonly<Record<string, unknown>>
  /** One sentence for each promise that was not kept. */
  readonly wrong: readonly string[]
}

/** Runs the plan on servers of its own, and compares what is projected with what was appended and with the log folded anew. */
export const proveWorkers = async (plan: Plan, print: (line: string) => void): Promise<Proof> => {
  const stage = await startStage(print)
  try {
    return await (plan.pauseOnly ? provePause(plan, stage) : proveAll(plan, stage, print))
  } finally {
    await stage.stop()
  }
}

const provePause = async (plan: Plan, stage: Stage): Promise<Proof> => {
  const projectors = [await stage.start('projector-0')]
  stopInTime(stage, projectors)
  const zombie = await pauseOne(stage, projectors[0] as Projector, plan.pauseSeconds, PAUSED_OVER_FROM)
  const whole = await compare(stage)
  return { figures: { ...zombie, ...whole }, wrong: [...wrongByZombie(zombie), ...wrongInWhole(whole)] }
}

const proveAll = async (plan: Plan, stage: Stage, print: (line: string) => void): Promise<Proof> => {
  const { log, pool, brokers, start } = stage
  const projectors = await Promise.all(Array.from({ length: PROJECTORS }, (_, nth) => start(`projector-${nth}`)))
  stopInTime(stage, projectors)
  const load = startLoad(log, plan.recordsPerSecond)
  const lag = watchLag(log, pool)
  // Whatever fails below, nothing may go on at work on what is closed.
  stage.onStop(() => Promise.allSettled([load.stop(), lag.stop()]))
  const rebalanced = await disturb(plan, projectors, start, pool, print)
  await load.stop()
  await stage.untilFolded()
  await lag.stop()
  const [first, ...others] = projectors
  await Promise.all(others.map(({ stop }) => stop()))
  const zombie = await pauseOne(stage, first as Projector, plan.pauseSeconds, PAUSED_OVER_FROM)
  await first?.stop()
  const hung = await hangAClient({ brokers, pool })
  const whole = await compare(stage)
  const figures = { seed: plan.seed, records: load.appended(), ...rebalanced, lagMsMax: lag.maxMs(), ...zombie, ...hung, ...whole }
  const wrong = [
    ...wrongInWhole(whole),
    ...(lag.maxMs() <= LAG_MS_MAX ? [] : [`a record waited ${lag.maxMs()} ms`]),
    ...(rebalanced.handedOver > 0 ? [] : ['no partition changed hands']),
    ...wrongByZombie(zombie),
    ...(hung.healedMs <= HEALED_MS_MAX ? [] : [`a client that hung was replaced after ${hung.healedMs} ms`]),
  ]
  return { figures, wrong }
}

const wrongByZombie = ({ zombieWritesRefused, zombieWritesDone, zombieChangedAnything }: Woken): readonly string[] => [
  ...(zombieWritesDone === 0 ? [] : [`a paused projector moved ${zombieWritesDone} positions when it woke up, though another owned the partitions`]),
  ...(zombieChangedAnything ? ['a paused projector changed something when it woke up'] : []),
  ...(zombieWritesRefused > 0 ? [] : ['no write of a paused projector was refused when it woke up']),
]

const wrongInWhole = ({ missing, rowsOfNone, digestEqual }: Whole): readonly string[] => [
  ...(missing === 0 ? [] : [`${missing} records are missing`]),
  ...(rowsOfNone === 0 ? [] : [`${rowsOfNone} rows are of no record of the log, or a second one of it`]),
  ...(digestEqual ? [] : ['the log folded anew gives other call records']),
]

const stopInTime = (stage: Stage, projectors: readonly Projector[]): void =>
  stage.onStop(async () => {
    for (const { pid, stop } of projectors) {
      signalTo(pid, 'SIGCONT')
      await stop()
    }
  })

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
const disturb = async (plan: Plan, projectors: Projector[], start: Stage['start'], pool: Pool, print: (line: string) => void) => {
  const before = await epochs(pool)
  const began = performance.now()
  const counts = { kill: 0, stop: 0, pause: 0 }
  const everyMs = (plan.minutes * 60_000) / plan.rebalances
  for (const [nth, { what, projector }] of disturbancesOf(plan, PROJECTORS, randomFrom(plan.seed)).entries()) {
    const { pid, stop } = projectors[projector] as Projector
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
  const [seconds, secondsAsked] = [Math.round((performance.now() - began) / 1_000), Math.round(plan.minutes * 60)]
  // How fast a projector starts is the machine's doing: no promise is broken by it, but the run was an easier one.
  if (seconds > secondsAsked) print(`slower than asked: the disturbances took ${seconds} s, and were to take ${secondsAsked} s`)
  return { disturbances: counts, handedOver: Number((await epochs(pool)) - before), seconds, secondsAsked, secondsLate: Math.max(0, seconds - secondsAsked) }
}

/** Each change of a partition's owner adds one. */
const epochs = async (pool: Pool): Promise<bigint> =>
  (await pool.query<{ sum: bigint }>('SELECT coalesce(sum(epoch), 0)::bigint AS sum FROM projection_positions')).rows[0]?.sum ?? 0n

type Whole = Awaited<ReturnType<typeof compare>>

/** The key of `observations` has the time of receipt in it: a record folded twice with two times would have two rows. */
const compare = async ({ log, pool, databaseUrl }: Stage) => {
  const { rows } = await pool.query<{ rows: number; records: number }>('SELECT count(*)::int AS rows, count(DISTINCT (partition, log_offset))::int AS records FROM observations')
  const inLog = [...(await log.bounds(OBSERVATIONS_TOPIC)).values()].reduce((sum, { next }) => sum + Number(next), 0)
  const { equal } = await rebuildProjection({ log, address: null, databaseUrl, swap: false })
  const [seen] = rows
  return { recordsInLog: inLog, missing: inLog - (seen?.records ?? 0), rowsOfNone: (seen?.rows ?? 0) - (seen?.records ?? 0), digestEqual: equal }
}
