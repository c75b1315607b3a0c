/**
 * Folding with one client of the log, until told to stop, or until the watchdog wants a new client:
 *
 *   ownership loop (every third of a lease): claim my share ► check the position of what is new ► measure the lag ► watchdog
 *   fold loop:                               read ► apply ► read … ; the next read is on its way while Postgres commits
 *
 * The two share `owned`. A partition leaves it when the claim says so, or when a write is refused ('fenced', 'behind'); the next
 * claim brings it back from what Postgres says. Killed anywhere, the last committed batch is the truth.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { CallRecord } from '@rollcall/domain/call/record'
import type { Clock } from '@rollcall/domain/time'
import { type EventLog, PositionGoneError, type StoredRecord } from '@rollcall/event-log/event-log'
import type { Pool } from '@rollcall/store/pool'
import { claimPartitions, PARTITION_LEASE_MS } from '@rollcall/store/projection/claim-partitions'
import { answerInTime } from './answer-in-time.ts'
import { atOnce } from './at-once.ts'
import { checkNothingVanished, checkPosition, haltedBy } from './check-position.ts'
import { measureFacts, newFactDelays } from './measure-facts.ts'
import { orAborted } from './or-aborted.ts'
import type { PartitionProgress } from './partition-progress.ts'
import { projectBatch } from './project-batch.ts'
import type { ProjectionStatus } from './projection-status.ts'
import { batchesOf, type Reading, readFrom } from './read-from.ts'
import { settledWithin } from './settled-within.ts'

const CLAIM_EVERY_MS = PARTITION_LEASE_MS / 3
const NOTHING_OWNED_MS = 100
/** How long what is under way may take to end when the session does. What ends later is fenced by the epoch of whoever comes next. */
const ENDING_MS_MAX = 5_000
/** Each takes a connection; two more of the pool are for claiming and for publishing. */
export const PARTITIONS_AT_ONCE = 4

export interface SessionOptions {
  readonly log: EventLog
  readonly pool: Pool
  readonly instance: string
  readonly logClusterId: string
  readonly clock: Clock
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number
  readonly status: ProjectionStatus
  readonly progress: PartitionProgress
}

interface Owned {
  readonly epoch: bigint
  next: bigint
}

/** Resolves with true when the watchdog wants a new client, with false when `signal` has aborted. */
export const runSession = async ({ log, pool, instance, logClusterId, clock, monotonic, status, progress }: SessionOptions, signal: AbortSignal): Promise<boolean> => {
  const owned = new Map<number, Owned>()
  const measure = measureFacts()
  const onWritten = (before: CallRecord | null, after: CallRecord): void => measure(after.account, newFactDelays(before, after))
  const stop = new AbortController()
  const stopped = AbortSignal.any([signal, stop.signal])
  const askBounds = () => answerInTime('bounds', log.bounds(OBSERVATIONS_TOPIC))

  /** One turn of the ownership loop; true when the watchdog wants a new client. */
  const claim = async (): Promise<boolean> => {
    const folded = positionsOf(owned)
    const bounds = await askBounds()
    checkNothingVanished(folded, bounds)
    const held = new Map([...owned].map(([partition, { epoch }]) => [partition, epoch]))
    const mine = await claimPartitions(pool, { topic: OBSERVATIONS_TOPIC, partitions: [...bounds.keys()], instance, logClusterId, held })
    const epochs = new Map(mine.map(({ partition, epoch }) => [partition, epoch]))
    for (const [partition, { epoch }] of owned) if (epochs.get(partition) !== epoch) owned.delete(partition)
    // A replica that was promoted without the newest commits stands before what we have folded. No write of ours would tell where nothing new comes.
    for (const { partition, next } of mine) if (next < (folded.get(partition) ?? 0n)) owned.delete(partition)
    const claimed = mine.filter(({ partition }) => !owned.has(partition))
    const boundsSince = claimed.length === 0 ? bounds : await askBounds()
    for (const one of claimed) {
      await checkPosition(log, one, boundsSince.get(one.partition))
      if (stopped.aborted) return false
      owned.set(one.partition, { epoch: one.epoch, next: one.next })
    }
    if (stopped.aborted) return false
    const lags = new Map(mine.map(({ partition, next }) => [partition, maxOf(0n, (boundsSince.get(partition)?.next ?? 0n) - (owned.get(partition)?.next ?? next))]))
    status.owned = [...owned.keys()]
    // With nothing to fold there is no turn of the fold loop that could say it.
    if (owned.size === 0) status.trouble = null
    status.lag = [...lags.values()].reduce((sum, lag) => sum + lag, 0n)
    const { answer, stalled } = progress.watch(lags, monotonic())
    if (answer === 'exit') throw new Error(`partitions ${stalled.join(', ')} stand still with records waiting, also with a new client`)
    if (answer === 'rebuild-client') progress.clientRebuilt(stalled, monotonic())
    return answer === 'rebuild-client'
  }

  const keepClaiming = async (): Promise<boolean> => {
    while (!stopped.aborted) {
      if (await claim()) return true
      await sleep(CLAIM_EVERY_MS, undefined, { signal: stopped }).catch(() => {})
    }
    return false
  }

  /** Applies one partition's records in order, for as long as they fit. */
  const apply = async (partition: number, from: bigint, records: readonly StoredRecord[]): Promise<void> => {
    for (const batch of batchesOf(partition, from, records)) {
      const mine = owned.get(partition)
      if (stopped.aborted || mine === undefined || mine.next !== batch.from) return
      const { outcome, deadLetters } = await projectBatch(pool, { topic: OBSERVATIONS_TOPIC, epoch: mine.epoch, publish: true, onWritten }, batch)
      if (outcome !== 'advanced') {
        status.refused += 1
        if (owned.get(partition) === mine) owned.delete(partition)
        return
      }
      mine.next = batch.to
      status.observations += batch.observations.length
      status.calls += batch.calls.size
      status.deadLetters += deadLetters
      status.lastAppliedAt = clock()
      progress.moved(partition, monotonic())
    }
  }

  /** One turn of the fold loop: applies what was read ahead, or reads first; gives what it has begun to read meanwhile. */
  const foldOnce = async (ahead: Ahead | null): Promise<Ahead | null> => {
    const { from, reading } = ahead ?? readAhead(log, positionsOf(owned), stopped)
    const records = (await orAborted(reading, stopped)) ?? new Map<number, readonly StoredRecord[]>()
    // A partition that was lost and came back stands elsewhere: what was read ahead for it is left, and it is read anew.
    const usable = [...records].filter(([partition]) => owned.get(partition)?.next === from.get(partition))
    if (usable.length === 0) return null
    const after = positionsOf(owned)
    for (const [partition, list] of usable) after.set(partition, (list.at(-1)?.offset ?? 0n) + 1n)
    const next = readAhead(log, after, stopped)
    await atOnce(PARTITIONS_AT_ONCE, usable, ([partition, list]) => apply(partition, from.get(partition) ?? 0n, list))
    return next
  }

  const keepFolding = async (): Promise<void> => {
    let ahead: Ahead | null = null
    while (!stopped.aborted) {
      if (owned.size > 0) {
        ahead = await foldOnce(ahead)
        // Not when the log merely opens: only a turn that ended well says that both log and Postgres do their part.
        status.trouble = null
      } else {
        ahead = null
        await sleep(NOTHING_OWNED_MS, undefined, { signal: stopped }).catch(() => {})
      }
    }
  }

  const [claiming, folding] = [keepClaiming(), keepFolding()]
  try {
    return await Promise.race([claiming, folding.then(() => false)])
  } catch (error) {
    throw error instanceof PositionGoneError ? haltedBy(error) : error
  } finally {
    stop.abort()
    await settledWithin(ENDING_MS_MAX, [claiming, folding])
  }
}

interface Ahead {
  readonly from: ReadonlyMap<number, bigint>
  readonly reading: Promise<Reading>
}

const readAhead = (log: EventLog, from: ReadonlyMap<number, bigint>, signal: AbortSignal): Ahead => {
  const reading = readFrom(log, from, signal)
  // Whoever awaits it hears of a failure; until then it must not count as unhandled.
  reading.catch(() => {})
  return { from, reading }
}

const positionsOf = (owned: ReadonlyMap<number, Owned>): Map<number, bigint> => new Map([...owned].map(([partition, { next }]) => [partition, next]))

const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b)
