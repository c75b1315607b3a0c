import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDayMeasurer } from '@rollcall/audit/keep/measure-days'
import type { Subject } from '@rollcall/audit-web/testing/views'
import { SCOPES } from '@rollcall/contracts/audit-api/session'
import { TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { issueToken } from '@rollcall/store/audit/issue-token'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { startAudit } from '../bench/export/start-audit.ts'
import { seedPage } from './seed-page.ts'

const STATEMENT_MS_MAX = 600_000

export interface SeededPage {
  /** Where the page is; ends with a slash. */
  readonly url: string
  /** Of all scopes and accounts. */
  readonly token: string
  readonly subject: Subject
  /** Stops the servers and removes what they wrote. */
  stop(): Promise<void>
}

/** The audit service as it is built, a process of its own between a Postgres and an embedded log, with an account that has most of a year behind it. @throws Error where something does not start; nothing is left running then. */
export const startSeededPage = async (onLine: (line: string) => void, signal: AbortSignal): Promise<SeededPage> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-page-'))
  // Under root Postgres runs as another user, who must be able to enter.
  await chmod(directory, 0o755)
  const stops: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })]
  const stop = async (): Promise<void> => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next()
  }
  try {
    const { databaseUrl, stop: stopPostgres } = await startPostgres({ directory: join(directory, 'postgres'), onLine, signal })
    stops.push(stopPostgres)
    await migrate(databaseUrl)
    const pool = createPool({ databaseUrl, applicationName: 'rollcall-seed', max: 2, statementMsMax: STATEMENT_MS_MAX })
    stops.push(() => pool.end())
    const log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
    stops.push(() => log.close())
    await log.ensureTopics(TOPICS)
    const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
    stops.push(served.close)

    const now = Date.now()
    const keeperDirectory = join(directory, 'keeper')
    const subject = await seedPage({ pool, log, keeperDirectory }, now, onLine)
    await createDayMeasurer(pool, () => now).measureOnce(signal)
    const { token } = await issueToken(pool, { subject: 'Asha, internal audit', scopes: SCOPES, accounts: null, days: 1, now }, async () => {})
    const auditDirectory = join(directory, 'audit')
    await mkdir(auditDirectory)
    const audit = await startAudit({ log: { EMBEDDED_LOG_URL: served.url }, databaseUrl, directory: auditDirectory, keeperDirectory, signal })
    stops.push(audit.stop)
    return { url: `${audit.url}/`, token, subject, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
