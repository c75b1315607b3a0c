import type { TopicInspection, TopicProblem, TopicSpec } from '../event-log.ts'

/** What is true of any topic of an embedded log: one disk holds it. Whether that is allowed is the caller's to decide. `partitions`: null where the topic is missing. */
export const embeddedProblems = (spec: TopicSpec, partitions: number | null, directory: string): TopicInspection => {
  const problems: TopicProblem[] = [
    {
      setting: 'replication.factor',
      value: '1',
      needed: '3',
      howToFix: `one disk holds the truth, in ${directory}; for more than a trial set KAFKA_BROKERS to a Kafka cluster of three brokers or more`,
    },
  ]
  if (partitions === null) problems.push({ setting: 'topic', value: 'missing', needed: `${spec.partitions} partitions`, howToFix: 'start any service, which creates it' })
  else if (partitions !== spec.partitions) {
    problems.push({
      setting: 'partitions',
      value: String(partitions),
      needed: String(spec.partitions),
      howToFix: 'the number of partitions decides where a key goes, so it is never changed: start on an empty log, or configure the number the topic has',
    })
  }
  return { name: spec.name, partitions: partitions ?? 0, replicationFactor: partitions === null ? 0 : 1, problems }
}
