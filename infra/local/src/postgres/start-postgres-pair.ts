/**
 * Two Postgres servers: a primary and a replica that streams from it asynchronously, so that a promotion loses what had not arrived.
 *
 *   primary ──streams──► replica        primary ends ► promote() ► the replica is the primary ► reseed() ► the other streams from it
 *
 * A server that was the primary never comes back as one after a promotion: it is made anew as a replica, from a copy.
 */
import { appendFile, chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { keptPorts } from '../kept-ports.ts'
import { runCommand } from '../process/run-command.ts'
import { createCluster, OWNER, SUPERUSER } from './create-cluster.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { postgresPlace } from './postgres-place.ts'
import { endPostgresOrphan, type PostgresServer, postgresServer } from './postgres-server.ts'
import { postgresUser, type RunAs } from './postgres-user.ts'

const NODES = ['a', 'b'] as const
const PROMOTE_MS_MAX = 60_000
const COPY_MS_MAX = 300_000
const SETTINGS = {
  // Kept for a replica that was away; one that was away for longer is made anew.
  wal_keep_size: '64MB',
  max_wal_size: '128MB',
  wal_level: 'replica',
  hot_standby: 'on',
  wal_sender_timeout: '5s',
  wal_receiver_timeout: '5s',
  wal_retrieve_retry_interval: '500ms',
  shared_buffers: '64MB',
}

export interface PostgresPairOptions {
  /** Holds both servers' data; made if missing. */
  readonly directory: string
  readonly onLine: (line: string) => void
  /** Puts something before a server's port and gives the port under which the other one streams from it; for fault tests. */
  readonly before?: (node: number, port: number) => Promise<number>
  readonly signal?: AbortSignal | undefined
}

export interface PostgresPair {
  readonly nodes: readonly [PostgresServer, PostgresServer]
  /** The index in `nodes` of the server that takes writes, also while it is down. */
  primary(): 0 | 1
  /** For the role that owns the database, at that port, or at several of which the one that takes writes is meant. */
  databaseUrl(...ports: readonly number[]): string
  /** The primary is ended where it still runs, and the replica takes its place. Resolves when it takes writes. */
  promote(): Promise<void>
  /** Makes the server that is not the primary a replica of it, from a copy. The primary is down for the time of the copy. */
  reseed(): Promise<void>
  /** Leaves no process behind; the data stays. Safe to call twice. */
  stop(): Promise<void>
}

/** @throws Error with the end of a server's log when it does not come up; nothing is left running then. */
export const startPostgresPair = async ({ directory, onLine, before = async (_node, port) => port, signal }: PostgresPairOptions): Promise<PostgresPair> => {
  const asked = resolve(directory)
  await mkdir(asked, { recursive: true })
  const runAs = await postgresUser()
  const { dataHome, binaries } = await postgresPlace(asked, postgresBinaries(), runAs, onLine)
  const homes = NODES.map((name) => join(dataHome, name))
  for (const home of homes) {
    await mkdir(home, { recursive: true })
    await endPostgresOrphan(home, onLine)
  }
  const [first = '', second = ''] = homes
  const passwords = await createCluster({ dataHome: first, binaries, runAs, signal })
  const [portA = 0, portB = 0] = await keptPorts(join(dataHome, 'ports.json'), 2)
  const nodes = [
    postgresServer({ dataHome: first, binaries, runAs, port: portA, settings: SETTINGS }),
    postgresServer({ dataHome: second, binaries, runAs, port: portB, settings: SETTINGS }),
  ] as const
  const streamsFrom = [await before(0, portA), await before(1, portB)] as const
  let primary: 0 | 1 = 0
  const other = (): 0 | 1 => (primary === 0 ? 1 : 0)

  const reseed = async (): Promise<void> => {
    const [from, to] = [nodes[primary], nodes[other()]]
    await to.stop()
    // Copied while it is down: that needs no client and is whole by itself.
    await from.stop()
    await copyData(from.dataDirectory, to.dataDirectory)
    const conninfo = `host=127.0.0.1 port=${streamsFrom[primary]} user=${SUPERUSER} password=${passwords.superuser} application_name=replica`
    await appendFile(join(to.dataDirectory, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`)
    await write(join(to.dataDirectory, 'standby.signal'), runAs)
    await from.start(signal)
    await to.start(signal)
  }
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())))

  try {
    await nodes[0].start(signal)
    await reseed()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    nodes,
    primary: () => primary,
    databaseUrl: (...ports) => `postgres://${OWNER}:${passwords.owner}@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/${OWNER}`,
    promote: async () => {
      // Two that take writes would be two truths.
      await nodes[primary].stop()
      const next = nodes[other()]
      const args = ['promote', '-D', next.dataDirectory, '-w', '-t', String(PROMOTE_MS_MAX / 1_000)]
      const { ok, output, problem } = await runCommand(join(binaries, 'bin/pg_ctl'), args, { timeoutMs: PROMOTE_MS_MAX, runAs, directory: '/' })
      if (!ok) throw new Error(`Postgres: the replica could not be promoted (${problem}):\n${output}`)
      primary = other()
    },
    reseed,
    stop,
  }
}

/** By the machine's own `cp`, which keeps owners and modes and is done in a fraction of the time that a call for each file takes. */
const copyData = async (from: string, to: string): Promise<void> => {
  await rm(to, { recursive: true, force: true })
  const { ok, output, problem } = await runCommand('cp', ['-a', from, to], { timeoutMs: COPY_MS_MAX, directory: '/' })
  if (!ok) throw new Error(`Postgres: ${from} could not be copied (${problem}):\n${output}`)
  await rm(join(to, 'standby.signal'), { force: true })
}

const write = async (file: string, runAs: RunAs | undefined): Promise<void> => {
  await writeFile(file, '', { mode: 0o600 })
  if (runAs !== undefined) await chown(file, runAs.uid, runAs.gid)
}
