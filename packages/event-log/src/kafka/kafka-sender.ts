import { setTimeout as sleep } from 'node:timers/promises'
import { CompressionTypes, type Kafka, Partitioners, type Producer } from 'kafkajs'
import type { LogRecord } from '../event-log.ts'
import type { Sender } from './send-queue.ts'
import { withDeadline } from './with-deadline.ts'

const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 1_000
/** How long the broker may take to gather its replicas' acknowledgements. */
const ACK_MS_MAX = 10_000

/**
 * One kafkajs producer, replaced whenever a send failed or timed out: afterwards its state is not to be trusted. Not idempotent: after a
 * lost acknowledgement kafkajs reuses sequence numbers and the broker then takes another send for a duplicate (measured). A resent
 * batch is a harmless duplicate here.
 */
export const openKafkaSender = (client: Kafka): Sender => {
  let producer: Promise<Producer> | undefined

  const connect = async (): Promise<Producer> => {
    const fresh = client.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      metadataMaxAge: 60_000,
      maxInFlightRequests: 1,
    })
    await fresh.connect()
    return fresh
  }
  const discard = () => {
    // Not awaited: kafkajs waits for requests in flight, which may be the very ones that hang.
    producer?.then((old) => old.disconnect()).catch(() => undefined)
    producer = undefined
  }

  return {
    send: async (batch, ms) => {
      const deadline = performance.now() + ms
      for (let retryMs = RETRY_MS_MIN; ; retryMs = Math.min(2 * retryMs, RETRY_MS_MAX)) {
        try {
          producer ??= connect()
          const connected = await withDeadline(producer, deadline - performance.now())
          const topicMessages = [...batch].map(([topic, records]) => ({ topic, messages: records.map(message) }))
          await withDeadline(connected.sendBatch({ acks: -1, timeout: ACK_MS_MAX, compression: CompressionTypes.LZ4, topicMessages }), deadline - performance.now())
          return
        } catch (error) {
          discard()
          if (performance.now() + retryMs >= deadline) throw error
          await sleep(retryMs)
        }
      }
    },
    close: async () => {
      await producer?.then((open) => open.disconnect()).catch(() => undefined)
      producer = undefined
    },
  }
}

const message = ({ key, value, headers, timestamp }: LogRecord) => ({
  key,
  value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
  headers,
  timestamp: String(timestamp),
})
