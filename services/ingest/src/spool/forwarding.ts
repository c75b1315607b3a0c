import { setInterval as every, setTimeout as sleep } from 'node:timers/promises'
import type { LogRecord } from '@rollcall/event-log/event-log'
import { unpackRecord } from '@rollcall/event-log/pack-record'
import type { SegmentRecord } from '@rollcall/segment-log/segment-log'
import type { Logger } from '@rollcall/telemetry/create-logger'
import { createForwarder, type Forwarder } from './forwarder.ts'
import type { Spool } from './open-spool.ts'

/** A cursor that lags only makes a restart send some records twice. */
const CURSOR_EVERY_MS = 1_000
const RETENTION_EVERY_MS = 60_000
/** The log's own close may take an append's deadline on top, and all of it must end within a service's bound. */
const DRAIN_MS_MAX = 4_000
/** A failure that goes on is logged at every so many attempts. */
const LOGGED_ATTEMPTS = 20
/** Errors that say so. */
const OTHER_LOG: ReadonlySet<string> = new Set(['LogReplacedError', 'SpoolOfAnotherLogError', 'ForeignLogError'])

export interface Forwarding {
  readonly forwarder: Forwarder
  /** Resolves when `stop` was called. */
  readonly running: Promise<void>
  failures(): number
  /** Why the last attempt failed; null when it did not. */
  problem(): string | null
  /** Whether it failed because another log answers in the place of the one that this spool is forwarded to. */
  logReplaced(): boolean
  /** Gives the disk back whole segments that the log has acknowledged, however young; how many bytes that were. */
  makeRoom(): Promise<number>
  /** Forwards what it can in DRAIN_MS_MAX, makes the position durable, and closes the spool. Nothing may append any more. */
  stop(): Promise<void>
}

export interface ForwardingOptions {
  readonly spool: Spool
  readonly name: string
  /** Acknowledged records are kept for so long, unless the spool then has more than `bytesMax`: `rollcall replay` sends them again where Kafka has lost its newest. */
  readonly keptMs: number
  readonly bytesMax: number
  readonly appending: () => number
  readonly append: (records: readonly LogRecord[]) => Promise<void>
  readonly onAcknowledged: (records: readonly SegmentRecord[]) => void
  readonly clock: () => number
  readonly logger: Logger
}

/** A forwarder at work on a spool, with the housekeeping around it: the durable cursor, and dropping what is old and acknowledged. */
export const startForwarding = ({ spool, name, keptMs, bytesMax, appending, append, onAcknowledged, clock, logger }: ForwardingOptions): Forwarding => {
  const stopping = new AbortController()
  let failures = 0
  let problem: string | null = null
  let logReplaced = false

  const forwarder = createForwarder({
    spool: spool.segments,
    from: spool.from,
    unpack: unpackRecord,
    appending,
    append,
    onAcknowledged: (records) => {
      problem = null
      logReplaced = false
      onAcknowledged(records)
    },
    onFailure: (error, attempt, doing) => {
      failures += 1
      problem = error instanceof Error ? error.message : String(error)
      logReplaced = error instanceof Error && OTHER_LOG.has(error.name)
      if (attempt % LOGGED_ATTEMPTS !== 0) return
      if (logReplaced) logger.error({ event: 'log.replaced', spool: name, attempt, err: error }, 'another log answers: nothing is forwarded until the one that it went to is back')
      else if (doing === 'sending')
        logger.warn({ event: 'forward.failed', spool: name, attempt, err: error }, 'the log does not take the batch; it stays in the spool and is sent again')
      else logger.error({ event: 'spool.unreadable', spool: name, attempt, err: error }, 'the spool cannot be read, and nothing behind it is forwarded; it is read again')
    },
    clock,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    random: Math.random,
  })

  const keepCursor = async (): Promise<void> => {
    try {
      await spool.cursor.advance(forwarder.position())
    } catch (error) {
      logger.warn({ event: 'spool.cursor-failed', spool: name, err: error }, 'could not make the position durable; a restart would send some records twice')
    }
  }
  const drop = async (retention: { readonly olderThan: number; readonly bytesMax: number }): Promise<void> => {
    try {
      await spool.segments.dropBefore(forwarder.position(), retention)
    } catch (error) {
      logger.warn({ event: 'spool.retention-failed', spool: name, err: error }, 'could not drop old segments')
    }
  }

  const dropOld = (): Promise<void> => drop({ olderThan: clock() - keptMs, bytesMax })

  const running = Promise.all([forwarder.run(stopping.signal), repeat(CURSOR_EVERY_MS, stopping.signal, keepCursor), repeat(RETENTION_EVERY_MS, stopping.signal, dropOld)]).then(
    () => {},
  )

  const drained = async (): Promise<void> => {
    const deadline = performance.now() + DRAIN_MS_MAX
    while (forwarder.position() < spool.segments.bounds().next && performance.now() < deadline) await sleep(10)
  }

  return {
    forwarder,
    running,
    failures: () => failures,
    problem: () => problem,
    logReplaced: () => logReplaced,
    makeRoom: async () => {
      const { bytes } = spool.segments.stats()
      await drop({ olderThan: Number.POSITIVE_INFINITY, bytesMax: 0 })
      return Math.max(0, bytes - spool.segments.stats().bytes)
    },
    stop: async () => {
      await drained()
      stopping.abort()
      await running
      await keepCursor()
      await spool.close()
    },
  }
}

const repeat = async (ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> => {
  try {
    for await (const _ of every(ms, undefined, { signal })) await work()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
