import { setTimeout as sleep } from 'node:timers/promises'
import { controllerLeader } from '@rollcall/local/kafka/controller-leader'
import type { KafkaNode } from '@rollcall/local/kafka/kafka-node'
import type { ServedFault } from '../plan/fault-kinds.ts'
import { HEALED, type Heal, type Inject, made, victim } from './fault.ts'
import { NotMadeError } from './not-made-error.ts'
import { onBadHost } from './on-bad-host.ts'
import { onBadLinks } from './on-bad-links.ts'
import { broker, signalProcess } from './signal-process.ts'

type BrokerFault = Extract<Exclude<ServedFault, `clock-${string}`>, `${string}broker${string}` | 'kill-controller-leader' | 'isolate-broker' | `${string}-broker-disk`>

/** A controlled shutdown that waits for a quorum which is gone does not end by itself. */
const SHUTDOWN_MS_MAX = 8_000
const POLL_MS = 50
/** Each write and each sync takes so much longer. */
const SLOW_DISK_MS = 400

const untilEnded = async (node: KafkaNode): Promise<void> => {
  for (const until = performance.now() + SHUTDOWN_MS_MAX; node.pid !== null; await sleep(POLL_MS)) if (performance.now() > until) node.kill('SIGKILL')
}

const signalled = async (nodes: readonly KafkaNode[], signal: NodeJS.Signals): Promise<void> => {
  for (const node of nodes) await signalProcess(broker(node), signal)
}

const startedAgain = (nodes: readonly KafkaNode[]): Heal => {
  return async () => {
    for (const node of nodes) {
      await untilEnded(node)
      await node.start()
    }
  }
}

const ended = (nodes: readonly KafkaNode[], signal: NodeJS.Signals): Promise<Heal> => made(() => signalled(nodes, signal), startedAgain(nodes))

const paused = (nodes: readonly KafkaNode[]): Promise<Heal> =>
  made(
    () => signalled(nodes, 'SIGSTOP'),
    async () => {
      for (const node of nodes) node.kill('SIGCONT')
    },
  )

export const BROKER_FAULTS: Readonly<Record<BrokerFault, Inject>> = {
  'kill-broker': async ({ kafka }, draw) => ended([victim(kafka.nodes, draw)], 'SIGKILL'),
  'stop-broker': async ({ kafka }, draw) => ended([victim(kafka.nodes, draw)], 'SIGTERM'),
  'pause-broker': async ({ kafka }, draw) => paused([victim(kafka.nodes, draw)]),
  'kill-controller-leader': async ({ kafka }) => {
    const leader = await controllerLeader(kafka.nodes)
    const node = kafka.nodes.find(({ id }) => id === leader)
    if (node === undefined) throw new NotMadeError('no controller leads')
    return ended([node], 'SIGKILL')
  },
  'kill-two-brokers': async ({ kafka }, draw) => {
    const spared = victim(kafka.nodes, draw)
    return ended(
      kafka.nodes.filter((node) => node !== spared),
      'SIGKILL',
    )
  },
  'pause-all-brokers': async ({ kafka }) => paused(kafka.nodes),
  // It is heard by the others and hears nothing of them: clients, copies and votes that are for it arrive late.
  'isolate-broker': async ({ links, kafka }, draw) => {
    const nth = kafka.nodes.indexOf(victim(kafka.nodes, draw))
    const cut = [links.kafka, links.replication, links.controllers].flatMap((all) => all[nth] ?? [])
    return onBadLinks(cut, { toServer: { blackhole: true }, toClient: { blackhole: true } })
  },
  'slow-broker-disk': ({ hosts, kafka }, draw) =>
    onBadHost(victim(hosts.brokers, draw), broker(victim(kafka.nodes, draw)), { write: { slowMs: SLOW_DISK_MS }, sync: { slowMs: SLOW_DISK_MS } }),
  // A broker whose only disk fails ends itself; it is started again on one that is well.
  'failing-broker-disk': async ({ hosts, kafka }, draw) => {
    const node = victim(kafka.nodes, draw)
    const heal = await onBadHost(victim(hosts.brokers, draw), broker(node), { write: { error: 'EIO' }, sync: { error: 'EIO' } })
    return () =>
      heal().finally(async () => {
        node.kill('SIGKILL')
        await startedAgain([node])()
      })
  },
  'restart-brokers': async ({ kafka }) => {
    for (const node of kafka.nodes) {
      await (await ended([node], 'SIGTERM'))()
      await kafka.ready()
    }
    return HEALED
  },
}
