import type { Admin } from 'kafkajs'
import type { TopicSpec } from '../event-log.ts'
import { topicSettings } from './topic-settings.ts'

const CREATE_MS_MAX = 10_000

/** Creates the topics that are missing and gives their names. One that another process creates at the same time is not an error. */
export const createTopics = async (admin: Admin, specs: readonly TopicSpec[]): Promise<string[]> => {
  const present = new Set(await admin.listTopics())
  const absent = specs.filter(({ name }) => !present.has(name))
  if (absent.length === 0) return []
  const { brokers } = await admin.describeCluster()
  const topics = absent.map((spec) => {
    const { replicationFactor, config } = topicSettings(spec, brokers.length)
    return { topic: spec.name, numPartitions: spec.partitions, replicationFactor, configEntries: Object.entries(config).map(([name, value]) => ({ name, value })) }
  })
  // kafkajs's own waiting for leaders fails when the broker it asks has not heard of the topic yet.
  await admin.createTopics({ topics, timeout: CREATE_MS_MAX, waitForLeaders: false })
  return absent.map(({ name }) => name)
}
