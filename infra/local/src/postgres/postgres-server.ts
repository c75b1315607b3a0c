import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandLineOf } from '../process/command-line-of.ts'
import { logTail } from '../process/log-tail.ts'
import { type Server, startServer } from '../process/start-server.ts'
import { stopOrphan } from '../process/stop-orphan.ts'
import type { StopStep } from '../process/stop-process.ts'
import type { RunAs } from './postgres-user.ts'

/** Includes replaying the write-ahead log after a kill. */
const READY_MS_MAX = 120_000
const READY_POLL_MS = 20
/** The processes of a server that was killed end by themselves, soon; until then Postgres lets no other one at their data. */
const ORPHANS_MS_MAX = 30_000
const ORPHANS_POLL_MS = 100
const ORPHANS_HOLD_IT = /pre-existing shared memory block[^\n]*is still in use/
/** SIGINT: end sessions, checkpoint. SIGQUIT: end at once; the next start replays the log. */
const STOP_STEPS: readonly [StopStep, ...StopStep[]] = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
]
/** postmaster.pid: line 1 is the process, line 8 becomes `ready` (a standby: `standby`) when it takes connections. */
const STATUS_LINE = 7
const TAKES_CONNECTIONS: ReadonlySet<string | undefined> = new Set(['ready', 'standby'])

export interface PostgresServerOptions {
  /** Holds `data`, made before, and the log. */
  readonly dataHome: string
  readonly binaries: string
  readonly runAs: RunAs | undefined
  readonly port: number
  /** Beside the ones that every server here has. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** One server that can be started, killed and started again over the same data. */
export interface PostgresServer {
  readonly port: number
  readonly dataDirectory: string
  /** Null while it does not run. */
  readonly pid: number | null
  /** Resolves when it takes connections. @throws Error with the end of its log when it does not come up; nothing is left running then. */
  start(signal?: AbortSignal): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Leaves no process behind; the data stays. Safe to call twice. */
  stop(): Promise<void>
}

export const postgresServer = ({ dataHome, binaries, runAs, port, settings = {} }: PostgresServerOptions): PostgresServer => {
  const dataDirectory = join(dataHome, 'data')
  const logFile = join(dataHome, 'server.log')
  let server: Server | null = null
  const running = () => (server !== null && server.ended() === null ? server : null)
  return {
    port,
    dataDirectory,
    get pid() {
      return running()?.pid ?? null
    },
    start: async (signal) => {
      if (await running()?.goesOn()) return
      await removeStaleLock(dataDirectory)
      for (const giveUpAt = performance.now() + ORPHANS_MS_MAX; ; await sleep(ORPHANS_POLL_MS, undefined, { signal })) {
        const started = await startServer({
          command: join(binaries, 'bin/postgres'),
          args: ['-D', dataDirectory, ...rendered({ ...SETTINGS, port, ...settings })],
          runAs,
          directory: '/',
          logFile,
          recordFile: recordFileOf(dataHome),
          marker: dataDirectory,
          steps: STOP_STEPS,
        })
        server = started
        try {
          await waitUntilReady(started, dataDirectory, logFile, signal)
          return
        } catch (error) {
          await started.stop()
          if (performance.now() > giveUpAt || !ORPHANS_HOLD_IT.test((error as Error).message)) throw error
        }
      }
    },
    kill: (signal) => running()?.kill(signal),
    stop: async () => server?.stop(),
  }
}

/** A server that a killed earlier start left behind is stopped; one that is in use is refused. */
export const endPostgresOrphan = (dataHome: string, onLine: (line: string) => void): Promise<void> =>
  stopOrphan({ name: 'Postgres', recordFile: recordFileOf(dataHome), steps: STOP_STEPS, onLine })

const recordFileOf = (dataHome: string): string => join(dataHome, 'process.json')

/** On loopback only, every commit on disk. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // A socket file would need a folder with a short name that is open to everybody.
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '256MB',
  max_connections: 100,
  timezone: 'UTC',
  log_timezone: 'UTC',
}

const rendered = (settings: Readonly<Record<string, string | number>>): string[] => Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])

const lockLines = (dataDirectory: string): Promise<string[]> =>
  readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n').map((line) => line.trim()),
    () => [],
  )

/**
 * Postgres refuses to start when the process number in its lock is alive, which after a reboot may be anybody's. A lock whose process is gone
 * stays: by it Postgres finds the processes that a killed server left, which may still write.
 */
const removeStaleLock = async (dataDirectory: string): Promise<void> => {
  const [pid] = await lockLines(dataDirectory)
  if (pid === undefined) return
  const holder = await commandLineOf(Number(pid))
  if (holder !== null && !holder.includes(dataDirectory)) await rm(join(dataDirectory, 'postmaster.pid'), { force: true })
}

const waitUntilReady = async (server: Server, dataDirectory: string, logFile: string, signal?: AbortSignal): Promise<void> => {
  const giveUpAt = performance.now() + READY_MS_MAX
  for (;;) {
    signal?.throwIfAborted()
    const ended = server.ended()
    if (ended !== null) throw new Error(`Postgres did not start (${ended}). The end of its log ${logFile}:\n${await logTail(logFile)}`)
    const lock = await lockLines(dataDirectory)
    if (lock[0] === String(server.pid) && TAKES_CONNECTIONS.has(lock[STATUS_LINE])) return
    if (performance.now() > giveUpAt) throw new Error(`Postgres is not ready after ${READY_MS_MAX / 1_000} s. The end of its log ${logFile}:\n${await logTail(logFile)}`)
    await sleep(READY_POLL_MS, undefined, { signal })
  }
}
