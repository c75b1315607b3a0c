import { setTimeout as sleep } from 'node:timers/promises'
import { LogReplacedError } from '../event-log.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import type { LogGuard } from './log-guard.ts'
import { produce } from './produce.ts'
import type { Sender } from './send-queue.ts'
import { withDeadline } from './with-deadline.ts'

const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 1_000

/**
 * Sends one batch after the other, each again until it is acknowledged or its time is over. A cluster client whose send failed or timed
 * out is thrown away and a new one connected: what state its connections are in is not to be trusted. Where another log answers, waiting is
 * the caller's.
 */
export const openKafkaSender = (open: () => KafkaCluster, guard: LogGuard): Sender => {
  let connected: Promise<KafkaCluster> | undefined

  const connect = async (): Promise<KafkaCluster> => {
    const cluster = open()
    await cluster.connect()
    await guard.checkCluster(await cluster.brokerPool.findConnectedBroker())
    return cluster
  }
  const discard = () => {
    // Not awaited: kafkajs waits for requests in flight, which may be the very ones that hang.
    connected?.then((old) => old.disconnect()).catch(() => undefined)
    connected = undefined
  }

  return {
    send: async (batch, ms) => {
      const deadline = performance.now() + ms
      let left = batch
      for (let retryMs = RETRY_MS_MIN; ; retryMs = Math.min(2 * retryMs, RETRY_MS_MAX)) {
        try {
          connected ??= connect()
          const cluster = await withDeadline(connected, deadline - performance.now())
          const { unacknowledged, error } = await withDeadline(produce(cluster, guard, left), deadline - performance.now())
          if (unacknowledged.size === 0) return
          left = unacknowledged
          throw error
        } catch (error) {
          discard()
          if (error instanceof LogReplacedError || performance.now() + retryMs >= deadline) throw error
          await sleep(retryMs)
        }
      }
    },
    close: async () => {
      await connected?.then((cluster) => cluster.disconnect()).catch(() => undefined)
      connected = undefined
    },
  }
}
