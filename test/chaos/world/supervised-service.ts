import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { serviceCommand } from '@rollcall/cli/services/service-command'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

/** A supervisor's pause before it starts again what ended. */
const RESTART_MS = 300
const STOP_MS_MAX = 25_000
const READY_POLL_MS = 100

/** One of the built services, started again whenever it ends, as systemd would; unless a fault holds it down. */
export interface SupervisedService {
  readonly name: string
  pid(): number | null
  /** Exit codes and signals by which it ended, each with how often. */
  readonly ended: ReadonlyMap<string, number>
  signal(signal: NodeJS.Signals): void
  /** From now on it is not started again, until it is released. */
  hold(): void
  release(): void
  /** Resolves when its admin port says that it is ready. */
  ready(msMax: number): Promise<void>
  status(): Promise<unknown>
  /** Ends it for good: SIGTERM, and SIGKILL when that is not heard. */
  stop(): Promise<void>
}

export interface SupervisedServiceOptions {
  readonly name: string
  readonly service: 'ingest' | 'projector'
  readonly adminPort: number
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
}

/** Not yet running: release() starts it. */
export const supervisedService = ({ name, service, adminPort, env, logFile }: SupervisedServiceOptions): SupervisedService => {
  const ended = new Map<string, number>()
  let child: ChildProcess | null = null
  let held = true

  const start = (): void => {
    if (held || child !== null) return
    const { file, args } = serviceCommand(PROJECT_ROOT, service)
    const log = openSync(logFile, 'a')
    // A group of its own: Ctrl-C is ours to hear, and a closed channel tells it that we are gone.
    const started = spawn(file, [...args], { env: { ...env }, detached: true, stdio: ['ignore', log, log, 'ipc'] })
    closeSync(log)
    child = started
    started.once('exit', (code, signal) => {
      const how = signal ?? `exit ${code}`
      ended.set(how, (ended.get(how) ?? 0) + 1)
      child = null
      setTimeout(start, RESTART_MS)
    })
  }
  const ask = (path: string) => fetch(`http://127.0.0.1:${adminPort}${path}`, { signal: AbortSignal.timeout(2_000) })
  return {
    name,
    pid: () => child?.pid ?? null,
    ended,
    signal: (signal) => void child?.kill(signal),
    hold: () => {
      held = true
    },
    release: () => {
      held = false
      start()
    },
    ready: async (msMax) => {
      for (const until = performance.now() + msMax; performance.now() < until; await sleep(READY_POLL_MS)) if ((await ask('/readyz').catch(() => null))?.status === 200) return
      throw new Error(`${name} was not ready within ${msMax} ms; see ${logFile}`)
    },
    status: async () => (await ask('/statusz')).json(),
    stop: async () => {
      held = true
      const stopping = child
      if (stopping === null) return
      const gone = once(stopping, 'exit')
      stopping.kill('SIGCONT')
      stopping.kill('SIGTERM')
      const late = setTimeout(() => stopping.kill('SIGKILL'), STOP_MS_MAX)
      await gone
      clearTimeout(late)
    },
  }
}
