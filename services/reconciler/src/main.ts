import { TOPICS } from '@rollcall/contracts/topics'
import { closingPolicyOf } from '@rollcall/domain/window/closing-policy'
import { DEFAULT_RULES } from '@rollcall/domain/window/coverage'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { preflight } from '@rollcall/event-log/preflight'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { openAdminServer } from '@rollcall/service/admin-server'
import { OperatorError } from '@rollcall/service/operator-error'
import { parseConfig } from '@rollcall/service/parse-config'
import { type Account, readAccounts } from '@rollcall/service/read-accounts'
import { runService, type ServiceContext } from '@rollcall/service/run-service'
import { checkRole } from '@rollcall/store/check-role'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { prometheusText } from '@rollcall/telemetry/prometheus-text'
import { ReconcilerConfig } from './config.ts'
import { type OnceRequest, parseOnce } from './parse-once.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { runOnSchedule } from './run-on-schedule.ts'
import { EXIT, type OnceSummary, runOnce } from './run-once.ts'

const clock = (): number => Date.now()

await runService({
  name: 'reconciler',
  logs: process.argv[2] === 'once' ? 'stderr' : 'stdout',
  start: async (context) => {
    const once = process.argv[2] === 'once' ? parseOnce(process.argv.slice(3)) : null
    const config = parseConfig(ReconcilerConfig, process.env)
    const accounts = await readAccounts(config.ROLLCALL_ACCOUNTS_FILE)
    const chosen = once === null ? accounts : accounts.filter((account) => account.sid === once.account)
    if (chosen.length === 0)
      throw new OperatorError(
        `--account is ${once?.account}; needed is one of ${accounts.map((account) => account.sid).join(', ')}, the accounts in ${config.ROLLCALL_ACCOUNTS_FILE}`,
      )

    await migrate(config.DATABASE_URL)
    const pool = createPool({ databaseUrl: config.DATABASE_URL, applicationName: 'rollcall-reconciler', max: 4 })
    context.onStop('database', () => pool.end())
    await checkRole(pool)
    const log = await openEventLog({ kafkaBrokers: config.KAFKA_BROKERS, embeddedLogUrl: config.EMBEDDED_LOG_URL, clientId: 'rollcall-reconciler' })
    context.onStop('event log', () => log.close())
    await preflight(log, TOPICS, { allowUnsafeTopics: config.ROLLCALL_ALLOW_UNSAFE_TOPICS })

    const source = `/rollcall/reconciler/${config.RECONCILER_INSTANCE}`
    const deps = chosen.map(
      (account): ReconcilerDeps => ({ account: account.sid, client: clientOf(account, context), log, pool, policy: closingPolicyOf(account), rules: DEFAULT_RULES, clock, source }),
    )
    if (once !== null) return context.finish(await runAndPrint(deps, once, config.RECONCILER_INSTANCE, context.signal))

    const schedule = runOnSchedule(deps, { expression: config.RECONCILE_CRON, owner: config.RECONCILER_INSTANCE, logger: context.logger, signal: context.signal })
    context.onStop('schedule', () => schedule.stop())
    const admin = await openAdminServer({
      host: '127.0.0.1',
      port: config.RECONCILER_ADMIN_PORT,
      portSetting: 'RECONCILER_ADMIN_PORT',
      ready: () => ({ ready: true }),
      status: () => ({ accounts: schedule.statuses }),
      metrics: prometheusText,
    })
    context.onStop('admin server', () => admin.close())
  },
})

function clientOf(account: Account, context: ServiceContext) {
  const budget = createRequestBudget({ ratePerMinute: account.rateLimitPerMinute * account.rateShare, clock, sleep })
  const client = createExotelClient({ account: account.sid, baseUrl: account.baseUrl, apiKey: account.apiKey, apiToken: account.apiToken, budget, clock })
  context.onStop(`client of ${account.sid}`, () => client.close())
  return client
}

/** Runs once, prints the summary (on one line for `--json`), and gives the exit code. */
async function runAndPrint([deps]: readonly ReconcilerDeps[], once: OnceRequest, owner: string, signal: AbortSignal): Promise<number> {
  if (deps === undefined) return EXIT.usage
  const summary = await runOnce(deps, once, owner, signal)
  process.stdout.write(once.json ? `${JSON.stringify(summary)}\n` : renderSummary(summary))
  return summary.exitCode
}

const renderSummary = (summary: OnceSummary): string =>
  Object.entries(summary)
    .map(([name, value]) => `${name}: ${typeof value === 'object' && value !== null ? JSON.stringify(value) : value}\n`)
    .join('')
