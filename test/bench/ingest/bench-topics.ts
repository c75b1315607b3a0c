import { OBSERVATION_PARTITIONS } from '@rollcall/contracts/topics'
import { topicSettings } from '@rollcall/event-log/kafka/topic-settings'
import kafkajs, { Kafka, logLevel } from 'kafkajs'

/** Enough brokers for the settings of a replicated topic: those without a flush per write. */
const REPLICATED = 3
const CREATE_MS_MAX = 10_000

/**
 * Topics that all contestants write to, with the settings Rollcall gives its own: `flushed` as on one broker, where every write is on the
 * disk before it is acknowledged, or without that, as on a cluster that relies on its copies.
 */
export const prepareTopics = async (brokers: readonly string[], topics: readonly string[], flushed: boolean): Promise<void> => {
  const admin = new Kafka({ brokers: [...brokers], clientId: 'bench-topics', logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const present = new Set(await admin.listTopics())
    for (const topic of topics) {
      const { config } = topicSettings({ name: topic, partitions: OBSERVATION_PARTITIONS, cleanup: 'delete' }, flushed ? 1 : REPLICATED)
      const configEntries = Object.entries({ ...config, 'min.insync.replicas': '1' }).map(([name, value]) => ({ name, value }))
      if (present.has(topic)) await admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }] })
      else
        await admin.createTopics({
          topics: [{ topic, numPartitions: OBSERVATION_PARTITIONS, replicationFactor: 1, configEntries }],
          timeout: CREATE_MS_MAX,
          waitForLeaders: false,
        })
    }
  } finally {
    await admin.disconnect()
  }
}
