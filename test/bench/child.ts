import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const READY_MS_MAX = 30_000
const READY_POLL_MS = 25
const STOP_MS_MAX = 20_000
const SHOWN_CHARACTERS = 2_000

export interface Child {
  readonly pid: number
  /** SIGTERM, and SIGKILL when that is not heard. Safe to call twice. */
  stop(): Promise<void>
}

export interface ChildOptions {
  readonly name: string
  /** Of Node: options, script, arguments. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly logFile: string
  /** By default it is when it says `ready` on its channel. */
  readonly isReady?: () => Promise<boolean>
  readonly signal: AbortSignal
}

/** Starts a Node process and waits until it is ready. It has a channel to us, so it ends when we are killed. @throws Error with the end of what it said. */
export const startChild = async ({ name, args, env = {}, logFile, isReady, signal }: ChildOptions): Promise<Child> => {
  const log = await open(logFile, 'a')
  const child = spawn(process.execPath, [...args], { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', log.fd, log.fd, 'ipc'] })
  let saidReady = false
  child.on('message', (message) => {
    saidReady ||= message === 'ready'
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await log.close()
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    await exited
    clearTimeout(late)
  }
  try {
    for (
      const until = performance.now() + READY_MS_MAX;
      !(isReady === undefined ? saidReady : await isReady().catch(() => false));
      await sleep(READY_POLL_MS, undefined, { signal })
    ) {
      if (child.exitCode !== null || performance.now() > until) {
        const said = (await readFile(logFile, 'utf8')).slice(-SHOWN_CHARACTERS)
        throw new Error(`${name} ${child.exitCode === null ? `was not ready within ${READY_MS_MAX} ms` : `ended with ${child.exitCode} while starting`}:\n${said}`)
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid ?? 0, stop }
}
