import { LogReplacedError } from '../event-log.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import { askIdentity, type ToldIdentity } from './ask-identity.ts'
import { brokerError, type KafkaBroker, UNKNOWN_PARTITION } from './kafka-cluster.ts'

/*
 * Is what answers still the log that was opened? Addresses outlive what stands behind them: brokers may be replaced by those of another
 * cluster, a topic may be deleted and made anew, and kafkajs connects again without a word. So a broker is asked by each new connection
 * before records go by it, for a connection never changes its broker; and again after ASKED_AGAIN_MS, for a topic can be made anew meanwhile.
 * Between two questions a new topic shows by its offsets: they begin again, and what got an offset that was given before is not taken for
 * acknowledged until the broker was asked once more. A batch costs a comparison for each partition, and no request.
 */

export const ASKED_AGAIN_MS = 10_000

export interface LogGuard {
  /** The id of a topic, as it was first told; asked by this broker where it was not yet. */
  topicId(broker: KafkaBroker, topic: string): Promise<string>
  /** A broker that was just connected to: of the right cluster, whatever topics it has. */
  checkCluster(broker: KafkaBroker): Promise<void>
  /** What `send` gives, where it came by a connection to the right log, to topics that are the ones they were. */
  send(broker: KafkaBroker, topics: readonly string[], send: () => Promise<readonly Acknowledgement[]>): Promise<readonly Acknowledgement[]>
}

/** Everything rejects with LogReplacedError where the log is another one. `now` is any steady clock, in milliseconds. */
export const openLogGuard = ({ clusterId, now = () => performance.now() }: { readonly clusterId: string; readonly now?: () => number }): LogGuard => {
  const topicIds = new Map<string, string>()
  /** When a connection last told of a topic. */
  const toldAt = new WeakMap<object, Map<string, number>>()
  /** By `topic/partition`: behind the last offset that was given. */
  const ends = new Map<string, bigint>()

  /** What the broker says of a topic, or of none; the cluster is the right one. */
  const ask = async (broker: KafkaBroker, topic: string | null): Promise<ToldIdentity> => {
    const told = await byOneConnection(broker, () => askIdentity(broker, topic))
    if (told.clusterId !== clusterId) throw new LogReplacedError('cluster id', clusterId, told.clusterId)
    return told
  }
  const compare = async (broker: KafkaBroker, topic: string): Promise<string> => {
    const at = now()
    const { topic: told } = await ask(broker, topic)
    if (told?.errorCode !== 0) throw brokerError(told?.errorCode ?? UNKNOWN_PARTITION)
    const known = topicIds.get(topic) ?? told.id
    if (told.id !== known) throw new LogReplacedError(`id of the topic ${topic}`, known, told.id)
    topicIds.set(topic, known)
    const connection = connectionOf(broker)
    if (connection !== undefined) toldAt.set(connection, (toldAt.get(connection) ?? new Map()).set(topic, at))
    return known
  }
  const isDue = (broker: KafkaBroker, topic: string): boolean => {
    const connection = connectionOf(broker)
    const at = connection && toldAt.get(connection)?.get(topic)
    return at === undefined || now() - at > ASKED_AGAIN_MS
  }
  const isNewOrBack = ({ topic, partition, code, baseOffset }: Acknowledgement): boolean => code === 0 && baseOffset < (ends.get(`${topic}/${partition}`) ?? FIRST_ASKED)

  return {
    topicId: async (broker, topic) => topicIds.get(topic) ?? (await compare(broker, topic)),
    checkCluster: async (broker) => void (await ask(broker, null)),
    send: async (broker, topics, send) => {
      for (const topic of topics) if (isDue(broker, topic)) await compare(broker, topic)
      const acknowledgements = await byOneConnection(broker, send)
      for (const topic of new Set(acknowledgements.filter(isNewOrBack).map((each) => each.topic))) await compare(broker, topic)
      for (const { topic, partition, code, baseOffset, records } of acknowledgements) if (code === 0) ends.set(`${topic}/${partition}`, baseOffset + BigInt(records))
      return acknowledgements
    },
  }
}

/** Greater than every offset: of a partition that nothing is known of, the broker is asked. */
const FIRST_ASKED = 2n ** 63n

/** Another object for each connection that is made. */
const connectionOf = (broker: KafkaBroker): object | undefined => broker.connectionPool.pool[0]?.socket

/** An answer stands for the connection only where the question went by the same one. */
const byOneConnection = async <T>(broker: KafkaBroker, ask: () => Promise<T>): Promise<T> => {
  const connection = connectionOf(broker)
  const answer = await ask()
  if (connectionOf(broker) !== connection) throw new Error('the connection was made anew while an answer was awaited')
  return answer
}
