import type { EventLog, TopicInspection } from '@rollcall/event-log/event-log'

/** The log as if it were a test's own: every topic is another one behind it, so that tests share a Kafka and each has the whole of the topics' names. */
export const namespacedLog = (log: EventLog, namespace: () => string): EventLog => {
  const inside = (topic: string): string => `${namespace()}.${topic}`
  return {
    description: log.description,
    clusterId: () => log.clusterId(),
    append: (topic, records, options) => log.append(inside(topic), records, options),
    read: (topic, from, options) => log.read(inside(topic), from, options),
    bounds: (topic) => log.bounds(inside(topic)),
    ensureTopics: (specs) => log.ensureTopics(specs.map((spec) => ({ ...spec, name: inside(spec.name) }))),
    inspectTopics: async (specs): Promise<readonly TopicInspection[]> => log.inspectTopics(specs.map((spec) => ({ ...spec, name: inside(spec.name) }))),
    close: () => log.close(),
  }
}
