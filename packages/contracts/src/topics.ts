/** The topics (design §5). A topic's key, partitions and retention never change; a new shape is a new version. */
export const OBSERVATIONS_TOPIC = 'rollcall.observations.v1'
export const CALLS_TOPIC = 'rollcall.calls.v1'
export const AUDIT_TOPIC = 'rollcall.audit.v1'

export const OBSERVATION_PARTITIONS = 12

/** Structurally the TopicSpecs of the event log's port: what every service asks for at its start. */
export const TOPICS = [
  { name: OBSERVATIONS_TOPIC, partitions: OBSERVATION_PARTITIONS, cleanup: 'delete' },
  { name: CALLS_TOPIC, partitions: OBSERVATION_PARTITIONS, cleanup: 'compact' },
  { name: AUDIT_TOPIC, partitions: 1, cleanup: 'delete' },
] as const
