import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

const READY_MS_MAX = 30_000
const POLL_MS = 50

/** One of the built services as a process of its own, which a test starts, kills and starts again. */
export interface ServiceProcess {
  start(): Promise<void>
  /** Kills without warning and waits until the process is gone. */
  kill(): Promise<void>
  /** Asks it to drain; resolves with its exit code. */
  stop(): Promise<number | null>
}

export const serviceProcess = (
  name: 'ingest' | 'projector' | 'reconciler' | 'keeper' | 'audit',
  options: { readonly env: Record<string, string>; readonly adminPort: number; readonly logFile: string },
): ServiceProcess => {
  let child: ChildProcess | null = null
  let exited: Promise<number | null> = Promise.resolve(null)
  return {
    start: async () => {
      const started = spawn(process.execPath, [...serviceCommand(name)], { env: { PATH: process.env.PATH, ...options.env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
      const log = createWriteStream(options.logFile, { flags: 'a' })
      started.stdout?.pipe(log, { end: false })
      started.stderr?.pipe(log, { end: false })
      exited = new Promise((resolve) => started.once('exit', (code) => resolve(code)))
      child = started
      await untilReady(name, options.adminPort, started)
    },
    kill: async () => {
      child?.kill('SIGKILL')
      await exited
      child = null
    },
    stop: async () => {
      child?.kill('SIGTERM')
      const code = await exited
      child = null
      return code
    },
  }
}

/** Runs one of a service's one-shot commands to its end. */
export const runServiceCommand = async (
  name: 'projector' | 'reconciler',
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> => {
  const child = spawn(process.execPath, [...serviceCommand(name), ...args], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => (output.stdout += data))
  child.stderr.on('data', (data) => (output.stderr += data))
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, ...output }
}

const serviceCommand = (name: string): readonly string[] => [
  '--import',
  join(PROJECT_ROOT, 'packages/telemetry/dist/register.js'),
  join(PROJECT_ROOT, `services/${name}/dist/main.js`),
]

const untilReady = async (name: string, port: number, child: ChildProcess): Promise<void> => {
  const until = Date.now() + READY_MS_MAX
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} while starting; see its log`)
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (answer?.status === 200) return
    await sleep(POLL_MS)
  }
  throw new Error(`${name} was not ready within ${READY_MS_MAX} ms`)
}
