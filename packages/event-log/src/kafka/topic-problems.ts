import type { TopicProblem, TopicSpec } from '../event-log.ts'
import { MESSAGE_BYTES_MAX, MIN_INSYNC_NEEDED, REPLICATION_FACTOR_NEEDED, TIMESTAMP_AHEAD_MS_NEEDED } from './topic-settings.ts'

const UNKNOWN = 'unknown'

export interface ObservedTopic {
  readonly partitions: number
  /** Of the partition with the fewest replicas. */
  readonly replicationFactor: number
  /** The topic's effective configuration, broker defaults included. */
  readonly config: Readonly<Record<string, string>>
}

export interface Observed {
  /** null: there is no such topic. */
  readonly topic: ObservedTopic | null
  /** `auto.create.topics.enable` of the brokers; "true" if it is on any. */
  readonly autoCreate: string
}

/** Why the topic is not safe to hold the truth (design §5, reliability B.1); empty when it is. Each problem says how to end it. */
export const topicProblems = (spec: TopicSpec, { topic, autoCreate }: Observed): TopicProblem[] => {
  const problems: TopicProblem[] = []
  const unless = (fine: boolean, setting: string, value: string, needed: string, howToFix: string) => {
    if (!fine) problems.push({ setting, value, needed, howToFix })
  }
  unless(
    autoCreate !== 'true',
    'auto.create.topics.enable (broker)',
    autoCreate,
    'false',
    'set auto.create.topics.enable=false in the properties of every broker and restart them one by one: a topic made by accident has one replica and forgets after a week',
  )
  if (!topic) {
    unless(false, 'topic', 'missing', `${spec.partitions} partitions`, 'start any service or run "rollcall doctor" with a user that may create topics')
    return problems
  }
  const { partitions, replicationFactor, config } = topic
  const setting = (name: string, needed: string, fine = (value: string) => value === needed) => {
    const value = config[name] ?? UNKNOWN
    unless(fine(value), name, value, needed, alter(spec.name, name, needed))
  }
  unless(
    partitions === spec.partitions,
    'partitions',
    String(partitions),
    String(spec.partitions),
    'the number of partitions decides where a key goes, so it is never changed: start on an empty log, or configure the number the topic has',
  )
  unless(
    replicationFactor >= REPLICATION_FACTOR_NEEDED,
    'replication.factor',
    String(replicationFactor),
    String(REPLICATION_FACTOR_NEEDED),
    `run three brokers or more and give every partition of ${spec.name} three replicas with kafka-reassign-partitions.sh`,
  )
  setting('min.insync.replicas', String(MIN_INSYNC_NEEDED), (value) => Number(value) >= MIN_INSYNC_NEEDED)
  setting('cleanup.policy', spec.cleanup)
  setting('retention.ms', '-1')
  setting('retention.bytes', '-1')
  setting('unclean.leader.election.enable', 'false')
  setting('max.message.bytes', String(MESSAGE_BYTES_MAX), (value) => Number(value) >= MESSAGE_BYTES_MAX)
  // A broker before 3.6 knows no such setting, and takes any time.
  setting('message.timestamp.after.max.ms', TIMESTAMP_AHEAD_MS_NEEDED, (value) => value === TIMESTAMP_AHEAD_MS_NEEDED || value === UNKNOWN)
  // With one copy the disk is all there is; with three, Kafka's replication is the durability and flushing is left to the system.
  if (replicationFactor === 1) setting('flush.messages', '1')
  return problems
}

const alter = (topic: string, name: string, value: string) =>
  `kafka-configs.sh --bootstrap-server BROKER --alter --entity-type topics --entity-name ${topic} --add-config ${name}=${value}`
