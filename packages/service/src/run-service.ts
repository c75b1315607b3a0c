import { createLogger, type Logger, logTo } from '@rollcall/telemetry/create-logger'
import { telemetryAtExit } from '@rollcall/telemetry/telemetry-at-exit'

/*
 * The life of a process:
 *
 *   starting ──start() resolves──► running ──first signal, lost parent, or a failure──► draining ──► exit
 *
 * `signal` aborts when draining begins; loops and sleeps end by it. Then what was registered with `onStop` is stopped, last first,
 * and what runs in the background is awaited. DRAIN_MS_MAX bounds all of it. A second signal exits at once, with 1.
 * Killed at any point, nothing acknowledged is lost: that is the work of the spool and the log, not of this file.
 */

export const DRAIN_MS_MAX = 20_000
/** A terminal and a supervisor both send a signal for one Ctrl-C: what comes this close together is one wish. */
export const SECOND_SIGNAL_AFTER_MS = 1_000
const TELEMETRY_FLUSH_MS_MAX = 3_000

export interface ServiceContext {
  /** Aborts when the service begins to drain. */
  readonly signal: AbortSignal
  readonly logger: Logger
  /** Has `stop` called when the service drains, the last registered first; also when starting fails half way. */
  onStop(what: string, stop: () => Promise<void> | void): void
  /** Work that goes on until `signal`; awaited while draining. When it fails, or ends before, the service ends with 1. */
  background(what: string, work: Promise<void>): void
  /** Ends the service because its one job is done: a one-shot command, with the exit code that its result deserves. */
  finish(exitCode: number): void
  /** Ends the service because of what happened outside any promise. */
  fail(error: unknown): void
}

/**
 * Runs one process from start to exit, and decides its exit code: 0 drained; 1 failed or did not drain in time; 2 an operator must act
 * (any error with an `exitCode`), printed as one readable message. `start` resolves when the service is up.
 */
export const runService = async ({
  name,
  start,
  logs = 'stdout',
}: {
  readonly name: string
  readonly start: (context: ServiceContext) => Promise<void>
  /** A one-shot command keeps stdout for its result. */
  readonly logs?: 'stdout' | 'stderr'
}): Promise<never> => {
  const logger = createLogger({ service: name, level: 'info', destination: logTo(logs) })
  const stopping = new AbortController()
  const stops: { what: string; stop: () => Promise<void> | void }[] = []
  const work: Promise<void>[] = []
  let exitCode = 0

  const { promise: ending, resolve: end } = withResolvers()
  const drain = (why: string): void => {
    if (stopping.signal.aborted) return
    logger.info({ event: 'service.draining', why }, 'draining')
    stopping.abort()
    end()
  }
  const fail = (error: unknown): void => {
    exitCode = Math.max(exitCode, report(logger, error))
    drain('failure')
  }
  listenForTheEnd(drain, fail, logger)

  const starting = start({
    signal: stopping.signal,
    logger,
    onStop: (what, stop) => void stops.unshift({ what, stop }),
    background: (what, running) => {
      const watched = running.then(() => {
        if (!stopping.signal.aborted) throw new Error(`${what} ended by itself`)
      })
      work.push(watched.catch(fail))
    },
    finish: (code) => {
      exitCode = Math.max(exitCode, code)
      drain('done')
    },
    fail,
  }).then(() => logger.info({ event: 'service.started' }, 'started'), fail)

  await Promise.race([ending, starting.then(() => ending)])
  const drained = await within(DRAIN_MS_MAX, async () => {
    await starting
    for (const { what, stop } of stops) await stopOne(what, stop)
    await Promise.all(work)
  })
  if (!drained) logger.error({ event: 'service.drain-timeout', drainMsMax: DRAIN_MS_MAX }, 'did not drain in time')
  await within(TELEMETRY_FLUSH_MS_MAX, async () => telemetryAtExit.started?.stop().catch(() => {}))
  if (drained && exitCode === 0) logger.info({ event: 'service.stopped' }, 'stopped')
  process.exit(drained ? exitCode : 1)

  async function stopOne(what: string, stop: () => Promise<void> | void): Promise<void> {
    try {
      await stop()
    } catch (error) {
      exitCode = Math.max(exitCode, 1)
      logger.error({ event: 'service.stop-failed', what, err: error }, 'could not stop cleanly')
    }
  }
}

/** Prints what an operator must act on, logs everything else; gives the exit code. */
const report = (logger: Logger, error: unknown): number => {
  const exitCode = (error as { exitCode?: unknown } | null)?.exitCode
  if (error instanceof Error && typeof exitCode === 'number') {
    process.stderr.write(`${error.message}\n`)
    return exitCode
  }
  logger.fatal({ event: 'service.failed', err: error }, 'failed')
  return 1
}

const listenForTheEnd = (drain: (why: string) => void, fail: (error: unknown) => void, logger: Logger): void => {
  let firstAt: number | null = null
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      const now = performance.now()
      if (firstAt !== null && now - firstAt > SECOND_SIGNAL_AFTER_MS) {
        logger.warn({ event: 'service.killed', signal }, 'second signal: leaving at once')
        process.exit(1)
      }
      firstAt ??= now
      drain(signal)
    })
  // A supervisor that was killed cannot send a signal; its closed channel says it.
  process.on('disconnect', () => drain('parent is gone'))
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
}

/** Whether `work` ended within `ms`. */
const within = async (ms: number, work: () => Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([work().then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

const withResolvers = (): { promise: Promise<void>; resolve: () => void } => {
  let resolve = (): void => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
