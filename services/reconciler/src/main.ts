import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { schedulePolicyOf } from '@rollcall/domain/schedule/schedule-policy'
import { HOUR } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { preflight } from '@rollcall/event-log/preflight'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { headRecording } from '@rollcall/exotel/client/head-recording'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { openAdminServer } from '@rollcall/service/admin-server'
import { installedSoftware } from '@rollcall/service/installed-software'
import { tellParent } from '@rollcall/service/one-shot-teller'
import { OperatorError } from '@rollcall/service/operator-error'
import { parseConfig } from '@rollcall/service/parse-config'
import { type Account, readAccounts } from '@rollcall/service/read-accounts'
import { runService, type ServiceContext } from '@rollcall/service/run-service'
import { askFirst } from '@rollcall/store/ask-first'
import { checkRole } from '@rollcall/store/check-role'
import { checkServer } from '@rollcall/store/check-server'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { checkLog } from '@rollcall/store/projection/check-log'
import { prometheusText } from '@rollcall/telemetry/prometheus-text'
import { type AccountStatus, readinessOf } from './account-status.ts'
import { PROJECTION_WAIT_MS_MAX } from './await-projection.ts'
import { ReconcilerConfig } from './config.ts'
import { createHostClock } from './host-clock.ts'
import { measureExchanges } from './measure-exchanges.ts'
import { observeReconciler } from './observe-reconciler.ts'
import { observeTimeliness } from './observe-timeliness.ts'
import type { OneShotSurroundings } from './one-shot-surroundings.ts'
import { type BackfillRequest, parseBackfill } from './parse-backfill.ts'
import { type OnceRequest, parseOnce } from './parse-once.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { refuseOverload } from './refuse-overload.ts'
import { refuseUnanswered } from './refuse-unanswered.ts'
import { type BackfillSummary, runBackfill } from './run-backfill.ts'
import { runOnSchedule } from './run-on-schedule.ts'
import { EXIT, type OnceSummary, runOnce } from './run-once.ts'
import { runUntilFinal } from './run-until-final.ts'
import { keepSilence } from './silence.ts'
import { createTroubledWindows } from './troubled-windows.ts'
import { createTurns } from './turns.ts'
import { createVendorClock } from './vendor-clock.ts'
import { createCapacityWatch, watchCapacity } from './watch-capacity.ts'

const clock = (): number => Date.now()
/** A clock that nobody sets. */
const monotonic = (): number => performance.now()

type OneShot = { readonly kind: 'once'; readonly request: OnceRequest } | { readonly kind: 'backfill'; readonly request: BackfillRequest }

/** One-shot commands; without one the process reconciles on its schedule. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => OneShot>> = {
  once: (args) => ({ kind: 'once', request: parseOnce(args) }),
  backfill: (args) => ({ kind: 'backfill', request: parseBackfill(args) }),
}
const command = COMMANDS[process.argv[2] ?? ''] ?? null

await runService({
  name: 'reconciler',
  logs: command === null ? 'stdout' : 'stderr',
  start: async (context) => {
    const once = command?.(process.argv.slice(3)) ?? null
    const config = parseConfig(ReconcilerConfig, process.env)
    const accounts = await readAccounts(config.ROLLCALL_ACCOUNTS_FILE)
    const chosen = once === null ? accounts : accounts.filter((account) => account.sid === once.request.account)
    if (chosen.length === 0)
      throw new OperatorError(
        `--account is ${once?.request.account}; needed is one of ${accounts.map((account) => account.sid).join(', ')}, the accounts in ${config.ROLLCALL_ACCOUNTS_FILE}`,
      )

    const pool = createPool({ databaseUrl: config.DATABASE_URL, applicationName: 'rollcall-reconciler', max: 4 })
    context.onStop('database', () => pool.end())
    await askFirst(config.DATABASE_URL, () => checkRole(pool))
    for (const warning of await checkServer(pool, { allowUnsafe: config.ROLLCALL_ALLOW_UNSAFE_TOPICS, clock })) context.logger.warn({ event: 'server.unsafe' }, warning)
    await migrate(config.DATABASE_URL)
    const log = await openEventLog({ kafkaBrokers: config.KAFKA_BROKERS, embeddedLogUrl: config.EMBEDDED_LOG_URL, clientId: 'rollcall-reconciler' })
    context.onStop('event log', () => log.close())
    await checkLog(pool, OBSERVATIONS_TOPIC, await log.clusterId())
    await preflight(log, TOPICS, { allowUnsafeTopics: config.ROLLCALL_ALLOW_UNSAFE_TOPICS })

    const source = `/rollcall/reconciler/${config.RECONCILER_INSTANCE}`
    const software = installedSoftware(config.ROLLCALL_COMMIT)
    const works = chosen.map((account) => workOn(account, { log, pool, source, software, spoolGivenUpMs: config.SPOOL_GIVEN_UP_HOURS * HOUR }, context))
    for (const { deps } of works) await keepSilence(deps)
    if (once !== null) return context.finish(await runAndPrint(works, once, config.RECONCILER_INSTANCE, context))
    await refuseOverload(works)
    const watches = works.map(({ account, deps }) => createCapacityWatch(deps, account, monotonic))

    const deps = works.map((work) => work.deps)
    const crons = { rpo: config.RECONCILE_CRON, closing: config.RECONCILE_CLOSING_CRON, history: config.RECONCILE_HISTORY_CRON }
    const schedule = runOnSchedule(deps, { crons, owner: config.RECONCILER_INSTANCE, logger: context.logger, signal: context.signal })
    context.onStop('schedule', () => schedule.stop())
    context.background('capacity watch', watchCapacity(watches, { signal: context.signal, sleep }))
    const observed = () =>
      works.map(({ deps: { budget, client, vendorClock } }, nth) => ({
        status: schedule.statuses()[nth] as AccountStatus,
        budget: budget.snapshot(),
        breaker: client.breaker(),
        skewMs: vendorClock.skewMs(),
        rpo: watches[nth]?.status() ?? null,
      }))
    observeReconciler(observed, clock)
    observeTimeliness(deps)
    const admin = await openAdminServer({
      host: '127.0.0.1',
      port: config.RECONCILER_ADMIN_PORT,
      portSetting: 'RECONCILER_ADMIN_PORT',
      ready: () => readinessOf(schedule.statuses()),
      status: () => ({ instance: config.RECONCILER_INSTANCE, crons, log: log.description, accounts: observed() }),
      metrics: prometheusText,
    })
    context.onStop('admin server', () => admin.close())
  },
})

/** What one account needs, with its share of the rate limit. */
interface AccountWork {
  readonly account: Account
  readonly deps: ReconcilerDeps
}

function workOn(account: Account, shared: Pick<ReconcilerDeps, 'log' | 'pool' | 'source' | 'software' | 'spoolGivenUpMs'>, context: ServiceContext): AccountWork {
  const budget = createRequestBudget({ ratePerMinute: account.rateLimitPerMinute * account.rateShare, monotonic, sleep })
  const { sid, baseUrl, utcOffsetMinutes, apiKey, apiToken, recordingHosts } = account
  const host = createHostClock(clock, monotonic)
  const client = createExotelClient({ account: sid, baseUrl, utcOffsetMinutes, apiKey, apiToken, budget, clock: host.now, monotonic, onExchange: measureExchanges(sid) })
  context.onStop(`client of ${account.sid}`, () => client.close())
  const deps = {
    ...shared,
    account: account.sid,
    utcOffsetMinutes,
    client,
    budget,
    policy: schedulePolicyOf(account),
    coverage: coveragePolicyOf(account),
    clock: host.now,
    vendorClock: createVendorClock(host),
    troubledWindows: createTroubledWindows(),
    turns: createTurns(),
    logger: context.logger,
    headRecording: recordingHosts.length === 0 ? null : (url: string, signal: AbortSignal) => headRecording(url, { hosts: recordingHosts, signal }),
    projectionWaitMs: PROJECTION_WAIT_MS_MAX,
  }
  return { account, deps }
}

/** Does what was asked for, prints the summary (on one line for `--json`), and gives the exit code. */
async function runAndPrint([work]: readonly AccountWork[], once: OneShot, owner: string, { signal, logger }: ServiceContext): Promise<number> {
  if (work === undefined) return EXIT.usage
  await refuseUnanswered(work.deps, work.account, signal)
  const summary = await runOneShot(work.deps, once, { owner, tell: tellParent(logger), sleep }, signal)
  process.stdout.write(once.request.json ? `${JSON.stringify(summary)}\n` : renderSummary(summary))
  return summary.exitCode
}

function runOneShot(deps: ReconcilerDeps, once: OneShot, surroundings: OneShotSurroundings, signal: AbortSignal): Promise<OnceSummary | BackfillSummary> {
  if (once.kind === 'backfill') return runBackfill(deps, once.request, surroundings, signal)
  return once.request.untilFinal ? runUntilFinal(deps, once.request, surroundings, signal) : runOnce(deps, once.request, surroundings.owner, signal)
}

function renderSummary(summary: object): string {
  return Object.entries(summary)
    .map(([name, value]) => `${name}: ${typeof value === 'object' && value !== null ? JSON.stringify(value) : value}\n`)
    .join('')
}
