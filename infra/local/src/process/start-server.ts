/**
 * A server as a child process that outlives a Ctrl-C: it gets a process group of its own (`detached`), so that the terminal's
 * SIGINT reaches only us and we stop it after whoever uses it has drained. Its output goes to a file, not to a pipe, so that
 * it neither blocks nor dies when we are killed. Who started it is kept beside it (process-record.ts) for the next start.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { keptFile } from '../kept-file.ts'
import { ProcessRecord } from './process-record.ts'
import { startedAt } from './started-at.ts'
import { type StopStep, stopProcess } from './stop-process.ts'

export interface ServerOptions {
  readonly command: string
  readonly args: readonly string[]
  /** Runs it as another user; only root can. */
  readonly runAs?: { readonly uid: number; readonly gid: number } | undefined
  readonly directory: string
  /** Added to ours. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Output of this run; the one before is kept as `<logFile>.1`. */
  readonly logFile: string
  readonly recordFile: string
  /** See ProcessRecord: a part of the command line that is this server's alone. */
  readonly marker: string
  /** How to ask it to end, politest first. The first signal is also sent when we exit without stopping it. */
  readonly steps: readonly [StopStep, ...StopStep[]]
}

export interface Server {
  readonly pid: number
  /** How it ended (`exit code 1`, `SIGKILL`), or null while it runs. */
  ended(): string | null
  kill(signal: NodeJS.Signals): void
  /** Whether it goes on: resolves to false once one that was sent SIGKILL has ended, though the system shows it as gone a moment before we hear of it. */
  goesOn(): Promise<boolean>
  /** Safe to call twice. */
  stop(): Promise<void>
}

/** What still runs: leaving by any road but SIGKILL takes them along. */
const running = new Map<ChildProcess, NodeJS.Signals>()
process.on('exit', () => {
  for (const [child, signal] of running) child.kill(signal)
})

/** @throws Error when the command cannot be run at all. */
export const startServer = async ({ command, args, runAs, directory, env, logFile, recordFile, marker, steps }: ServerOptions): Promise<Server> => {
  const owner = { pid: process.pid, startedAt: (await startedAt(process.pid)) ?? 'unknown' }
  keepPrevious(logFile)
  const log = openSync(logFile, 'w')
  const child = spawn(command, args, { cwd: directory, detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...env }, ...runAs })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(new Error(`${command} could not be started: ${cause.message}`, { cause })))
  })
  running.set(child, steps[0].signal)
  let end: string | null = null
  let isKilled = false
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end = signal ?? `exit code ${code}`
      running.delete(child)
      resolve()
    })
  })
  const pid = child.pid as number
  await keptFile(recordFile, ProcessRecord).write({ pid, marker, owner })
  return {
    pid,
    ended: () => end,
    kill: (signal) => {
      isKilled ||= signal === 'SIGKILL'
      child.kill(signal)
    },
    goesOn: async () => {
      if (isKilled) await exited
      return end === null
    },
    stop: async () => {
      if (!(await stopProcess(pid, () => end === null, steps))) throw new Error(`Process ${pid} (${marker}) does not end`)
      rmSync(recordFile, { force: true })
    },
  }
}

const keepPrevious = (logFile: string): void => {
  try {
    renameSync(logFile, `${logFile}.1`)
  } catch {
    // The first run has no log before it.
  }
}
