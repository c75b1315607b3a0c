/**
 * Has a day checked in every hour, in a process of its own: a check folds for minutes, and must take neither the projection's thread nor its memory.
 * Whatever becomes of it, the projection goes on, and the next hour tries again.
 */
import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import type { CheckStanding } from '@rollcall/store/check/day-checks'
import { readCheckStandings } from '@rollcall/store/check/day-checks'
import type { Pool } from '@rollcall/store/pool'
import type { Logger } from '@rollcall/telemetry/create-logger'
import cron from 'node-cron'

/** India has one zone without summer time. */
const TIMEZONE = 'Asia/Kolkata'
/** Nicer than anything that somebody waits for. */
const NICENESS = 15
const LINE_CHARACTERS_MAX = 4_000
/** As check-result.ts has it. */
const DIFFERS = 3
const HELD = 4

export interface HourlyChecks {
  /** By account; what was known when the last check ended. */
  standings(): ReadonlyMap<string, CheckStanding>
  /** Begins none any more, and ends the one under way. */
  stop(): Promise<void>
}

export interface HourlyOptions {
  readonly expression: string
  readonly pool: Pool
  readonly logger: Logger
  /** How this very process was started, to be started again with `check`. */
  readonly command: { readonly file: string; readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv }
}

export const checkHourly = ({ expression, pool, logger, command }: HourlyOptions): HourlyChecks => {
  const stopping = new AbortController()
  let standings: ReadonlyMap<string, CheckStanding> = new Map()
  let working: Promise<void> = Promise.resolve()

  const look = async (): Promise<void> => {
    standings = await readCheckStandings(pool)
  }
  const check = async (): Promise<void> => {
    try {
      const { code, said } = await runToEnd(command, stopping.signal)
      if (stopping.signal.aborted) return
      if (code === DIFFERS) logger.error({ event: 'check.differs', said }, 'a day is not stored as the log has it; see rollcall status')
      else if (code === 0) logger.info({ event: 'check.ended', said }, 'a day was checked')
      else if (code !== HELD) logger.warn({ event: 'check.failed', code, said }, 'the check of a day failed; the next hour tries again')
      await look()
    } catch (error) {
      logger.warn({ event: 'check.failed', err: error }, 'the check of a day failed; the next hour tries again')
    }
  }
  // What is known already is shown from the start on.
  working = look().catch(() => {})
  const task = cron.schedule(
    expression,
    () => {
      working = working.then(check)
      return working
    },
    { name: 'check of a day', timezone: TIMEZONE, noOverlap: true, suppressMissedWarning: true },
  )
  return {
    standings: () => standings,
    stop: async () => {
      stopping.abort()
      await task.destroy()
      await working
    },
  }
}

const runToEnd = async ({ file, args, env }: HourlyOptions['command'], signal: AbortSignal): Promise<{ readonly code: number | null; readonly said: string }> => {
  const child = spawn(file, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  // Killed anywhere, a check leaves nothing; asked to end, it would first have to come to the end of a statement.
  const stop = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', stop, { once: true })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-LINE_CHARACTERS_MAX)
    })
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => {
        // It may have ended already, or the machine may not allow it.
        try {
          if (child.pid !== undefined) setPriority(child.pid, NICENESS)
        } catch {}
      })
      child.once('close', resolve)
    })
    return { code, said: said.trim() }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
