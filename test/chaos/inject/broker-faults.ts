import { setTimeout as sleep } from 'node:timers/promises'
import { controllerLeader } from '@rollcall/local/kafka/controller-leader'
import type { KafkaNode } from '@rollcall/local/kafka/kafka-node'
import type { ServedFault } from '../plan/fault-kinds.ts'
import { HEALED, type Inject, victim } from './fault.ts'

type BrokerFault = Extract<Exclude<ServedFault, `clock-${string}`>, `${string}broker${string}` | 'kill-controller-leader' | 'isolate-broker' | `${string}-broker-disk`>

/** A controlled shutdown that waits for a quorum which is gone does not end by itself. */
const SHUTDOWN_MS_MAX = 8_000
const POLL_MS = 50
/** Each write and each sync takes so much longer. */
const SLOW_DISK_MS = 400

const untilEnded = async (node: KafkaNode): Promise<void> => {
  for (const until = performance.now() + SHUTDOWN_MS_MAX; node.pid !== null; await sleep(POLL_MS)) if (performance.now() > until) node.kill('SIGKILL')
}

const ended = (nodes: readonly KafkaNode[], signal: NodeJS.Signals) => {
  for (const node of nodes) node.kill(signal)
  return async () => {
    for (const node of nodes) {
      await untilEnded(node)
      await node.start()
    }
  }
}

const paused = (nodes: readonly KafkaNode[]) => {
  for (const node of nodes) node.kill('SIGSTOP')
  return async () => {
    for (const node of nodes) node.kill('SIGCONT')
  }
}

export const BROKER_FAULTS: Readonly<Record<BrokerFault, Inject>> = {
  'kill-broker': async ({ kafka }, draw) => ended([victim(kafka.nodes, draw)], 'SIGKILL'),
  'stop-broker': async ({ kafka }, draw) => ended([victim(kafka.nodes, draw)], 'SIGTERM'),
  'pause-broker': async ({ kafka }, draw) => paused([victim(kafka.nodes, draw)]),
  'kill-controller-leader': async ({ kafka }, draw) => {
    const leader = await controllerLeader(kafka.nodes)
    return ended([kafka.nodes.find(({ id }) => id === leader) ?? victim(kafka.nodes, draw)], 'SIGKILL')
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
    for (const proxy of cut) proxy.set({ toServer: { blackhole: true }, toClient: { blackhole: true } })
    return async () => {
      for (const proxy of cut) proxy.set({})
    }
  },
  'slow-broker-disk': async ({ hosts }, draw) => {
    const host = victim(hosts.brokers, draw)
    await host.set({ write: { slowMs: SLOW_DISK_MS }, sync: { slowMs: SLOW_DISK_MS } })
    return () => host.set({ write: undefined, sync: undefined })
  },
  // A broker whose only disk fails ends itself; it is started again on one that is well.
  'failing-broker-disk': async ({ hosts, kafka }, draw) => {
    const nth = kafka.nodes.indexOf(victim(kafka.nodes, draw))
    await hosts.brokers[nth]?.set({ write: { error: 'EIO' }, sync: { error: 'EIO' } })
    return async () => {
      await hosts.brokers[nth]?.set({ write: undefined, sync: undefined })
      await ended([kafka.nodes[nth] as KafkaNode], 'SIGKILL')()
    }
  },
  'restart-brokers': async ({ kafka }) => {
    for (const node of kafka.nodes) {
      await ended([node], 'SIGTERM')()
      await kafka.ready()
    }
    return HEALED
  },
}
