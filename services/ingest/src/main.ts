import cluster from 'node:cluster'
import { openAdminServer } from '@rollcall/service/admin-server'
import { parseConfig } from '@rollcall/service/parse-config'
import { readAccounts } from '@rollcall/service/read-accounts'
import { runService } from '@rollcall/service/run-service'
import { mergePrometheusTexts } from '@rollcall/telemetry/merge-prometheus-texts'
import { prometheusText } from '@rollcall/telemetry/prometheus-text'
import { IngestConfig } from './config.ts'
import { startWorker } from './start-worker.ts'
import { addStatuses } from './workers/add-statuses.ts'
import { answerPrimary } from './workers/answer-primary.ts'
import { startPrimary } from './workers/start-primary.ts'

/*
 * One process receives and serves its own admin port. With INGEST_WORKERS > 1 this process is the primary: it forks workers,
 * which receive on one port, and serves the admin port for all of them.
 */
await runService({
  name: 'ingest',
  start: async (context) => {
    const config = parseConfig(IngestConfig, process.env)
    context.logger.level = config.LOG_LEVEL
    const accounts = await readAccounts(config.ROLLCALL_ACCOUNTS_FILE)
    const admin = { host: config.INGEST_ADMIN_HOST, port: config.INGEST_ADMIN_PORT, portSetting: 'INGEST_ADMIN_PORT' }

    if (cluster.isWorker) {
      const worker = await startWorker(config, accounts, Number(process.env.INGEST_WORKER_INDEX), context)
      answerPrimary(async () => ({ status: worker.status(), ready: worker.ready(), metrics: await prometheusText() }))
      return
    }

    if (config.INGEST_WORKERS === 1) {
      const { status, ready } = await startWorker(config, accounts, 0, context)
      const server = await openAdminServer({ ...admin, ready, status, metrics: prometheusText })
      context.onStop('admin', server.close)
      return
    }

    const primary = startPrimary(config.INGEST_WORKERS, context)
    const server = await openAdminServer({
      ...admin,
      ready: primary.ready,
      status: async () => addStatuses((await primary.reports()).map(({ status }) => status)),
      metrics: async () => mergePrometheusTexts((await primary.reports()).map(({ metrics }) => metrics)),
    })
    context.onStop('admin', server.close)
  },
})
