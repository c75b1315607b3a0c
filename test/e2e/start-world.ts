import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalStack, startLocalStack } from '@rollcall/local/start-local-stack'
import pg from 'pg'
import { freePorts } from './free-ports.ts'
import { runServiceCommand, type ServiceProcess, serviceProcess } from './service-process.ts'
import { type AccountSettings, type WrittenAccounts, writeAccounts } from './write-accounts.ts'

export interface World {
  readonly stack: LocalStack
  readonly pool: pg.Pool
  /** What every service is started with. */
  readonly env: Record<string, string>
  readonly secrets: WrittenAccounts
  readonly ingest: ServiceProcess
  readonly projector: ServiceProcess
  /** Where Exotel is to listen, one for each that the accounts were given. */
  readonly exotelPorts: readonly number[]
  /** Where Exotel sends an account's webhooks; `port` left out: to the first ingest. */
  webhookUrl(sid: string, port?: number): string
  /** One more service on the same stack, not yet started. */
  service(name: 'ingest' | 'reconciler' | 'keeper' | 'audit', env?: Record<string, string>): Promise<ServiceProcess>
  /** A one-shot reconciliation; throws when it printed no summary. */
  reconcile(account: string, range: { readonly from: number; readonly to: number }): Promise<Summary>
  stop(): Promise<void>
}

export interface Summary {
  readonly exitCode: number
  readonly outcome: string
  readonly reason: string | null
  readonly callsFound: number
  readonly windows: Readonly<Record<string, number>>
}

export interface WorldOptions {
  readonly eventLog: 'kafka' | 'embedded'
  /** How many addresses Exotel has. */
  readonly exotels?: number
  readonly accounts: (exotelUrls: readonly string[]) => readonly AccountSettings[]
}

/** A log, a Postgres, ingest and the projector, each a process of its own, ready. Exotel is the caller's to start. */
export const startWorld = async ({ eventLog, exotels = 1, accounts }: WorldOptions): Promise<World> => {
  const stopping = new AbortController()
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'))
  const stack = await startLocalStack({ directory: join(directory, 'stack'), env: {}, eventLog, onLine: () => {}, signal: stopping.signal })
  const [ingestPort = 0, ingestAdmin = 0, projectorAdmin = 0, ...exotelPorts] = await freePorts(3 + exotels)
  const secrets = await writeAccounts(join(directory, 'accounts'), accounts(exotelPorts.map((port) => `http://127.0.0.1:${port}`)))
  const env: Record<string, string> = {
    ...(stack.kafkaBrokers === undefined ? {} : { KAFKA_BROKERS: stack.kafkaBrokers.join(',') }),
    ...(stack.embeddedLogUrl === undefined ? {} : { EMBEDDED_LOG_URL: stack.embeddedLogUrl }),
    DATABASE_URL: stack.databaseUrl,
    ROLLCALL_ACCOUNTS_FILE: secrets.accountsFile,
    ROLLCALL_DATA_DIR: join(directory, 'data'),
    ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
    INGEST_PORT: String(ingestPort),
    INGEST_ADMIN_PORT: String(ingestAdmin),
    PROJECTOR_ADMIN_PORT: String(projectorAdmin),
  }
  const ingest = serviceProcess('ingest', { env, adminPort: ingestAdmin, logFile: join(directory, 'ingest.log') })
  const projector = serviceProcess('projector', { env, adminPort: projectorAdmin, logFile: join(directory, 'projector.log') })
  await projector.start()
  await ingest.start()
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 4 })
  pool.on('error', () => {})
  const more: ServiceProcess[] = []

  return {
    stack,
    pool,
    env,
    secrets,
    ingest,
    projector,
    exotelPorts,
    webhookUrl: (sid, port = ingestPort) => `http://127.0.0.1:${port}/hooks/${sid}/${secrets.webhookSecret}`,
    service: async (name, own = {}) => {
      const [adminPort = 0] = await freePorts(1)
      const options = { env: { ...env, [`${name.toUpperCase()}_ADMIN_PORT`]: String(adminPort), ...own }, adminPort, logFile: join(directory, `${name}-${more.length}.log`) }
      const service = serviceProcess(name, options)
      more.push(service)
      return service
    },
    reconcile: async (account, { from, to }) => {
      const range = ['--from', new Date(from).toISOString(), '--to', new Date(to).toISOString()]
      const { stdout, stderr } = await runServiceCommand('reconciler', ['once', '--account', account, ...range, '--json'], env)
      const last = stdout.trim().split('\n').at(-1)
      if (last === undefined || !last.startsWith('{')) throw new Error(`the reconciler printed no summary: ${stdout}\n${stderr}`)
      return JSON.parse(last) as Summary
    },
    stop: async () => {
      for (const service of [ingest, projector, ...more]) await service.stop()
      await pool.end()
      stopping.abort()
      await stack.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
