import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { keptPorts } from '../kept-ports.ts'
import { commandLineOf } from '../process/command-line-of.ts'
import { logTail } from '../process/log-tail.ts'
import { type Server, startServer } from '../process/start-server.ts'
import { stopOrphan } from '../process/stop-orphan.ts'
import type { StopStep } from '../process/stop-process.ts'
import { createCluster, OWNER, SUPERUSER } from './create-cluster.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { postgresPlace } from './postgres-place.ts'
import { postgresUser } from './postgres-user.ts'

/** Includes replaying the write-ahead log after a kill. */
const READY_MS_MAX = 120_000
const READY_POLL_MS = 20
/** SIGINT: end sessions, checkpoint. SIGQUIT: end at once; the next start replays the log. */
const STOP_STEPS: readonly [StopStep, ...StopStep[]] = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
]
/** postmaster.pid: line 1 is the process, line 8 becomes `ready` when it takes connections. */
const STATUS_LINE = 7

export interface StartPostgresOptions {
  /** Holds data, log, passwords and port; made if missing. Started again over the same folder, everything is as it was. */
  readonly directory: string
  readonly onLine: (line: string) => void
  /** Aborting gives up the start. A server that has started is ended by stop(). */
  readonly signal?: AbortSignal | undefined
}

export interface LocalPostgres {
  /** For the role that owns the database `rollcall`: no superuser, no BYPASSRLS. */
  readonly databaseUrl: string
  /** For making databases in tests. */
  readonly superuserUrl: string
  readonly port: number
  readonly pid: number
  readonly dataDirectory: string
  /** Leaves no process behind; the data stays. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * PostgreSQL from npm, on loopback only, every commit on disk.
 * @throws Error with the end of the server's log when it does not come up; nothing is left running then.
 */
export const startPostgres = async ({ directory, onLine, signal }: StartPostgresOptions): Promise<LocalPostgres> => {
  const asked = resolve(directory)
  await mkdir(asked, { recursive: true })
  const runAs = await postgresUser()
  const { dataHome, binaries } = await postgresPlace(asked, postgresBinaries(), runAs, onLine)
  const recordFile = recordFileOf(dataHome)
  const dataDirectory = join(dataHome, 'data')
  const logFile = join(dataHome, 'server.log')
  await endPostgresOrphan(dataHome, onLine)
  const passwords = await createCluster({ dataHome, binaries, runAs, signal })
  await removeStaleLock(dataDirectory)
  const [port] = (await keptPorts(join(dataHome, 'port.json'), 1)) as [number]
  const server = await startServer({
    command: join(binaries, 'bin/postgres'),
    args: ['-D', dataDirectory, ...settings(port)],
    runAs,
    directory: '/',
    logFile,
    recordFile,
    marker: dataDirectory,
    steps: STOP_STEPS,
  })
  try {
    await waitUntilReady(server, dataDirectory, logFile, signal)
  } catch (error) {
    await server.stop()
    throw error
  }
  return {
    databaseUrl: `postgres://${OWNER}:${passwords.owner}@127.0.0.1:${port}/${OWNER}`,
    superuserUrl: `postgres://${SUPERUSER}:${passwords.superuser}@127.0.0.1:${port}/postgres`,
    port,
    pid: server.pid,
    dataDirectory,
    stop: () => server.stop(),
  }
}

/** A server that a killed earlier start left behind is stopped; one that is in use is refused. */
export const endPostgresOrphan = (dataHome: string, onLine: (line: string) => void): Promise<void> =>
  stopOrphan({ name: 'Postgres', recordFile: recordFileOf(dataHome), steps: STOP_STEPS, onLine })

const recordFileOf = (dataHome: string): string => join(dataHome, 'process.json')

const settings = (port: number): string[] =>
  Object.entries({
    port,
    listen_addresses: '127.0.0.1',
    // A socket file would need a folder with a short name that is open to everybody.
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    shared_buffers: '256MB',
    max_connections: 100,
    timezone: 'UTC',
    log_timezone: 'UTC',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])

const lockLines = (dataDirectory: string): Promise<string[]> =>
  readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n').map((line) => line.trim()),
    () => [],
  )

/** Postgres refuses to start when the process number in its lock is alive, which after a reboot may be anybody's. */
const removeStaleLock = async (dataDirectory: string): Promise<void> => {
  const [pid] = await lockLines(dataDirectory)
  if (pid === undefined) return
  const holder = await commandLineOf(Number(pid))
  if (holder === null || !holder.includes(dataDirectory)) await rm(join(dataDirectory, 'postmaster.pid'), { force: true })
}

const waitUntilReady = async (server: Server, dataDirectory: string, logFile: string, signal?: AbortSignal): Promise<void> => {
  const giveUpAt = performance.now() + READY_MS_MAX
  for (;;) {
    signal?.throwIfAborted()
    const ended = server.ended()
    if (ended !== null) throw new Error(`Postgres did not start (${ended}). The end of its log ${logFile}:\n${await logTail(logFile)}`)
    const lock = await lockLines(dataDirectory)
    if (lock[0] === String(server.pid) && lock[STATUS_LINE] === 'ready') return
    if (performance.now() > giveUpAt) throw new Error(`Postgres is not ready after ${READY_MS_MAX / 1_000} s. The end of its log ${logFile}:\n${await logTail(logFile)}`)
    await sleep(READY_POLL_MS, undefined, { signal })
  }
}
