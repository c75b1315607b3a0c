/**
 * What chaos plays in: three Kafka nodes, a Postgres primary and its replica, two ingest hosts and two projectors, each a process, with a
 * fault proxy on every link between them; and the load generator outside. All on loopback, all in one folder, all ended by `stop`, or by the
 * reaper when we are killed.
 */
import { chmod, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventLog } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { type LocalKafka, startKafka } from '@rollcall/local/kafka/start-kafka'
import { type PostgresPair, startPostgresPair } from '@rollcall/local/postgres/start-postgres-pair'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { freePorts } from '../../e2e/free-ports.ts'
import { writeAccounts } from '../../e2e/write-accounts.ts'
import { type FaultProxy, startFaultProxy } from '../../fault-proxy/start-fault-proxy.ts'
import { type Load, startLoad } from '../load/start-load.ts'
import type { Link } from '../plan/fault-kinds.ts'
import { RUN_MARK } from '../reaper/run-mark.ts'
import { startReaper } from '../reaper/start-reaper.ts'
import { buildHostFaults, type FaultyHost, faultyHost } from './host-faults.ts'
import { type SmallMemory, smallMemory } from './small-memory.ts'
import { canMount, type SpoolDisk, spoolDisk } from './spool-disk.ts'
import { type Balancer, startBalancer } from './start-balancer.ts'
import { type SupervisedService, supervisedService } from './supervised-service.ts'

const ACCOUNT = 'chaos'
const HOSTS = ['a', 'b'] as const
/** On however busy a machine. */
const FIRST_READY_MS_MAX = 240_000
const SPOOL_BYTES_MAX = 16 * 1024 * 1024
const KAFKA_LINKS = { broker: 'kafka', replication: 'replication', controller: 'controllers' } as const satisfies Record<string, Link>

export interface ChaosWorld {
  readonly directory: string
  readonly kafka: LocalKafka
  readonly postgres: PostgresPair
  readonly links: Readonly<Record<Link, readonly FaultProxy[]>>
  readonly ingests: readonly SupervisedService[]
  /** Two that are always there. */
  readonly projectors: readonly SupervisedService[]
  /** A third, not running, and one by the name of the first. */
  readonly third: SupervisedService
  readonly twin: SupervisedService
  readonly disks: readonly SpoolDisk[]
  /** What each of them runs on: its clock and its disk. A projector's visitors are on the hosts of the first two. */
  readonly hosts: Readonly<Record<'ingests' | 'projectors' | 'brokers', readonly FaultyHost[]>>
  readonly memory: SmallMemory | null
  /** What this machine lets us make; null: it does, else why not. */
  readonly cannot: { readonly fillDisks: string | null; readonly makeHostsBad: string | null; readonly limitMemory: string | null }
  readonly load: Load
  /** Where the webhooks come through HAProxy. */
  readonly balancer: Balancer | null
  /** Where the primary is now, past the link that breaks. */
  primaryUrl(): string
  openLog(): Promise<EventLog>
  /** What every service is started with; for one-shot commands. */
  readonly env: Readonly<Record<string, string>>
  /** Ends everything; the folder stays where something was found. */
  stop(options: { readonly keepFolder: boolean }): Promise<void>
}

export interface ChaosWorldOptions {
  readonly seed: number
  readonly kafkaNodes: 1 | 3
  /** HAProxy before the ingest hosts: the load knows one address, as Exotel does, and webhooks' links are those behind it. */
  readonly haproxy?: boolean
  readonly onLine: (line: string) => void
}

/** @throws Error when a part does not come up; nothing is left running then. */
export const startChaosWorld = async ({ seed, kafkaNodes, haproxy = false, onLine }: ChaosWorldOptions): Promise<ChaosWorld> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-chaos-'))
  // Under root Postgres runs as another user, who must be able to enter.
  await chmod(directory, 0o755)
  // Inherited by every process from here on: the reaper knows them by it.
  process.env[RUN_MARK] = directory
  const dataOf = (host: string) => join(directory, `ingest-${host}`)
  const reaper = await startReaper(directory, HOSTS.map(dataOf))
  const stops: (() => Promise<unknown>)[] = []
  const stop = async ({ keepFolder }: { readonly keepFolder: boolean }): Promise<void> => {
    if (keepFolder) reaper.keepFolder()
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next().catch((error: unknown) => onLine(`while stopping: ${String(error)}`))
    delete process.env[RUN_MARK]
    await reaper.finish()
  }
  const links: Record<Link, FaultProxy[]> = { webhooks: [], kafka: [], replication: [], controllers: [], database: [], streaming: [] }
  const link = async (kind: Link, index: number, target: () => number): Promise<number> => {
    const proxy = await startFaultProxy({ target })
    links[kind][index] = proxy
    stops.push(proxy.close)
    return proxy.port
  }

  try {
    const library = await buildHostFaults(directory)
    const host = (name: string): Promise<FaultyHost> => faultyHost(library, join(directory, `faults-of-${name}`))
    const hosts = {
      ingests: await Promise.all(HOSTS.map((name) => host(`ingest-${name}`))),
      projectors: await Promise.all([1, 2].map((nth) => host(`projector-${nth}`))),
      brokers: await Promise.all(Array.from({ length: kafkaNodes }, (_, index) => host(`broker-${index + 1}`))),
    }
    const memory = await smallMemory(directory)
    if (memory !== null) stops.push(memory.remove)
    const kafka = await startKafka({
      directory: join(directory, 'kafka'),
      cacheDirectory: join(PROJECT_ROOT, '.cache'),
      nodes: kafkaNodes,
      onLine,
      env: (node) => hosts.brokers[node - 1]?.env ?? {},
      before: (node, listener, port) => link(KAFKA_LINKS[listener], node - 1, () => port),
    })
    stops.push(kafka.stop)
    const postgres = await startPostgresPair({ directory: join(directory, 'postgres'), onLine, before: (node, port) => link('streaming', node, () => port) })
    stops.push(postgres.stop)
    const primaryPort = () => postgres.nodes[postgres.primary()].port
    const databasePorts = await Promise.all(postgres.nodes.map(({ port }, index) => link('database', index, () => port)))
    const [portA = 0, portB = 0, front = 0, ...adminPorts] = await freePorts(9)
    const { accountsFile, webhookSecret } = await writeAccounts(join(directory, 'accounts'), [{ sid: ACCOUNT, baseUrl: 'http://127.0.0.1:9' }])
    const mounted = (await Promise.all(HOSTS.map((host) => canMount(dataOf(host))))).every(Boolean)
    await mkdir(join(directory, 'logs'))
    const env: Record<string, string> = {
      PATH: process.env.PATH ?? '',
      [RUN_MARK]: directory,
      KAFKA_BROKERS: kafka.brokers.join(','),
      DATABASE_URL: postgres.databaseUrl(...databasePorts),
      ROLLCALL_ACCOUNTS_FILE: accountsFile,
      ...(kafkaNodes === 1 ? { ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true' } : {}),
    }
    const service = (name: string, of: 'ingest' | 'projector', adminPort = 0, own: Record<string, string> = {}): SupervisedService => {
      const admin = { [`${of.toUpperCase()}_ADMIN_PORT`]: String(adminPort) }
      const one = supervisedService({ name, service: of, adminPort, env: { ...env, ...admin, ...own }, logFile: join(directory, 'logs', `${name}.log`) })
      stops.push(one.stop)
      return one
    }
    const projector = (name: string, adminPort: number | undefined, instance = name) =>
      service(name, 'projector', adminPort, { PROJECTOR_INSTANCE: instance, ...hosts.projectors[instance === 'projector-2' ? 1 : 0]?.env })
    const projectors = [projector('projector-1', adminPorts[0]), projector('projector-2', adminPorts[1])]
    const third = projector('projector-3', adminPorts[2])
    const twin = projector('projector-1-twin', adminPorts[3], 'projector-1')
    const ingests = HOSTS.map((host, index) =>
      service(`ingest-${host}`, 'ingest', adminPorts[4 + index], {
        INGEST_PORT: String([portA, portB][index]),
        ROLLCALL_DATA_DIR: dataOf(host),
        INGEST_SPOOL_BYTES_MAX: String(SPOOL_BYTES_MAX),
        ...(haproxy ? { INGEST_LEAVE_MS: '3000', INGEST_TRUSTED_PROXIES: '127.0.0.1/32' } : {}),
        // The small disks are in memory, which outlives every kill here.
        ...(mounted ? { ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true' } : {}),
        ...hosts.ingests[index]?.env,
      }),
    )
    for (const one of [...projectors, ...ingests]) {
      one.release()
      await one.ready(FIRST_READY_MS_MAX)
    }
    const behind = [await link('webhooks', 0, () => portA), await link('webhooks', 1, () => portB)] as const
    const outside = { PATH: env.PATH ?? '', [RUN_MARK]: directory }
    const balancer = haproxy
      ? await startBalancer({ port: front, hosts: behind, logFile: join(directory, 'logs', 'haproxy.log'), adminSocket: join(directory, 'haproxy'), env: outside })
      : null
    if (balancer !== null) stops.push(balancer.stop)
    const urls = (haproxy ? [front] : behind).map((port) => `http://127.0.0.1:${port}/hooks/${ACCOUNT}/${webhookSecret}`)
    const load = await startLoad({ seed, account: ACCOUNT, urls, bookFile: join(directory, 'book.jsonl'), beginAt: Date.now() }, outside)
    stops.push(load.stop)

    return {
      directory,
      kafka,
      postgres,
      links,
      ingests,
      projectors,
      third,
      twin,
      disks: HOSTS.map((host) => spoolDisk(dataOf(host))),
      hosts,
      memory,
      cannot: {
        fillDisks: mounted ? null : 'no disk can be mounted here (that takes root)',
        makeHostsBad: library === null ? 'there is no C compiler here' : null,
        limitMemory: memory === null ? 'there are no memory control groups here (that takes root)' : null,
      },
      load,
      balancer,
      primaryUrl: () => postgres.databaseUrl(primaryPort()),
      openLog: () => openEventLog({ kafkaBrokers: kafka.brokers, clientId: 'rollcall-chaos' }),
      env,
      stop,
    }
  } catch (error) {
    await stop({ keepFolder: true })
    throw error
  }
}
