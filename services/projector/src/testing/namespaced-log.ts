import { type EventLog, type TopicInspection, TopicMissingError } from '@rollcall/event-log/event-log'

/** The log as if it were a test's own: every topic is another one behind it, so that tests share a Kafka and each has the whole of the topics' names. */
export const namespacedLog = (log: EventLog, namespace: () => string): EventLog => {
  const inside = (topic: string): string => `${namespace()}.${topic}`
  const named = (topic: string) => (error: unknown) => {
    throw error instanceof TopicMissingError ? new TopicMissingError(topic, { cause: error }) : error
  }
  return {
    description: log.description,
    clusterId: () => log.clusterId(),
    topicId: (topic) => log.topicId(inside(topic)).catch(named(topic)),
    append: (topic, records, options) => log.append(inside(topic), records, options),
    read: (topic, from, options) => log.read(inside(topic), from, options).catch(named(topic)),
    bounds: (topic) => log.bounds(inside(topic)).catch(named(topic)),
    ensureTopics: (specs) => log.ensureTopics(specs.map((spec) => ({ ...spec, name: inside(spec.name) }))),
    inspectTopics: async (specs): Promise<readonly TopicInspection[]> => log.inspectTopics(specs.map((spec) => ({ ...spec, name: inside(spec.name) }))),
    close: () => log.close(),
  }
}
