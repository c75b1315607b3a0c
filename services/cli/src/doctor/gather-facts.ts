import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { TOPICS } from '@rollcall/contracts/topics'
import type { Clock } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { type Account, readAccounts } from '@rollcall/service/read-accounts'
import { readRole, roleProblems } from '@rollcall/store/check-role'
import { createPool } from '@rollcall/store/pool'
import { readPendingMigrations } from '@rollcall/store/status/read-pending-migrations'
import { readServer } from '@rollcall/store/status/read-server'
import type { ConnectionConfig } from '../connection/connection-config.ts'
import { databaseAddress } from '../connection/database-address.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import type { AccountFacts, Facts, Found } from './facts.ts'

/** An account is asked once, and a doctor does not wait for retries. */
const API_ATTEMPTS_MAX = 1

/** Looks at everything a service depends on, and changes nothing but to make the data folder. Never throws: what fails is a finding. */
export const gatherFacts = async (config: ConnectionConfig, clock: Clock, signal: AbortSignal): Promise<Facts> => {
  const [eventLog, database, accounts, dataDirectory] = await Promise.all([
    attempt(() => lookAtLog(config)),
    attempt(() => lookAtDatabase(config.DATABASE_URL, clock)),
    attempt(() => lookAtAccounts(config.ROLLCALL_ACCOUNTS_FILE, clock, signal)),
    attempt(() => lookAtDirectory(config.ROLLCALL_DATA_DIR)),
  ])
  return { nodeVersion: process.versions.node, eventLog, unsafeTopicsAllowed: config.ROLLCALL_ALLOW_UNSAFE_TOPICS, database, accounts, dataDirectory }
}

const attempt = async <T>(look: () => Promise<T>): Promise<Found<T>> => {
  try {
    return { kind: 'found', value: await look() }
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}

const lookAtLog = async ({ KAFKA_BROKERS, EMBEDDED_LOG_URL }: ConnectionConfig) => {
  const log = await openEventLog({ kafkaBrokers: KAFKA_BROKERS, embeddedLogUrl: EMBEDDED_LOG_URL, clientId: 'rollcall-doctor' })
  try {
    const inspections = await log.inspectTopics(TOPICS)
    // A topic without partitions is one that is not there.
    const missingTopics = inspections.filter(({ partitions }) => partitions === 0).map(({ name }) => name)
    const problems = inspections.filter(({ partitions }) => partitions > 0).flatMap(({ name, problems }) => problems.map((problem) => ({ topic: name, ...problem })))
    return { description: log.description, problems, missingTopics }
  } finally {
    await log.close()
  }
}

const lookAtDatabase = async (databaseUrl: string, clock: Clock) => {
  const pool = createPool({ databaseUrl, applicationName: 'rollcall-doctor', max: 1 })
  try {
    const role = await readRole(pool)
    const askedAt = clock()
    const server = await readServer(pool)
    const clockAheadMs = Math.round(server.now - (askedAt + clock()) / 2)
    return {
      address: databaseAddress(databaseUrl),
      version: server.version,
      role: server.role,
      roleProblems: roleProblems(role),
      pendingMigrations: await readPendingMigrations(pool),
      clockAheadMs,
    }
  } catch (error) {
    throw explainDatabaseError(error, databaseUrl)
  } finally {
    await pool.end()
  }
}

const lookAtAccounts = async (file: string | undefined, clock: Clock, signal: AbortSignal) => {
  if (file === undefined) throw new Error('ROLLCALL_ACCOUNTS_FILE is not set; needed is the path of the accounts file')
  const accounts = await readAccounts(file)
  return { file, accounts: await Promise.all(accounts.map((account) => lookAtAccount(account, clock, signal))) }
}

const lookAtAccount = async ({ sid, baseUrl, apiKey, apiToken, rateLimitPerMinute, rateShare }: Account, clock: Clock, signal: AbortSignal): Promise<AccountFacts> => {
  const budget = createRequestBudget({ ratePerMinute: rateLimitPerMinute * rateShare, monotonic: () => performance.now(), sleep })
  const client = createExotelClient({ account: sid, baseUrl, apiKey, apiToken, budget, clock, attemptsMax: API_ATTEMPTS_MAX, limitedAttemptsMax: API_ATTEMPTS_MAX })
  try {
    return { sid, baseUrl, check: await client.checkAccount({ signal }) }
  } finally {
    await client.close()
  }
}

const lookAtDirectory = async (path: string) => {
  await mkdir(path, { recursive: true })
  await access(path, constants.W_OK)
  const { bavail, bsize } = await statfs(path)
  return { path, freeBytes: bavail * bsize }
}
