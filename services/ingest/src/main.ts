import cluster from 'node:cluster'
import { openAdminServer } from '@rollcall/service/admin-server'
import { parseConfig } from '@rollcall/service/parse-config'
import { readAccounts } from '@rollcall/service/read-accounts'
import { runService } from '@rollcall/service/run-service'
import { prometheusText } from '@rollcall/telemetry/prometheus-text'
import { IngestConfig } from './config.ts'
import { logConnectionOf } from './log-connection.ts'
import { onHangup } from './on-hangup.ts'
import { refuseDatabase } from './refuse-database.ts'
import { parseReplay } from './replay/parse-replay.ts'
import { replaySpools } from './replay/replay-spools.ts'
import { spoolFolderOf } from './spool/spool-folder-of.ts'
import { startWorker } from './start-worker.ts'
import { answerPrimary } from './workers/answer-primary.ts'
import { startPrimary } from './workers/start-primary.ts'

/** Done, but damaged records are among them (design §10). */
const GAPS_REMAIN = 3
const replaying = process.argv[2] === 'replay'

/*
 * One process receives and serves its own admin port. With INGEST_WORKERS > 1 this process is the primary: it forks workers,
 * which receive on one port, and serves the admin port for all of them. SIGHUP has the accounts file read again. With the argument
 * `replay` it receives nothing and sends again what the spools hold.
 */
const hangup = onHangup()
await runService({
  name: 'ingest',
  logs: replaying ? 'stderr' : 'stdout',
  start: async (context) => {
    const span = replaying ? parseReplay(process.argv.slice(3)) : null
    const config = parseConfig(IngestConfig, process.env)
    context.logger.level = config.LOG_LEVEL
    if (span !== null) {
      const databaseUrl = config.DATABASE_URL
      // What the spools remember is not asked: a replay is how an operator gives a new log what the old one had.
      const log = logConnectionOf(config, 'rollcall-replay', async ({ clusterId }) => {
        if (databaseUrl !== undefined) await refuseDatabase(databaseUrl, clusterId, context.logger)
      })
      context.onStop('log', log.close)
      await log.connect()
      const replay = await replaySpools(spoolFolderOf(config), span, log.append, context.signal)
      process.stdout.write(`${JSON.stringify(replay)}\n`)
      return context.finish(context.signal.aborted ? 1 : replay.damagedBytes > 0 ? GAPS_REMAIN : 0)
    }
    const accounts = await readAccounts(config.ROLLCALL_ACCOUNTS_FILE)

    if (cluster.isWorker) {
      const worker = await startWorker(config, accounts, Number(process.env.INGEST_WORKER_INDEX), context)
      answerPrimary(async () => ({ status: worker.status(), ready: worker.ready(), metrics: await prometheusText() }), worker.rereadAccounts)
      hangup.does(worker.rereadAccounts)
      return
    }
    const host = config.INGEST_WORKERS === 1 ? { ...(await startWorker(config, accounts, 0, context)), metrics: prometheusText } : startPrimary(config.INGEST_WORKERS, context)
    hangup.does(host.rereadAccounts)
    const admin = await openAdminServer({ ...host, host: config.INGEST_ADMIN_HOST, port: config.INGEST_ADMIN_PORT, portSetting: 'INGEST_ADMIN_PORT' })
    context.onStop('admin', admin.close)
    context.logger.info({ event: 'admin.listening', host: config.INGEST_ADMIN_HOST, port: admin.port }, 'admin port open')
  },
})
