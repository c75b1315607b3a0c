import kafkajs, { type Admin } from 'kafkajs'
import type { TopicInspection, TopicSpec } from '../event-log.ts'
import { type ObservedTopic, topicProblems } from './topic-problems.ts'

/** What the brokers say of each topic, judged by `topicProblems`. */
export const inspectTopics = async (admin: Admin, specs: readonly TopicSpec[]): Promise<TopicInspection[]> => {
  const names = new Set(await admin.listTopics())
  const present = specs.filter(({ name }) => names.has(name)).map(({ name }) => name)
  const [metadata, configs, autoCreate] = await Promise.all([fetchPartitions(admin, present), topicConfigs(admin, present), autoCreateSetting(admin)])
  return specs.map((spec) => {
    const replicas = metadata.get(spec.name)
    const config = configs.get(spec.name)
    const topic: ObservedTopic | null = replicas && config ? { partitions: replicas.length, replicationFactor: Math.min(...replicas), config } : null
    return { name: spec.name, partitions: topic?.partitions ?? 0, replicationFactor: topic?.replicationFactor ?? 0, problems: topicProblems(spec, { topic, autoCreate }) }
  })
}

/** Topic to the number of replicas of each partition. */
const fetchPartitions = async (admin: Admin, topics: readonly string[]): Promise<Map<string, number[]>> => {
  if (topics.length === 0) return new Map()
  const answer = await admin.fetchTopicMetadata({ topics: [...topics] })
  return new Map(answer.topics.map(({ name, partitions }) => [name, partitions.map(({ replicas }) => replicas.length)]))
}

const topicConfigs = async (admin: Admin, topics: readonly string[]): Promise<Map<string, Record<string, string>>> => {
  if (topics.length === 0) return new Map()
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })) })
  return new Map(
    resources.map(({ resourceName, configEntries }) => [resourceName, Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue]))]),
  )
}

const AUTO_CREATE = 'auto.create.topics.enable'

/** "true" if any broker would create topics by accident. */
const autoCreateSetting = async (admin: Admin): Promise<string> => {
  const { brokers } = await admin.describeCluster()
  const answers = await Promise.all(
    brokers.map(({ nodeId }) =>
      admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.BROKER, name: String(nodeId), configNames: [AUTO_CREATE] }] }),
    ),
  )
  const values = answers
    .flatMap(({ resources }) => resources)
    .flatMap(({ configEntries }) => configEntries)
    .map(({ configValue }) => configValue)
  return values.includes('true') ? 'true' : (values[0] ?? 'unknown')
}
