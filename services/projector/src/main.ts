import { randomUUID } from 'node:crypto'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { preflight } from '@rollcall/event-log/preflight'
import { openAdminServer } from '@rollcall/service/admin-server'
import { tellParent } from '@rollcall/service/one-shot-teller'
import { parseConfig } from '@rollcall/service/parse-config'
import { runService } from '@rollcall/service/run-service'
import { askFirst } from '@rollcall/store/ask-first'
import { checkRole } from '@rollcall/store/check-role'
import { checkServer } from '@rollcall/store/check-server'
import { migrate } from '@rollcall/store/migrate'
import { checkLog } from '@rollcall/store/projection/check-log'
import { prometheusText } from '@rollcall/telemetry/prometheus-text'
import { checkHourly } from './check/check-hourly.ts'
import { checkLines, exitCodeOf } from './check/check-result.ts'
import { observeChecks } from './check/observe-checks.ts'
import { parseCheck } from './check/parse-check.ts'
import { runCheck } from './check/run-check.ts'
import { ProjectorConfig } from './config.ts'
import { observeProjection } from './observe-projection.ts'
import { openPool } from './open-pool.ts'
import { parseReplay } from './parse-replay.ts'
import { newProjectionStatus } from './projection-status.ts'
import { parseRebuild } from './rebuild/parse-rebuild.ts'
import { rebuildProjection } from './rebuild/rebuild.ts'
import { renderRebuilt } from './rebuild/render-rebuilt.ts'
import { replayDeadLetters } from './replay-dead-letters.ts'
import { runProjection } from './run-projection.ts'
import { summariseReplay } from './summarise-replay.ts'

/** Done, but letters remain (design §10). */
const REMAIN = 3

const ONE_SHOTS: ReadonlySet<string | undefined> = new Set(['rebuild', 'replay', 'check'])

await runService({
  name: 'projector',
  logs: ONE_SHOTS.has(process.argv[2]) ? 'stderr' : 'stdout',
  start: async (context) => {
    const rebuild = process.argv[2] === 'rebuild' ? parseRebuild(process.argv.slice(3)) : null
    const replay = process.argv[2] === 'replay' ? parseReplay(process.argv.slice(3)) : null
    const check = process.argv[2] === 'check' ? parseCheck(process.argv.slice(3), randomUUID) : null
    const config = parseConfig(ProjectorConfig, process.env)
    context.logger.level = config.LOG_LEVEL
    const pool = openPool(config.DATABASE_URL)
    context.onStop('database', () => pool.end())
    // Before anything is made: what a superuser made would not be ours.
    await askFirst(config.DATABASE_URL, () => checkRole(pool))
    for (const warning of await checkServer(pool, { allowUnsafe: config.ROLLCALL_ALLOW_UNSAFE_TOPICS, clock: Date.now })) context.logger.warn({ event: 'server.unsafe' }, warning)
    await migrate(config.DATABASE_URL)
    const address = { kafkaBrokers: config.KAFKA_BROKERS, embeddedLogUrl: config.EMBEDDED_LOG_URL, clientId: 'rollcall-projector' }
    const openLog = () => openEventLog(address)
    const log = await openLog()
    context.onStop('event log', () => log.close())
    // Before any topic is made: a log that is not ours gets none. A rebuild is how an operator changes to another log.
    if (rebuild === null) await checkLog(pool, OBSERVATIONS_TOPIC, await log.clusterId())
    await preflight(log, TOPICS, { allowUnsafeTopics: config.ROLLCALL_ALLOW_UNSAFE_TOPICS })
    if (rebuild !== null) {
      const rebuilt = await rebuildProjection({ log, address, databaseUrl: config.DATABASE_URL, swap: rebuild.swap, signal: context.signal })
      process.stdout.write(rebuild.json ? `${JSON.stringify(rebuilt)}\n` : renderRebuilt(rebuilt))
      return context.finish(rebuilt.equal || rebuild.swap ? 0 : 1)
    }

    if (check !== null) {
      const checked = await runCheck({ log, databaseUrl: config.DATABASE_URL, pool, tell: tellParent(context.logger), signal: context.signal }, check)
      for (const line of checkLines(checked, check.json)) process.stdout.write(`${line}\n`)
      return context.finish(exitCodeOf(checked))
    }

    if (replay !== null) {
      const summary = await summariseReplay(replayDeadLetters(log, pool, replay, context.signal))
      process.stdout.write(`${JSON.stringify(summary)}\n`)
      return context.finish(summary.remaining > 0 || context.signal.aborted ? REMAIN : 0)
    }

    const status = newProjectionStatus()
    observeProjection(status)
    const projecting = runProjection(
      { openLog, pool, instance: config.PROJECTOR_INSTANCE, clock: Date.now, monotonic: () => performance.now(), logger: context.logger, status },
      context.signal,
    )
    context.background('projection', projecting)
    const again = { file: process.execPath, args: [...process.execArgv, process.argv[1] ?? '', 'check', '--random', '--json'], env: process.env }
    const checks = checkHourly({ expression: config.PROJECTOR_CHECK_CRON, pool, logger: context.logger, command: again })
    context.onStop('checks', () => checks.stop())
    observeChecks(checks, Date.now)
    const admin = await openAdminServer({
      host: config.PROJECTOR_ADMIN_HOST,
      port: config.PROJECTOR_ADMIN_PORT,
      portSetting: 'PROJECTOR_ADMIN_PORT',
      ready: () => (status.trouble === null ? { ready: true } : { ready: false, reason: status.trouble }),
      status: () => ({ instance: config.PROJECTOR_INSTANCE, log: log.description, ...status }),
      metrics: prometheusText,
    })
    context.onStop('admin server', () => admin.close())
    // Stopped first: what is under way is committed, and the partitions are given back, while the database is still open.
    context.onStop('projection', () => projecting.catch(() => {}))
    context.logger.info({ event: 'admin.listening', host: config.PROJECTOR_ADMIN_HOST, port: admin.port }, 'admin port open')
  },
})
