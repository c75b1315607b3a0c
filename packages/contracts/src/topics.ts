/** Names of the topics (design §5). A topic's key, partitions and retention never change; a new shape is a new version. */
export const OBSERVATIONS_TOPIC = 'rollcall.observations.v1'
export const CALLS_TOPIC = 'rollcall.calls.v1'
export const AUDIT_TOPIC = 'rollcall.audit.v1'

export const OBSERVATION_PARTITIONS = 12
