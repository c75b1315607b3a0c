import { OperatorError } from '@rollcall/service/operator-error'
import type { Logger } from '@rollcall/telemetry/create-logger'
import cron from 'node-cron'
import { type RunResult, reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** What the schedule has done, for `/statusz` and readiness. */
export interface ScheduleStatus {
  readonly account: string
  lastRun: RunResult | null
  lastError: string | null
  runs: number
}

/**
 * Fires every account's run at each slot of the expression; a run that is still going swallows the slots it covers (noOverlap).
 * node-cron only reports a slot that it missed: nothing is lost by it, since what is due stays due.
 */
export const runOnSchedule = (
  accounts: readonly ReconcilerDeps[],
  options: { readonly expression: string; readonly owner: string; readonly logger: Logger; readonly signal: AbortSignal },
): { readonly statuses: readonly ScheduleStatus[]; stop(): Promise<void> } => {
  const { expression, owner, logger, signal } = options
  if (!cron.validate(expression))
    throw new OperatorError(
      `RECONCILE_CRON is ${JSON.stringify(expression)}; needed is a cron expression of five or six fields, such as */20 * * * * *. Set the environment variable RECONCILE_CRON.`,
    )
  const tasks = accounts.map((deps) => {
    const status: ScheduleStatus = { account: deps.account, lastRun: null, lastError: null, runs: 0 }
    const task = cron.schedule(expression, async ({ date }) => runSlot(deps, status, date.getTime(), owner, logger, signal), {
      name: `reconcile ${deps.account}`,
      timezone: 'Asia/Kolkata',
      noOverlap: true,
    })
    task.on('execution:missed', () => logger.warn({ event: 'run.missed', account: deps.account }, 'a slot passed without a run'))
    return { task, status }
  })
  return {
    statuses: tasks.map(({ status }) => status),
    stop: async () => {
      for (const { task } of tasks) await task.destroy()
    },
  }
}

const runSlot = async (deps: ReconcilerDeps, status: ScheduleStatus, plannedAt: number, owner: string, logger: Logger, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  try {
    const result = await reconcileAccount(deps, { kind: 'cron', plannedAt, range: null }, owner, signal)
    status.lastRun = result
    status.lastError = null
    if (result.outcome !== 'lease-held' && result.scans > 0) logger.info({ event: 'run.ended', account: deps.account, ...result }, 'run ended')
  } catch (error) {
    status.lastError = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    logger.error({ event: 'run.failed', account: deps.account, err: error }, 'run failed; the next slot tries again')
  } finally {
    status.runs += 1
  }
}
