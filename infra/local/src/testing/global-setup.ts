import type { TestProject } from 'vitest/node'
import './provided-context.ts'
import { acquireSharedServers } from './shared-servers.ts'

/**
 * Vitest's global set-up for tests that need servers: `inject('kafkaBrokers')`, `inject('databaseUrl')`, `inject('superuserUrl')`.
 * KAFKA_BROKERS and DATABASE_URL are used instead where given.
 */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const { addresses, release } = await acquireSharedServers(process.env)
  project.provide('kafkaBrokers', addresses.kafkaBrokers)
  project.provide('databaseUrl', addresses.databaseUrl)
  project.provide('superuserUrl', addresses.superuserUrl)
  return release
}
