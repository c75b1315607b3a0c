import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { keptPorts } from '../kept-ports.ts'
import { createCluster, OWNER, SUPERUSER } from './create-cluster.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { postgresPlace } from './postgres-place.ts'
import { endPostgresOrphan, postgresServer } from './postgres-server.ts'
import { postgresUser } from './postgres-user.ts'

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
  await endPostgresOrphan(dataHome, onLine)
  const passwords = await createCluster({ dataHome, binaries, runAs, signal })
  const [port] = (await keptPorts(join(dataHome, 'port.json'), 1)) as [number]
  const server = postgresServer({ dataHome, binaries, runAs, port })
  await server.start(signal)
  return {
    databaseUrl: `postgres://${OWNER}:${passwords.owner}@127.0.0.1:${port}/${OWNER}`,
    superuserUrl: `postgres://${SUPERUSER}:${passwords.superuser}@127.0.0.1:${port}/postgres`,
    port,
    pid: server.pid ?? 0,
    dataDirectory: server.dataDirectory,
    stop: server.stop,
  }
}
