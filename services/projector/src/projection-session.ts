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
import type { Clock, Instant } from '@rollcall/domain/time'
import { type EventLog, PositionGoneError } from '@rollcall/event-log/event-log'
import type { Pool } from '@rollcall/store/pool'
import { claimPartitions, PARTITION_LEASE_MS } from '@rollcall/store/projection/claim-partitions'
import { checkPosition, haltedBy } from './check-position.ts'
import { projectBatch } from './project-batch.ts'
import { type Reading, readFrom } from './read-from.ts'
import type { ReadBatch } from './read-records.ts'
import { watch } from './watchdog.ts'

const CLAIMS_PER_LEASE = 3
const NOTHING_OWNED_MS = 100

export interface SessionOptions {
  readonly log: EventLog
  readonly pool: Pool
  readonly instance: string
  readonly logClusterId: string
  readonly clock: Clock
}

/** For `/statusz` and metrics. */
export interface SessionStatus {
  owned: readonly number[]
  lag: bigint
  observations: number
  calls: number
  deadLetters: number
  lastAppliedAt: Instant | null
}

interface Owned {
  readonly epoch: bigint
  next: bigint
}

export const createSession = ({ log, pool, instance, logClusterId, clock }: SessionOptions, status: SessionStatus) => {
  const owned = new Map<number, Owned>()
  const progress = { at: clock(), rebuiltAt: null as Instant | null }

  /** One turn of the ownership loop; true when the watchdog wants a new client. */
  const claim = async (): Promise<boolean> => {
    const bounds = await log.bounds(OBSERVATIONS_TOPIC)
    const mine = await claimPartitions(pool, { topic: OBSERVATIONS_TOPIC, partitions: [...bounds.keys()], instance, logClusterId })
    const claimed = new Map(mine.map((partition) => [partition.partition, partition]))
    for (const partition of owned.keys()) if (claimed.get(partition)?.epoch !== owned.get(partition)?.epoch) owned.delete(partition)
    for (const partition of mine) {
      if (owned.has(partition.partition)) continue
      await checkPosition(log, partition, bounds.get(partition.partition))
      owned.set(partition.partition, { epoch: partition.epoch, next: partition.next })
    }
    status.owned = [...owned.keys()]
    status.lag = [...owned].reduce((lag, [partition, { next }]) => lag + ((bounds.get(partition)?.next ?? next) - next), 0n)
    const answer = watch({ lag: status.lag, ...progress }, clock())
    if (answer === 'exit') throw new Error(`no progress for ${clock() - progress.at} ms with ${status.lag} records waiting, also with a new client`)
    return answer === 'rebuild-client'
  }

  const read = async (signal: AbortSignal): Promise<Reading> => {
    const from = new Map([...owned].map(([partition, { next }]) => [partition, next]))
    return readFrom(log, from, { signal })
  }

  /** Applies one partition's batches in order, for as long as they fit. */
  const apply = async (partition: number, batches: readonly ReadBatch[]): Promise<void> => {
    for (const batch of batches) {
      const mine = owned.get(partition)
      if (mine === undefined || mine.next !== batch.from) return
      const applied = await projectBatch(pool, OBSERVATIONS_TOPIC, mine.epoch, batch)
      if (applied !== 'advanced') return void owned.delete(partition)
      mine.next = batch.to
      status.observations += batch.observations.length
      status.calls += batch.calls.size
      status.deadLetters += batch.deadLetters.length
      status.lastAppliedAt = clock()
      progress.at = clock()
    }
  }

  const fold = async (signal: AbortSignal): Promise<void> => {
    let next: Promise<Reading> | null = null
    while (!signal.aborted) {
      if (owned.size === 0) {
        next = null
        await sleep(NOTHING_OWNED_MS, undefined, { signal }).catch(() => {})
        continue
      }
      const reading = await (next ?? read(signal))
      if (reading.size === 0) {
        if (status.lag === 0n) progress.at = clock()
        next = null
        continue
      }
      next = readFrom(log, positionsAfter(owned, reading), { signal })
      next.catch(() => {})
      await Promise.all([...reading].map(([partition, batches]) => apply(partition, batches)))
    }
  }

  return {
    /** Claims once, then folds until `signal`; resolves with true when the watchdog wants a new client. */
    run: async (signal: AbortSignal): Promise<boolean> => {
      const stop = new AbortController()
      const all = AbortSignal.any([signal, stop.signal])
      const own = async (): Promise<boolean> => {
        while (!all.aborted) {
          if (await claim()) return true
          await sleep(PARTITION_LEASE_MS / CLAIMS_PER_LEASE, undefined, { signal: all }).catch(() => {})
        }
        return false
      }
      const folding = fold(all)
      try {
        return await Promise.race([own(), folding.then(() => false)])
      } catch (error) {
        throw error instanceof PositionGoneError ? haltedBy(error) : error
      } finally {
        stop.abort()
        await folding.catch(() => {})
      }
    },
    owned: (): readonly number[] => [...owned.keys()],
    /** The session that follows this one after a stall inherits the stall's clock. */
    inherit: (rebuiltAt: Instant, stalledSince: Instant): void => {
      progress.rebuiltAt = rebuiltAt
      progress.at = stalledSince
    },
    stalledSince: (): Instant => progress.at,
  }
}

const positionsAfter = (owned: ReadonlyMap<number, Owned>, reading: Reading): ReadonlyMap<number, bigint> =>
  new Map([...owned].map(([partition, { next }]) => [partition, reading.get(partition)?.at(-1)?.to ?? next]))
