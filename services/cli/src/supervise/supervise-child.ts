/**
 * One child process, kept running until told to stop:
 *
 *   starting ──ready──► running ──ends──► waiting ──► starting …          (restart-policy.ts says how long, how often)
 *       └──ends, too often or with exit code 2──► given up                (one that is not needed is tried on, once it was ready)
 *   any ──stop()──► SIGTERM, after STOP_MS_MAX or on `force` SIGKILL ──► stopped
 *
 * It leads a process group of its own, so that a terminal's Ctrl-C reaches only us and things stop in our order; its IPC channel
 * closes when we die, and it ends by that. Its output goes straight to a file, so that it never waits for us.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@rollcall/domain/time'
import { logTail } from '@rollcall/local/process/log-tail'
import type { Settings } from '../connection/find-settings.ts'
import type { Command } from '../services/service-command.ts'
import type { ChildEvent } from './child-event.ts'
import { decideRestart } from './restart-policy.ts'
import { rotateLog } from './rotate-log.ts'

/** A service drains for at most 20 s and then leaves by itself. */
const STOP_MS_MAX = 25_000

export interface ChildOptions {
  readonly name: string
  /** `start` counts from 0: what is run may differ when it is run again. */
  readonly command: (start: number) => Command
  readonly env: Settings
  readonly logFile: string
  /** Resolves when the child does its work; rejects when it did not in time, or the signal aborts. */
  readonly untilReady: (signal: AbortSignal) => Promise<void>
  readonly onEvent: (event: ChildEvent) => void
  readonly onMessage?: (message: unknown) => void
  readonly clock: Clock
  /** Whether all else stops when it does not stay up; true, where absent. One that never was ready is given up all the same: it was set up wrongly. */
  readonly isNeeded?: boolean
}

export interface Child {
  readonly name: string
  /** Resolves when it first is ready. @throws Error when it is given up before. */
  readonly ready: Promise<void>
  /** Null while it does not run. */
  pid(): number | null
  /** Whether it runs and was ready in this life. */
  isUp(): boolean
  send(message: object): void
  /** Ends it for good; resolves when it is gone. Safe to call twice. */
  stop(force: AbortSignal): Promise<void>
}

export const superviseChild = (options: ChildOptions): Child => {
  const { name, onEvent } = options
  const stopping = new AbortController()
  const deaths: number[] = []
  let child: ChildProcess | null = null
  let becameReady = false
  let up = false

  /** One life: from its start to its end. */
  const liveOnce = async (start: number): Promise<{ how: string; exitCode: number | null }> => {
    const { file, args } = options.command(start)
    // Somebody may have cleared the logs away while we ran.
    mkdirSync(dirname(options.logFile), { recursive: true })
    rotateLog(options.logFile)
    const log = openSync(options.logFile, 'a')
    const born = spawn(file, [...args], { env: { ...options.env }, stdio: ['ignore', log, log, 'ipc'], detached: true })
    closeSync(log)
    child = born
    born.on('message', (message) => options.onMessage?.(message))
    const over = new AbortController()
    const end = new Promise<{ how: string; exitCode: number | null }>((resolve) => {
      born.once('exit', (code, signal) => resolve({ how: signal ?? `exit code ${code}`, exitCode: code }))
      born.once('error', (error) => resolve({ how: error.message, exitCode: null }))
    })
    const notReady = options.untilReady(over.signal).then(
      () => {
        if (becameReady) onEvent({ kind: 'back', name })
        becameReady = true
        up = true
        announceReady()
      },
      () => {
        // Not ready in time: this life is over, and the policy decides about the next.
        if (!over.signal.aborted) born.kill('SIGKILL')
      },
    )
    const ended = await end
    up = false
    over.abort()
    await notReady
    child = null
    return ended
  }

  let announceReady = (): void => {}
  let announceFailure = (_error: Error): void => {}
  const ready = new Promise<void>((resolve, reject) => {
    announceReady = resolve
    announceFailure = reject
  })
  ready.catch(() => {})

  const lives = (async () => {
    for (let start = 0; !stopping.signal.aborted; start++) {
      const { how, exitCode } = await liveOnce(start).catch((error: Error) => ({ how: error.message, exitCode: null }))
      if (stopping.signal.aborted) return
      deaths.push(options.clock())
      const decision = decideRestart(deaths, exitCode, options.isNeeded !== false || !becameReady)
      const said = await logTail(options.logFile)
      if (decision.kind === 'give-up') {
        onEvent({ kind: 'given-up', name, how, why: decision.why, said, exitCode })
        return announceFailure(new Error(`${name} does not stay up (${how}): ${decision.why}`))
      }
      onEvent({ kind: 'ended', name, how, said, restartMs: decision.afterMs })
      await sleep(decision.afterMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()

  return {
    name,
    ready,
    pid: () => child?.pid ?? null,
    isUp: () => up,
    send: (message) => {
      if (child?.connected) child.send(message, () => {})
    },
    stop: async (force) => {
      stopping.abort()
      const kill = () => child?.kill('SIGKILL')
      const timer = setTimeout(kill, STOP_MS_MAX)
      force.addEventListener('abort', kill)
      if (force.aborted) kill()
      else child?.kill('SIGTERM')
      await lives
      clearTimeout(timer)
      force.removeEventListener('abort', kill)
      announceFailure(new Error(`${name} was stopped before it was ready`))
    },
  }
}
