import { kafkaClient } from '../kafka/kafka-client.ts'

/** Takes a topic away with all it holds, as an operator might by mistake. */
export const deleteTopic = async (brokers: readonly string[], topic: string): Promise<void> => {
  const admin = kafkaClient({ brokers, clientId: 'rollcall-test' }).admin()
  await admin.connect()
  try {
    await admin.deleteTopics({ topics: [topic] })
  } finally {
    await admin.disconnect()
  }
}
