import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createPool, type Pool } from '@rollcall/store/pool'
import { freePorts } from '../../e2e/free-ports.ts'
import { serviceArguments } from '../service-arguments.ts'
import { planLog } from './plan-log.ts'

const RESTART_MS = 500
const POLL_MS = 100
const TOLD_EVERY_MS = 60_000
/** New observations a second, while the rebuild runs. */
const LIVE_PER_SECOND = 100
const APPEND_MS_MAX = 60_000
/** A database that is being filled answers late; that is no failure of what is measured. */
const CONNECT_MS_MAX = 60_000

export interface LiveProjection {
  /** Waits until it has folded so many records of the log. */
  untilFolded(records: number): Promise<void>
  /** Appends observations of other calls, so many a second, until told to stop; the longest that the projector took to fold one, in milliseconds, by polling. */
  underTraffic(appended: number): { stop(): Promise<{ readonly appended: number; readonly longestMs: number }> }
  stop(): Promise<void>
}

export interface LiveOptions {
  readonly log: EventLog
  readonly logEnv: Readonly<Record<string, string>>
  readonly databaseUrl: string
  readonly directory: string
  readonly seed: number
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}

/** The real projector on the log that is to be rebuilt from. */
export const startLiveProjection = async ({ log, logEnv, databaseUrl, directory, seed, onLine, signal }: LiveOptions): Promise<LiveProjection> => {
  const pool = createPool({ databaseUrl, applicationName: 'bench-watch', max: 1, connectMsMax: CONNECT_MS_MAX })
  const [adminPort = 0] = await freePorts(1)
  const projector = keepRunning(
    serviceArguments('projector', null),
    { ...logEnv, DATABASE_URL: databaseUrl, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true', PROJECTOR_ADMIN_PORT: String(adminPort) },
    join(directory, 'projector.log'),
  )

  const append = async (observations: number, traffic: number): Promise<void> => {
    const records = [...planLog({ observations, calls: Math.ceil(observations / 2), seed: seed + 1_000_000 + traffic })].map(toLogRecord)
    await log.append(OBSERVATIONS_TOPIC, records, { deadlineMs: APPEND_MS_MAX })
  }
  return {
    untilFolded: async (records) => {
      let told = performance.now()
      for (let folded = 0; folded < records; folded = await foldedBy(pool)) {
        if (performance.now() - told > TOLD_EVERY_MS) {
          told = performance.now()
          onLine(`  the projector has folded ${folded} of ${records}`)
        }
        await sleep(POLL_MS, undefined, { signal })
      }
    },
    underTraffic: (before) => {
      const stopping = new AbortController()
      let appended = before
      let longestMs = 0
      const appending = (async () => {
        // When each second's traffic was appended, until it is folded.
        const waiting: { readonly upTo: number; readonly since: number }[] = []
        for (let traffic = 0, next = performance.now(); !stopping.signal.aborted || waiting.length > 0; await sleep(POLL_MS, undefined, { signal })) {
          if (!stopping.signal.aborted && performance.now() >= next) {
            next += 1_000
            await append(LIVE_PER_SECOND, traffic++)
            appended += LIVE_PER_SECOND
            waiting.push({ upTo: appended, since: performance.now() })
          }
          const folded = await foldedBy(pool)
          for (let [oldest] = waiting; oldest !== undefined; [oldest] = waiting) {
            longestMs = Math.max(longestMs, performance.now() - oldest.since)
            if (folded < oldest.upTo) break
            waiting.shift()
          }
        }
      })()
      appending.catch(() => {})
      return {
        stop: async () => {
          stopping.abort()
          await appending
          return { appended: appended - before, longestMs }
        },
      }
    },
    stop: async () => {
      await projector.stop()
      await pool.end()
    },
  }
}

/** On a machine that is busy with other things its watchdog may take it for hung, and it ends to be started again, as `rollcall start` does. */
const keepRunning = (args: readonly string[], env: Readonly<Record<string, string>>, logFile: string): { stop(): Promise<void> } => {
  const log = openSync(logFile, 'a')
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const child = spawn(process.execPath, [...args], { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', log, log, 'ipc'] })
      const stop = () => child.kill('SIGTERM')
      stopping.signal.addEventListener('abort', stop)
      await once(child, 'exit')
      stopping.signal.removeEventListener('abort', stop)
      await sleep(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
    closeSync(log)
  })()
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

/** Records folded; -1 while no partition is owned. */
const foldedBy = async (pool: Pool): Promise<number> => {
  const { rows } = await pool.query<{ owned: boolean; folded: string }>(
    'SELECT coalesce(bool_or(owner IS NOT NULL), false) AS owned, coalesce(sum(next_offset), 0) AS folded FROM projection_positions WHERE topic = $1',
    [OBSERVATIONS_TOPIC],
  )
  return rows[0]?.owned === true ? Number(rows[0].folded) : -1
}
