import type { KafkaCluster } from './kafka-cluster.ts'

/** Most cluster clients, so most reads waiting at the same time in one process; one more waits for its turn. */
export const CLUSTERS_MAX = 8

export interface ClusterPool {
  use<T>(work: (cluster: KafkaCluster) => Promise<T>): Promise<T>
  /** Those at work disconnect when their work ends. */
  close(): void
}

/**
 * A broker answers the requests of one connection one after the other, so a read that waits for records holds up whatever shares its
 * connection. Each reader at work therefore has a cluster client to itself. One whose work failed is not used again.
 */
export const openClusterPool = (open: () => KafkaCluster): ClusterPool => {
  const idle: KafkaCluster[] = []
  const waiting: (() => void)[] = []
  const busy = new Set<KafkaCluster>()
  let closed = false
  // Not awaited: kafkajs waits for requests in flight, and a fetch in flight waits for records.
  const drop = (cluster: KafkaCluster) => void cluster.disconnect().catch(() => undefined)

  return {
    use: async (work) => {
      while (busy.size >= CLUSTERS_MAX) await new Promise<void>((resolve) => waiting.push(resolve))
      const cluster = idle.pop() ?? open()
      busy.add(cluster)
      try {
        const result = await work(cluster)
        if (closed) drop(cluster)
        else idle.push(cluster)
        return result
      } catch (error) {
        drop(cluster)
        throw error
      } finally {
        busy.delete(cluster)
        waiting.shift()?.()
      }
    },
    close: () => {
      closed = true
      for (const cluster of idle.splice(0)) drop(cluster)
    },
  }
}
