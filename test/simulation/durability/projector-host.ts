/** A host that folds: the service's own run loop on the simulated log and Postgres, started again whenever it ends. */

import { newProjectionStatus } from '@rollcall/projector/projection-status'
import { runProjection } from '@rollcall/projector/run-projection'
import type { Book } from './book.ts'
import { SILENT } from './silent-logger.ts'
import type { SimulatedLog } from './simulated-log.ts'
import type { SimulatedPostgres } from './simulated-postgres.ts'
import type { Life, VirtualTime } from './virtual-time.ts'

export interface ProjectorHost {
  start(): void
  kill(downMs: number): void
  /** As SIGTERM does. */
  stop(downMs: number): void
  pause(forMs: number): void
  starts(): number
}

const RESTART_MS = 500

interface Process {
  readonly life: Life
  readonly stop: AbortController
}

export const createProjectorHost = (parts: {
  readonly name: string
  readonly time: VirtualTime
  readonly log: SimulatedLog
  readonly postgres: SimulatedPostgres
  readonly book: Book
}): ProjectorHost => {
  const { name, time, log, postgres, book } = parts
  let process: Process | null = null
  let starts = 0

  const end = (of: Process, downMs: number): void => {
    if (of.life.isDead()) return
    of.life.kill()
    postgres.left(of.life)
    if (process === of) process = null
    time.after(downMs, null, start)
  }

  const start = (): void => {
    if (process !== null) return
    starts += 1
    const started: Process = { life: time.beginLife(`${name} ${starts}`), stop: new AbortController() }
    process = started
    time.after(0, started.life, () => {
      const options = {
        openLog: async () => log.connect(),
        pool: postgres.poolOf(started.life),
        instance: `${name}-${starts}`,
        clock: () => Date.now(),
        monotonic: () => performance.now(),
        logger: SILENT,
        status: newProjectionStatus(),
      }
      runProjection(options, started.stop.signal).then(
        () => end(started, RESTART_MS),
        (error: Error) => {
          if (error.name === 'OperatorError' || !/stand still/.test(error.message)) book.find('halted', `${started.life.name}: ${error.name}: ${error.message}`)
          end(started, RESTART_MS)
        },
      )
    })
  }

  return {
    start,
    kill: (downMs) => {
      if (process !== null) end(process, downMs)
    },
    stop: (downMs) => {
      const stopping = process
      if (stopping === null) return
      time.deliver(stopping.life, () => stopping.stop.abort())
      // A supervisor waits for so long before it kills.
      time.after(10_000 + downMs, null, () => end(stopping, 0))
    },
    pause: (forMs) => {
      const paused = process
      if (paused === null) return
      paused.life.pause()
      time.after(forMs, null, () => paused.life.goOn())
    },
    starts: () => starts,
  }
}
