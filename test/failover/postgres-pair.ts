import { execFile } from 'node:child_process'
import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type LocalPostgres, startPostgres } from '@rollcall/local/postgres/start-postgres'
import { commandLineOf } from '@rollcall/local/process/command-line-of'
import pg from 'pg'

const GONE_POLL_MS = 20
const OWNER_ONLY = 0o600

/** A primary and its asynchronous copy, both real servers. */
export interface PostgresPair {
  readonly primary: LocalPostgres
  readonly replica: LocalPostgres
  /** Both hosts in one address, the primary's first. */
  readonly databaseUrl: string
  onPrimary(statement: string): Promise<void>
  onReplica(statement: string): Promise<void>
  /** The replica hears no more of what the primary commits. */
  cutReplication(): Promise<void>
  /** As when the host loses its power. */
  killPrimary(): Promise<void>
  /** The former primary comes back as what it thinks it is. */
  reviveFormerPrimary(): Promise<void>
  promote(): Promise<void>
  stop(): Promise<void>
}

export const startPostgresPair = async (): Promise<PostgresPair> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-pair-'))
  // Under root Postgres runs as another user, who must be able to enter.
  await chmod(directory, 0o755)
  const [one, two] = [join(directory, 'one'), join(directory, 'two')]
  const onLine = () => {}
  const first = await startPostgres({ directory: one, onLine })
  await first.stop()
  await promisify(execFile)('cp', ['-a', one, two])
  // Its own port: the copy brings the first one's.
  await rm(join(two, 'port.json'))
  let primary = await startPostgres({ directory: one, onLine })
  const { password } = new URL(primary.superuserUrl)
  const conninfo = `host=127.0.0.1 port=${primary.port} user=postgres password=${password}`
  await appendFile(join(two, 'data/postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`)
  await writeFile(join(two, 'data/standby.signal'), '', { mode: OWNER_ONLY })
  await chownLike(join(two, 'data'), join(two, 'data/standby.signal'))
  const replica = await startPostgres({ directory: two, onLine })
  const url = new URL(primary.databaseUrl)
  const login = `${url.username}:${url.password}`
  return {
    get primary() {
      return primary
    },
    replica,
    databaseUrl: `postgres://${login}@127.0.0.1:${primary.port},127.0.0.1:${replica.port}${url.pathname}?target_session_attrs=read-write`,
    onPrimary: (statement) => onServer(primary.superuserUrl, statement),
    onReplica: (statement) => onServer(replica.superuserUrl, statement),
    cutReplication: async () => {
      await onServer(replica.superuserUrl, `ALTER SYSTEM SET primary_conninfo = ''`)
      await onServer(replica.superuserUrl, 'SELECT pg_reload_conf()')
      await untilTrue(replica.superuserUrl, 'SELECT count(*) = 0 AS so FROM pg_stat_wal_receiver')
    },
    killPrimary: async () => {
      const { pid } = primary
      // The sessions too: one that is at work outlives its server for a moment, and would still commit.
      const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')
      for (const one of [pid, ...children.map(Number)]) kill(one)
      while ((await commandLineOf(pid)) !== null) await sleep(GONE_POLL_MS)
    },
    reviveFormerPrimary: async () => {
      primary = await startPostgres({ directory: one, onLine })
    },
    promote: () => onServer(replica.superuserUrl, 'SELECT pg_promote()'),
    stop: async () => {
      await Promise.all([primary.stop(), replica.stop()])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has left by itself.
  }
}

const chownLike = (like: string, path: string) => promisify(execFile)('chown', [`--reference=${like}`, path])

const onServer = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

const untilTrue = async (url: string, question: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    while (!(await client.query<{ so: boolean }>(question)).rows[0]?.so) await sleep(GONE_POLL_MS)
  } finally {
    await client.end()
  }
}
