import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { type Clock, HOUR } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import type { ExoPhoneHealth } from '@rollcall/exotel/client/exophones'
import { createExotelClient, type ExoPhonesResult, type ExotelClient } from '@rollcall/exotel/client/exotel-client'
import type { ListFeatures } from '@rollcall/exotel/client/list-features'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { inMemory } from '@rollcall/service/memory-file-system'
import { type Account, readAccounts } from '@rollcall/service/read-accounts'
import { sharedSecrets } from '@rollcall/service/shared-secrets'
import { auditRoleProblem } from '@rollcall/store/audit/check-audit-role'
import { readRole, roleProblems } from '@rollcall/store/check-role'
import { readServerSettings, serverProblems, tellServerProblem } from '@rollcall/store/check-server'
import { readHosts } from '@rollcall/store/ingest-hosts/read-hosts'
import { createPool } from '@rollcall/store/pool'
import { foldedFrom } from '@rollcall/store/projection/check-log'
import { readListFeatures } from '@rollcall/store/reconcile/list-features'
import { readClockAhead } from '@rollcall/store/status/read-clock-ahead'
import { readPendingMigrations } from '@rollcall/store/status/read-pending-migrations'
import { readServer } from '@rollcall/store/status/read-server'
import type { ConnectionConfig } from '../connection/connection-config.ts'
import { databaseAddress } from '../connection/database-address.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import type { AccountFacts, DirectoryFacts, Facts, Found } from './facts.ts'

/** An account is asked once, and a doctor does not wait for retries. */
const API_ATTEMPTS_MAX = 1
/** Asking for more would take longer than a person waits: requests are paced. */
const HEALTHS_ASKED_MAX = 3
/** Whether calls can be listed shows in any range. */
const LISTED_MS = HOUR

/** Looks at everything a service depends on, and changes nothing but to make its folders. Never throws: what fails is a finding. */
export const gatherFacts = async (config: ConnectionConfig, clock: Clock, signal: AbortSignal): Promise<Facts> => {
  const { INGEST_SPOOL_DIR: spool } = config
  const [eventLog, database, accounts, dataDirectory, spoolDirectory] = await Promise.all([
    attempt(() => lookAtLog(config)),
    attempt(() => lookAtDatabase(config.DATABASE_URL, clock)),
    attempt(() => lookAtAccounts(config, clock, signal)),
    attempt(() => lookAtDirectory(config.ROLLCALL_DATA_DIR)),
    spool === undefined ? null : attempt(() => lookAtDirectory(spool)),
  ])
  return { nodeVersion: process.versions.node, eventLog, unsafeTopicsAllowed: config.ROLLCALL_ALLOW_UNSAFE_TOPICS, database, accounts, dataDirectory, spoolDirectory }
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
    return { description: log.description, problems, missingTopics, clusterId: await log.clusterId() }
  } finally {
    await log.close()
  }
}

const lookAtDatabase = async (databaseUrl: string, clock: Clock) => {
  const pool = createPool({ databaseUrl, applicationName: 'rollcall-doctor', max: 1 })
  try {
    const role = await readRole(pool)
    const server = await readServer(pool)
    const clockAheadMs = await readClockAhead(pool, clock)
    return {
      address: databaseAddress(databaseUrl),
      version: server.version,
      role: server.role,
      roleProblems: roleProblems(role),
      serverProblems: serverProblems(await readServerSettings(pool)).map(tellServerProblem),
      foldedFrom: await foldedFrom(pool, OBSERVATIONS_TOPIC).catch(() => null),
      pendingMigrations: await readPendingMigrations(pool),
      clockAheadMs,
      // Where the table is not there yet, the migrations say so.
      ingestSpools: await readHosts(pool).then(
        (hosts) => hosts.length,
        () => null,
      ),
      auditRoleProblem: await auditRoleProblem(pool),
    }
  } catch (error) {
    throw explainDatabaseError(error, databaseUrl)
  } finally {
    await pool.end()
  }
}

const lookAtAccounts = async ({ ROLLCALL_ACCOUNTS_FILE: file, DATABASE_URL }: ConnectionConfig, clock: Clock, signal: AbortSignal) => {
  if (file === undefined) throw new Error('ROLLCALL_ACCOUNTS_FILE is not set; needed is the path of the accounts file')
  const accounts = await readAccounts(file)
  const features = await rememberedFeatures(
    DATABASE_URL,
    accounts.map(({ sid }) => sid),
  )
  return {
    file,
    sharedSecrets: sharedSecrets(accounts),
    accounts: await Promise.all(accounts.map(async (account) => ({ ...(await lookAtAccount(account, clock, signal)), listFeatures: features[account.sid] ?? null }))),
  }
}

/** By account. Nothing where the database does not answer, or is older than this version: that is told elsewhere. */
const rememberedFeatures = async (databaseUrl: string, sids: readonly string[]): Promise<Readonly<Record<string, ListFeatures>>> => {
  const pool = createPool({ databaseUrl, applicationName: 'rollcall-doctor', max: 1 })
  try {
    const known: Record<string, ListFeatures> = {}
    for (const sid of sids) known[sid] = (await readListFeatures(pool, sid)).features
    return known
  } catch {
    return {}
  } finally {
    await pool.end()
  }
}

const lookAtAccount = async (account: Account, clock: Clock, signal: AbortSignal): Promise<Omit<AccountFacts, 'listFeatures'>> => {
  const { sid, baseUrl } = account
  const client = clientOf(account, clock)
  try {
    const check = await client.checkAccount({ signal })
    if (check.kind === 'failed') return { sid, baseUrl, check, list: null, exoPhones: null, health: {} }
    const list = await client.checkList({ from: clock() - LISTED_MS, to: clock() }, { signal })
    const exoPhones = await client.exoPhones({ signal })
    return { sid, baseUrl, check, list, exoPhones, health: await lookAtHealth(client, exoPhones, signal) }
  } finally {
    await client.close()
  }
}

const clientOf = ({ sid, baseUrl, utcOffsetMinutes, apiKey, apiToken, rateLimitPerMinute, rateShare }: Account, clock: Clock): ExotelClient => {
  const budget = createRequestBudget({ ratePerMinute: rateLimitPerMinute * rateShare, monotonic: () => performance.now(), sleep })
  try {
    return createExotelClient({ account: sid, baseUrl, utcOffsetMinutes, apiKey, apiToken, budget, clock, attemptsMax: API_ATTEMPTS_MAX, limitedAttemptsMax: API_ATTEMPTS_MAX })
  } catch (error) {
    throw new Error(`account ${sid}: ${error instanceof Error ? error.message : error}`)
  }
}

/** An account for which the first number has no health has none for the others. */
const lookAtHealth = async (client: ExotelClient, exoPhones: ExoPhonesResult, signal: AbortSignal): Promise<Readonly<Record<string, ExoPhoneHealth>>> => {
  const found: Record<string, ExoPhoneHealth> = {}
  const sids = exoPhones.kind === 'ok' ? exoPhones.exoPhones.flatMap(({ sid }) => sid ?? []) : []
  for (const sid of sids.slice(0, HEALTHS_ASKED_MAX)) {
    const answer = await client.exoPhoneHealth(sid, { signal })
    if (answer.kind === 'failed') break
    found[sid] = answer.health
  }
  return found
}

const lookAtDirectory = async (path: string): Promise<DirectoryFacts> => {
  await mkdir(path, { recursive: true })
  await access(path, constants.W_OK)
  const { bavail, bsize, type } = await statfs(path)
  return { path, freeBytes: bavail * bsize, inMemory: inMemory(type) }
}
