/*
 * What this host has spooled, told to whoever judges webhooks, through Postgres: up to when everything received is in the log, what was
 * refused, and when each account's last webhook came. Exotel never waits for it, and ingest starts and works without a database.
 *
 *   before it listens: one sign ──► every EVERY_MS, or RETRY_MS after one that failed ──► when everything else is stopped: the last one
 *
 * The first is told before the first delivery can come (if the database answers at all): a host that stopped with nothing left counts as
 * empty until it is heard of again. Refusals are told in the transaction that tells how far the spool is drained, so that whoever
 * believes the one knows the other. Killed anywhere, the last sign stands, and what may have come since is waited for.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { addRefusals } from '@rollcall/store/ingest-hosts/add-refusals'
import { noteReceived } from '@rollcall/store/ingest-hosts/note-received'
import { readClock } from '@rollcall/store/ingest-hosts/read-clock'
import { type SignOfLife, saveSignOfLife } from '@rollcall/store/ingest-hosts/save-sign-of-life'
import { createPool } from '@rollcall/store/pool'
import { inTransaction } from '@rollcall/store/transaction'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { RefusedMinutes } from './refused-minutes.ts'

const EVERY_MS = 5_000
const RETRY_MS = 1_000
const STATEMENT_MS_MAX = 3_000
/** How long a start waits for the first sign: ingest is to be ready within two seconds, whatever is away. */
const BEGIN_MS_MAX = 500
/** And a stop for the last one. */
const WAIT_MS_MAX = 2_000

export interface WatchedSpool {
  readonly name: string
  /** Monotonic; null while not known (drainage.ts). */
  drainedTo(): number | null
  records(): number
  bytes(): number
  /** Epoch milliseconds. */
  oldestAt(): number | null
}

export interface SignsOfLifeOptions {
  readonly databaseUrl: string
  readonly host: string
  readonly refusals: Pick<RefusedMinutes, 'take' | 'putBack'>
  /** By account, epoch milliseconds. */
  readonly lastReceived: () => ReadonlyMap<string, number>
  readonly clock: () => number
  readonly monotonicMs: () => number
  readonly logger: Logger
}

export interface SignsOfLife {
  /** Gives the first sign, or lets it go on trying, and goes on until `stop`. */
  begin(instance: string, spools: readonly WatchedSpool[]): Promise<void>
  /** Gives the last sign. Nothing may be received or forwarded any more. */
  stop(): Promise<void>
}

export const createSignsOfLife = ({ databaseUrl, host, refusals, lastReceived, clock, monotonicMs, logger }: SignsOfLifeOptions): SignsOfLife => {
  const pool = createPool({ databaseUrl, applicationName: 'rollcall-ingest', max: 1, statementMsMax: STATEMENT_MS_MAX })
  const stopping = new AbortController()
  let failing = false
  let tell: ((state: SignOfLife['state']) => Promise<void>) | null = null
  let running: Promise<void> = Promise.resolve()

  const sign = async (instance: string, watched: readonly WatchedSpool[], state: SignOfLife['state']): Promise<void> => {
    const spools = watched.map((spool) => ({ spool: spool.name, drainedTo: spool.drainedTo(), records: spool.records(), bytes: spool.bytes(), oldestAt: spool.oldestAt() }))
    const lookedAt = clock()
    const received = lastReceived()
    // The database's clock showed at least this much by now: what is told by it can only be too early.
    const now = await readClock(pool)
    const [hereNow, wallNow] = [monotonicMs(), clock()]
    const taken = refusals.take()
    try {
      await inTransaction(pool, async (tx) => {
        await addRefusals(tx, taken)
        await noteReceived(tx, new Map([...received].map(([account, at]) => [account, now - Math.max(0, wallNow - at)])))
        await saveSignOfLife(tx, {
          instance,
          host,
          state,
          spools: spools.map(({ drainedTo, oldestAt, ...spool }) => ({
            ...spool,
            drainedTo: drainedTo === null ? null : Math.floor(now - (hereNow - drainedTo)),
            oldestAt: oldestAt === null ? null : now - Math.max(0, lookedAt - oldestAt),
          })),
        })
      })
    } catch (error) {
      refusals.putBack(taken)
      throw error
    }
  }

  /** False when it could not be given. Said once, and again when it can. */
  const tried = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      if (failing) logger.info({ event: 'signs-of-life.told' }, 'the database hears of this host again')
      failing = false
      return true
    } catch (error) {
      if (!failing)
        logger.warn(
          { event: 'signs-of-life.failed', err: error },
          'the database does not hear of this host; webhooks are received all the same, and those that may lie here are not judged before it does',
        )
      failing = true
      return false
    }
  }

  const goOn = async (work: () => Promise<void>, toldFirst: boolean): Promise<void> => {
    const { signal } = stopping
    for (let told = toldFirst; ; told = await tried(work)) {
      await sleep(told ? EVERY_MS : RETRY_MS, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
    }
  }

  return {
    begin: async (instance, spools) => {
      tell = (state) => sign(instance, spools, state)
      const live = () => sign(instance, spools, 'running')
      const first = tried(live)
      running = first.then((told) => goOn(live, told))
      await within(BEGIN_MS_MAX, first)
    },
    stop: async () => {
      stopping.abort()
      const last = tell
      if (last !== null)
        await within(
          WAIT_MS_MAX,
          running.then(() => tried(() => last('stopped'))),
        )
      await within(WAIT_MS_MAX, pool.end())
    },
  }
}

/** Waits for it, but not for longer. */
const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const late = new AbortController()
  try {
    await Promise.race([work, sleep(ms, undefined, { signal: late.signal }).catch(() => {})])
  } finally {
    late.abort()
  }
}
