import { describeCluster } from '@rollcall/event-log/kafka/describe-cluster'
import { describe, expect, inject, it } from 'vitest'
import './provided-context.ts'

describe('the servers of a test run', () => {
  it.skipIf(!process.env.CI && inject('kafkaBrokers') === '')('are a Kafka that answers', async () => {
    expect((await describeCluster(inject('kafkaBrokers').split(','))).brokers).toBeGreaterThan(0)
  })
  it('are a Postgres of which tests get both roles', () => {
    expect(new URL(inject('databaseUrl')).protocol).toMatch(/^postgres(ql)?:$/)
    expect(new URL(inject('superuserUrl')).protocol).toMatch(/^postgres(ql)?:$/)
  })
})
