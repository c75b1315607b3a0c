/** What a node listens for: clients, the other brokers' copies, the controllers' votes. Three ports, so that a fault test can break one kind of talk alone. */
export const LISTENERS = ['broker', 'replication', 'controller'] as const
export type Listener = (typeof LISTENERS)[number]
export type NodePorts = Readonly<Record<Listener, number>>

export interface NodeSettings {
  /** 1, 2, 3 … */
  readonly id: number
  /** Ports of every node, in the order of their ids. */
  readonly ports: readonly NodePorts[]
  /** Under which the others reach them; the same, unless something stands between. */
  readonly reachedAt: readonly NodePorts[]
  /** Absolute folder of this node's data. */
  readonly dataDirectory: string
}

/**
 * The settings of one node of a small loopback cluster, broker and controller in one process.
 * Three nodes keep three copies and acknowledge with two; one node can promise no more than its disk.
 */
export const serverProperties = ({ id, ports, reachedAt, dataDirectory }: NodeSettings): string => {
  const [own, reached] = [ports[id - 1], reachedAt[id - 1]]
  if (own === undefined || reached === undefined) throw new Error(`Kafka node ${id} has no ports among ${ports.length} nodes`)
  const copies = Math.min(3, ports.length)
  const copiesInSync = Math.min(2, ports.length)
  return render({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': reachedAt.map(({ controller }, index) => `${index + 1}@127.0.0.1:${controller}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${own.broker},REPLICATION://127.0.0.1:${own.replication},CONTROLLER://127.0.0.1:${own.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${reached.broker},REPLICATION://127.0.0.1:${reached.replication}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'REPLICATION',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,REPLICATION:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataDirectory,
    'auto.create.topics.enable': false,
    'unclean.leader.election.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': copiesInSync,
    'log.retention.ms': -1,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': copiesInSync,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': copiesInSync,
    'group.initial.rebalance.delay.ms': 0,
    // A killed node is taken for dead, and may come back, after this long (default 9 s).
    'broker.session.timeout.ms': 5_000,
    'broker.heartbeat.interval.ms': 1_000,
    'log.cleaner.dedupe.buffer.size': 1_048_577,
    'num.network.threads': 2,
    'num.io.threads': 2,
  })
}

/** Java properties take a backslash as an escape. */
const render = (settings: Record<string, string | number | boolean>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('')
