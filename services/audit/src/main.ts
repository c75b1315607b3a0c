import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { HOUR, SECOND } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { preflight } from '@rollcall/event-log/preflight'
import { openAdminServer } from '@rollcall/service/admin-server'
import { installedSoftware } from '@rollcall/service/installed-software'
import { parseConfig } from '@rollcall/service/parse-config'
import { runService } from '@rollcall/service/run-service'
import { askFirst } from '@rollcall/store/ask-first'
import { checkAuditRole, checkWriterRole } from '@rollcall/store/audit/check-audit-role'
import { AUDIT_WRITER_ROLE } from '@rollcall/store/audit/fold-audit'
import { listAuditedAccounts } from '@rollcall/store/audit/list-audited-accounts'
import { AUDIT_API_ROLE } from '@rollcall/store/audit/read-as'
import { findToken } from '@rollcall/store/audit/tokens'
import { checkRole } from '@rollcall/store/check-role'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { checkLog } from '@rollcall/store/projection/check-log'
import { prometheusText } from '@rollcall/telemetry/prometheus-text'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { EXPORTS_AT_ONCE } from './answers/exports.ts'
import { createHandlers } from './answers/handlers.ts'
import { createAuthenticate } from './auth/authenticate.ts'
import { checkStaticToken } from './auth/check-static-token.ts'
import { createFailureLimit } from './auth/failure-limit.ts'
import { jwtChecker } from './auth/jwt-checker.ts'
import { AuditConfig } from './config.ts'
import { createCursors } from './cursor.ts'
import { readAssets } from './http/assets.ts'
import { createAuditServer } from './http/audit-server.ts'
import { documents } from './http/documents.ts'
import { listenOn } from './http/listen-on.ts'
import { needsSecureCookies } from './http/needs-secure-cookies.ts'
import { FILE_MS_MAX } from './http/send-file.ts'
import { createAuditFolder } from './keep/audit-folder.ts'
import { keepGoing } from './keep/keep-going.ts'
import { createDayMeasurer } from './keep/measure-days.ts'
import { createRecorder } from './keep/record-action.ts'
import { createFoldWatch, observeFold } from './keep/watch-fold.ts'
import { keptKey } from './kept-key.ts'
import { createKnownAccounts } from './known-accounts.ts'
import { observeAnswers } from './observe-answers.ts'

/** Reading at most this many questions at once; the others wait, and are refused after a few seconds. */
const READERS = 8
const KEEPERS = 2
/** One folds all the time, and one for whoever waits to see what they did. */
const WRITERS = 2
/** Nobody waits longer for a page, and no question may keep the database from what keeps the RPO. */
const STATEMENT_MS_MAX = 5_000
const KEEPER_STATEMENT_MS_MAX = 60_000
/** Some windows are read in one; between two of them the transaction waits for whoever takes the file. */
const EXPORT_STATEMENT_MS_MAX = 30_000
const FOLD_WAIT_MS = 2_000
const MEASURE_EVERY_MS = 10 * SECOND
const CHECK_EVERY_MS = HOUR
const PAGE = fileURLToPath(new URL('../web/dist/page/', import.meta.url))
const clock = Date.now
const monotonic = () => performance.now()

await runService({
  name: 'audit',
  start: async (context) => {
    const config = parseConfig(AuditConfig, process.env)
    const { logger } = context
    logger.level = config.LOG_LEVEL
    const owner = createPool({ databaseUrl: config.DATABASE_URL, applicationName: 'rollcall-audit-keeper', max: KEEPERS, statementMsMax: KEEPER_STATEMENT_MS_MAX })
    context.onStop('database', () => owner.end())
    await askFirst(config.DATABASE_URL, () => checkRole(owner))
    await migrate(config.DATABASE_URL)
    const readers = createPool({
      databaseUrl: config.AUDIT_DATABASE_URL ?? config.DATABASE_URL,
      applicationName: 'rollcall-audit',
      role: AUDIT_API_ROLE,
      max: READERS,
      statementMsMax: STATEMENT_MS_MAX,
    })
    context.onStop('readers', () => readers.end())
    await checkAuditRole(readers)
    const exporters = createPool({
      databaseUrl: config.AUDIT_DATABASE_URL ?? config.DATABASE_URL,
      applicationName: 'rollcall-audit-export',
      role: AUDIT_API_ROLE,
      max: EXPORTS_AT_ONCE,
      statementMsMax: EXPORT_STATEMENT_MS_MAX,
      idleInTransactionMsMax: FILE_MS_MAX,
    })
    context.onStop('exporters', () => exporters.end())
    const writers = createPool({
      databaseUrl: config.DATABASE_URL,
      applicationName: 'rollcall-audit-writer',
      role: AUDIT_WRITER_ROLE,
      max: WRITERS,
      statementMsMax: KEEPER_STATEMENT_MS_MAX,
    })
    context.onStop('writers', () => writers.end())
    await checkWriterRole(writers)
    const log = await openEventLog({ kafkaBrokers: config.KAFKA_BROKERS, embeddedLogUrl: config.EMBEDDED_LOG_URL, clientId: 'rollcall-audit' })
    context.onStop('event log', () => log.close())
    await checkLog(owner, OBSERVATIONS_TOPIC, await log.clusterId())
    await preflight(log, TOPICS, { allowUnsafeTopics: config.ROLLCALL_ALLOW_UNSAFE_TOPICS })

    const folder = createAuditFolder({ log, pool: writers, logger, monotonic })
    const days = createDayMeasurer(owner, clock)
    context.background(
      'fold of the audit topic',
      keepGoing('fold of the audit topic', 0, (signal) => folder.foldOnce(FOLD_WAIT_MS, signal), context),
    )
    context.background('measures of days', keepGoing('measures of days', MEASURE_EVERY_MS, days.measureOnce, context))
    const kept = openKeptLog(config.KEEPER_DIR ?? join(config.ROLLCALL_DATA_DIR, 'keeper'))
    const watch = createFoldWatch({ log, pool: owner, kept, logger, clock })
    context.background('check of the fold', keepGoing('check of the fold', CHECK_EVERY_MS, watch.look, context))
    observeFold(watch, clock)

    const accounts = createKnownAccounts(() => listAuditedAccounts(owner), clock)
    const authenticate = createAuthenticate({
      staticToken: checkStaticToken((sha256) => findToken(readers, sha256), clock),
      jwt: jwtChecker(config, clock, monotonic),
      failures: createFailureLimit(clock),
    })
    const server = createAuditServer({
      handlers: createHandlers({
        pool: readers,
        exporters,
        log,
        kept,
        clock,
        software: installedSoftware(config.ROLLCALL_COMMIT),
        cursors: createCursors(await keptKey(config.ROLLCALL_DATA_DIR)),
        accounts,
        record: createRecorder({ log, folder, clock }),
      }),
      authenticate,
      isAccount: async (account) => (await accounts()).includes(account),
      assets: await readAssets(PAGE, documents()),
      secureCookies: needsSecureCookies(config),
      clock,
      logger,
      onAnswer: observeAnswers(),
    })
    context.onStop('audit server', () => server.close())
    const port = await listenOn(server, config)
    const admin = await openAdminServer({
      host: config.AUDIT_ADMIN_HOST,
      port: config.AUDIT_ADMIN_PORT,
      portSetting: 'AUDIT_ADMIN_PORT',
      ready: () => ({ ready: true }),
      status: () => ({ log: log.description, readers: { total: readers.totalCount, idle: readers.idleCount, waiting: readers.waitingCount }, fold: watch.standing() }),
      metrics: prometheusText,
    })
    context.onStop('admin server', () => admin.close())
    logger.info({ event: 'audit.listening', host: config.AUDIT_HOST, port, adminPort: admin.port }, 'audit API open')
  },
})
