import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeCluster } from '@rollcall/event-log/kafka/describe-cluster'
import { z } from 'zod'
import { keptFile } from '../kept-file.ts'
import { keptPorts } from '../kept-ports.ts'
import { findJava } from './find-java.ts'
import { fetchKafkaJars } from './kafka-jars.ts'
import { endKafkaOrphan, type KafkaNode, prepareKafkaNode } from './kafka-node.ts'
import { LISTENERS, type Listener, type NodePorts } from './server-properties.ts'

/** Measured: one node 3 s, three nodes 6 s on two idle cores. */
const READY_MS_MAX = 120_000
const READY_POLL_MS = 100

export interface StartKafkaOptions {
  /** Holds data, logs, ports; made if missing. Started again over the same folder, the cluster has the same identity, data and (while they are free) ports. */
  readonly directory: string
  /** Holds the broker's jars; shared by every clone of the data. */
  readonly cacheDirectory: string
  readonly nodes: 1 | 3
  readonly onLine: (line: string) => void
  /** Puts something before a node's port and gives the port under which everybody reaches it; for fault tests. */
  readonly before?: (node: number, listener: Listener, port: number) => Promise<number>
  /** What a node's process has in its environment besides ours; for fault tests. */
  readonly env?: (node: number) => Readonly<Record<string, string>>
  /** Aborting gives up the start. A cluster that has started is ended by stop(). */
  readonly signal?: AbortSignal | undefined
}

export interface LocalKafka {
  /** `host:port` of every node. */
  readonly brokers: readonly string[]
  /** For fault tests: single nodes can be killed and started again. */
  readonly nodes: readonly KafkaNode[]
  /** Resolves when every node answers again, after nodes were started by hand. */
  ready(): Promise<void>
  /** Leaves no process behind; the data stays. Safe to call twice. */
  stop(): Promise<void>
}

const Cluster = z.object({ clusterId: z.string().min(1), nodes: z.union([z.literal(1), z.literal(3)]) })

/**
 * Apache Kafka by plain Java, on loopback only.
 * @throws Error saying what is missing (Java, Maven), or with the end of the broker's log when it does not come up; nothing is left running then.
 */
export const startKafka = async ({ directory, cacheDirectory, nodes: count, onLine, before, env, signal }: StartKafkaOptions): Promise<LocalKafka> => {
  const java = await findJava(signal)
  if (!java.usable) throw new Error(`Apache Kafka cannot be started here: ${java.why}.`)
  const home = resolve(directory)
  await mkdir(home, { recursive: true })
  const { clusterId } = await keepCluster(home, count)
  const jarsDirectory = await fetchKafkaJars(resolve(cacheDirectory), onLine, signal)
  const nodeDirectory = (id: number) => join(home, `node-${id}`)
  const ids = Array.from({ length: count }, (_, index) => index + 1)
  for (const id of ids) await endKafkaOrphan(id, nodeDirectory(id), onLine)
  const ports = threes(await keptPorts(join(home, 'ports.json'), count * LISTENERS.length))
  const reachedAt = before === undefined ? ports : await Promise.all(ports.map((own, index) => placed(own, (listener, port) => before(index + 1, listener, port))))
  const prepared = await Promise.all(ids.map((id) => prepareKafkaNode({ id, directory: nodeDirectory(id), jarsDirectory, clusterId, ports, reachedAt, env: env?.(id), signal })))
  const brokers = reachedAt.map(({ broker }) => `127.0.0.1:${broker}`)
  const ready = (giveUp?: AbortSignal) => waitUntilReady(brokers, prepared, giveUp)
  const stop = async () => void (await Promise.all(prepared.map((node) => node.stop())))
  try {
    await Promise.all(prepared.map((node) => node.start()))
    await ready(signal)
  } catch (error) {
    await stop()
    throw error
  }
  return { brokers, nodes: prepared, ready: () => ready(), stop }
}

/** The cluster's identity, made once. How many nodes vote is a part of it. */
const keepCluster = async (home: string, nodes: 1 | 3) => {
  const kept = keptFile(join(home, 'cluster.json'), Cluster)
  const before = await kept.read()
  if (before === null) {
    const cluster = { clusterId: newClusterId(), nodes }
    await kept.write(cluster)
    return cluster
  }
  if (before.nodes !== nodes)
    throw new Error(`${home} holds a Kafka cluster of ${before.nodes} node(s) and ${nodes} were asked for. Ask for ${before.nodes}, or begin anew with --fresh.`)
  return before
}

/** As Kafka's own `random-uuid` makes them: 16 bytes, base64url, no leading dash (it would read as an option). */
const newClusterId = (): string => {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}

const threes = (ports: readonly number[]): NodePorts[] =>
  Array.from({ length: ports.length / LISTENERS.length }, (_, index) => {
    const [broker = 0, replication = 0, controller = 0] = ports.slice(index * LISTENERS.length)
    return { broker, replication, controller }
  })

const placed = async (own: NodePorts, before: (listener: Listener, port: number) => Promise<number>): Promise<NodePorts> => ({
  broker: await before('broker', own.broker),
  replication: await before('replication', own.replication),
  controller: await before('controller', own.controller),
})

const waitUntilReady = async (brokers: readonly string[], nodes: readonly KafkaNode[], signal?: AbortSignal): Promise<void> => {
  const giveUpAt = performance.now() + READY_MS_MAX
  for (;;) {
    signal?.throwIfAborted()
    for (const node of nodes) {
      const failure = await node.failure()
      if (failure !== null) throw new Error(failure)
    }
    const seen = await Promise.all(brokers.map(seenBy))
    const silent = brokers.filter((_, index) => seen[index] !== nodes.length)
    if (silent.length === 0) return
    if (performance.now() > giveUpAt) throw new Error(`Kafka: ${silent.join(', ')} did not join within ${READY_MS_MAX / 1_000} s; see server.log in the folder of that node.`)
    await sleep(READY_POLL_MS, undefined, { signal })
  }
}

/** How many brokers this one knows of. Each is asked itself: the others list a killed one until its session ends. */
const seenBy = (broker: string): Promise<number> =>
  describeCluster([broker]).then(
    (cluster) => cluster.brokers,
    () => 0,
  )
