import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Settings } from '../connection/find-settings.ts'
import { readLogLine } from './log-line.ts'
import type { Command } from './service-command.ts'

export interface OneShotResult {
  readonly exitCode: number
  /** What the service printed besides its log, line by line. */
  readonly lines: readonly string[]
}

/** pino's levels that an operator who waits for a result should see. */
const SHOWN_LEVELS: ReadonlySet<string> = new Set(['warn', 'error', 'fatal'])
const LINES_MAX = 10_000

/**
 * Runs one of a service's one-shot commands to its end. Its log goes to `onProblem` where it is a warning or worse, and nowhere else;
 * aborting asks it to stop, and its exit code is kept.
 */
export const runOneShot = async (
  { file, args }: Command,
  options: { readonly env: Settings; readonly signal: AbortSignal; readonly onProblem: (line: string) => void; readonly onMessage?: (message: unknown) => void },
): Promise<OneShotResult> => {
  const child = spawn(file, [...args], { env: { ...options.env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true })
  const stop = () => child.kill('SIGTERM')
  options.signal.addEventListener('abort', stop)
  child.on('message', (message) => options.onMessage?.(message))
  const lines: string[] = []
  readLines(child.stdout, options.onProblem, (line) => {
    if (lines.length < LINES_MAX) lines.push(line)
  })
  readLines(child.stderr, options.onProblem, options.onProblem)
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
  options.signal.removeEventListener('abort', stop)
  return { exitCode, lines }
}

/** The log, wherever it is written, goes to `onProblem` if it matters; every other line to `onLine`. */
const readLines = (stream: Readable | null, onProblem: (line: string) => void, onLine: (line: string) => void): void => {
  if (stream === null) return
  createInterface({ input: stream }).on('line', (line) => {
    const logged = readLogLine(line)
    if (logged === null) onLine(line)
    else if (SHOWN_LEVELS.has(logged.level)) onProblem(`${logged.level}: ${logged.text}`)
  })
}
