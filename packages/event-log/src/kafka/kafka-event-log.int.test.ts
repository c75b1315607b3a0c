import { describe, inject } from 'vitest'
import { describeEventLog } from '../testing/event-log.contract.ts'
import '../testing/provided-context.ts'
import { openKafkaEventLog } from './kafka-event-log.ts'

const brokers = inject('kafkaBrokers')

describe.skipIf(brokers === '')('with Kafka', () => {
  describeEventLog('Kafka', async () => {
    const log = await openKafkaEventLog({ brokers: brokers.split(','), clientId: 'contract' })
    return { log, close: () => log.close() }
  })
})
