import { describe, expect, it } from 'vitest'
import { EventLogAddressError, LogUnreachableError, openEventLog } from './open-event-log.ts'

describe('opening the event log', () => {
  it.each([
    ['nothing is configured', {}, 'No event log is configured. Set KAFKA_BROKERS'],
    ['the list of brokers is empty', { kafkaBrokers: [] }, 'No event log is configured.'],
    ['a broker has no port', { kafkaBrokers: ['kafka-1:9092', 'kafka-2'] }, 'KAFKA_BROKERS contains "kafka-2"; needed is a comma-separated list of host:port'],
  ])('says what to set when %s', async (_, address, message) => {
    const error = await openEventLog({ ...address, clientId: 'test' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(EventLogAddressError)
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) })
  })

  it('says which address did not answer', async () => {
    const error = await openEventLog({ kafkaBrokers: ['127.0.0.1:1'], clientId: 'test' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LogUnreachableError)
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('127.0.0.1:1 did not answer') })
  })
})
