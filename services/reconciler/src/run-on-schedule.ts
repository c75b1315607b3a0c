import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { countWindowStates } from '@rollcall/store/reconcile/count-windows'
import { readProgress } from '@rollcall/store/reconcile/read-progress'
import type { Logger } from '@rollcall/telemetry/create-logger'
import cron from 'node-cron'
import { type AccountStatus, afterRun, newAccountStatus } from './account-status.ts'
import { CHECK_EVERY_MS, checkAccount } from './check-account.ts'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { RunResult } from './run-result.ts'

export interface Schedule {
  statuses(): readonly AccountStatus[]
  /** Fires no more and waits for the runs under way, which end by the signal. */
  stop(): Promise<void>
}

/**
 * Fires every account's run at each slot of the expression; a run that is still going swallows the slots it covers (noOverlap).
 * node-cron only reports a slot that it missed: nothing is lost by it, since what is due stays due.
 */
export const runOnSchedule = (
  accounts: readonly ReconcilerDeps[],
  options: { readonly expression: string; readonly owner: string; readonly logger: Logger; readonly signal: AbortSignal },
): Schedule => {
  const running = new Set<Promise<void>>()
  const schedules = accounts.map((deps) => {
    const account = reconcileRepeatedly(deps, options)
    const task = cron.schedule(
      options.expression,
      async ({ date }) => {
        const slot = account.runSlot(date.getTime())
        running.add(slot)
        await slot.finally(() => running.delete(slot))
      },
      { name: `reconcile ${deps.account}`, timezone: 'Asia/Kolkata', noOverlap: true },
    )
    task.on('execution:missed', () => options.logger.warn({ event: 'run.missed', account: deps.account }, 'a slot passed without a run'))
    return { task, account }
  })
  return {
    statuses: () => schedules.map(({ account }) => account.status()),
    stop: async () => {
      for (const { task } of schedules) await task.destroy()
      await Promise.all(running)
    },
  }
}

/** One account's runs, and what they add up to. A slot never rejects: the next one tries again. */
const reconcileRepeatedly = (deps: ReconcilerDeps, { owner, logger, signal }: { readonly owner: string; readonly logger: Logger; readonly signal: AbortSignal }) => {
  let status = newAccountStatus(deps.account)
  let checkedAt = Number.NEGATIVE_INFINITY

  const run = async (plannedAt: number): Promise<RunResult | Error> => {
    try {
      if (performance.now() - checkedAt >= CHECK_EVERY_MS) {
        checkedAt = performance.now()
        await checkAccount(deps, signal)
      }
      return await reconcileAccount(deps, { kind: 'cron', plannedAt, range: null, lanes: ALL_LANES }, owner, signal)
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  return {
    status: () => status,
    runSlot: async (plannedAt: number): Promise<void> => {
      if (signal.aborted) return
      const result = await run(plannedAt)
      logRun(logger, deps.account, result)
      status = afterRun(status, result, deps.clock())
      // Without the database the figures stay as they were; that the run failed is counted already.
      const [windows, progress] = await Promise.all([countWindowStates(deps.pool, deps.account, null), readProgress(deps.pool, deps.account)]).catch(() => [null, null] as const)
      if (windows !== null) status = { ...status, windows, oldestUnclosedWindow: progress.oldestUnclosed, lastSuccessAt: progress.lastSuccessAt }
    },
  }
}

const logRun = (logger: Logger, account: string, result: RunResult | Error): void => {
  if (result instanceof Error) {
    logger.error({ event: 'run.failed', account, err: result }, 'run failed; the next slot tries again')
    return
  }
  if (result.outcome === 'lease-held' || (result.outcome === 'complete' && result.scans === 0)) return
  const { reports: _reports, ...told } = result
  logger[result.outcome === 'complete' ? 'info' : 'warn']({ event: 'run.ended', account, ...told }, 'run ended')
}
