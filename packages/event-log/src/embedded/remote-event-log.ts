import { type EventLog, LogUnavailableError } from '../event-log.ts'
import { openSendQueue } from '../kafka/send-queue.ts'
import { openCaller } from './call-embedded-log.ts'
import { decodeRecords, encodeAppend, PATHS, type WireBounds, type WireRead } from './wire.ts'

const CALL_MS_MAX = 10_000
/** What a long poll may take beyond its own wait. */
const READ_GRACE_MS = 10_000

/** An embedded log that another process of this machine serves (`serveEmbeddedLog`). Connects when first used; appends are batched as for Kafka. */
export const connectEmbeddedEventLog = ({ url }: { readonly url: string }): EventLog => {
  const caller = openCaller(url)
  /** As it was when it was first asked for: what is appended is meant for this log. */
  let opened: string | null = null
  const openedClusterId = async (): Promise<string> => {
    opened ??= JSON.parse((await caller.call({ path: PATHS.clusterId, timeoutMs: CALL_MS_MAX })).toString()).clusterId as string
    return opened
  }
  const queue = openSendQueue({
    senders: [
      {
        send: async (batch, ms) => {
          const query = { deadlineMs: String(Math.max(1, ms)), clusterId: await openedClusterId() }
          await caller.call({ path: PATHS.append, query, body: encodeAppend(batch), timeoutMs: Math.max(1, ms) })
        },
        close: async () => undefined,
      },
    ],
  })
  let closed: Promise<void> | null = null

  const callJson = async (path: (typeof PATHS)[keyof typeof PATHS], body: unknown, query: Record<string, string> = {}) => {
    refuseIfClosed()
    return JSON.parse((await caller.call({ path, query, body: Buffer.from(JSON.stringify(body)), timeoutMs: CALL_MS_MAX })).toString())
  }
  const refuseIfClosed = () => {
    if (closed !== null) throw new LogUnavailableError('the event log is closed')
  }

  return {
    description: `embedded at ${url}`,
    clusterId: async () => {
      refuseIfClosed()
      return openedClusterId()
    },
    topicId: async (topic) => (await callJson(PATHS.topicId, {}, { topic })).topicId,
    append: (topic, records, { deadlineMs }) => queue.append(topic, records, deadlineMs),
    read: async (topic, from, { maxBytes, maxWaitMs, signal }) => {
      refuseIfClosed()
      if (from.size === 0 || signal?.aborted) return new Map()
      const body: WireRead = { topic, from: Object.fromEntries([...from].map(([partition, position]) => [partition, String(position)])), maxBytes, maxWaitMs }
      try {
        return decodeRecords(await caller.call({ path: PATHS.read, body: Buffer.from(JSON.stringify(body)), timeoutMs: maxWaitMs + READ_GRACE_MS, signal }))
      } catch (error) {
        if (signal?.aborted) return new Map()
        throw error
      }
    },
    bounds: async (topic) => {
      const bounds: WireBounds = await callJson(PATHS.bounds, {}, { topic })
      return new Map(bounds.map(({ partition, low, next }) => [partition, { low: BigInt(low), next: BigInt(next) }]))
    },
    ensureTopics: async (specs) => {
      await callJson(PATHS.ensureTopics, specs)
    },
    inspectTopics: (specs) => callJson(PATHS.inspectTopics, specs),
    close: () => {
      closed ??= queue.close().then(caller.close)
      return closed
    },
  }
}
