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
import { z } from 'zod'

/** India has one zone without summer time. */
const TIMEZONE = 'Asia/Kolkata'
/** Nicer than anything that somebody waits for. */
const NICENESS = 15
const LINE_CHARACTERS_MAX = 4_000
/** A line names a hundred calls at most. */
const OUT_CHARACTERS_MAX = 100_000
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
    if (stopping.signal.aborted) return
    try {
      const { code, result, said } = await runToEnd(command, stopping.signal)
      if (stopping.signal.aborted) return
      if (code === DIFFERS) logger.error({ event: 'check.differs', ...result }, 'a day is not stored as the log has it; see rollcall status')
      else if (code === 0 && result.outcome !== 'equal') logger.debug({ event: 'check.none' }, 'no day was to be checked')
      else if (code === 0) logger.info({ event: 'check.ended', ...result }, 'a day was checked')
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

/** What the log says of a check: whose calls differ is for `rollcall status` to tell. */
const Result = z.object({ outcome: z.string(), account: z.string().optional(), day: z.string().optional(), differing: z.number().optional() })
type Result = z.infer<typeof Result>

const runToEnd = async (
  { file, args, env }: HourlyOptions['command'],
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly result: Partial<Result>; readonly said: string }> => {
  // With a channel to us, so that it ends by itself when we are killed.
  const child = spawn(file, [...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  // Killed anywhere, a check leaves nothing; asked to end, it would first have to come to the end of a statement.
  const stop = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', stop, { once: true })
  let [out, said] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out = (out + text).slice(-OUT_CHARACTERS_MAX)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
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
    return { code, result: resultOf(out), said: said.trim() }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Of its last line; nothing where it has told nothing. */
const resultOf = (out: string): Partial<Result> => {
  const line = out.trimEnd().split('\n').at(-1) ?? ''
  return line === '' ? {} : Result.parse(JSON.parse(line))
}
