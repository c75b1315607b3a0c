import { setTimeout as sleep } from 'node:timers/promises'
import { LANE_GROUPS, type Lane, type LaneGroup } from '@rollcall/domain/schedule/lane'
import type { DueSlots } from '@rollcall/domain/schedule/tally-slots'
import { countWindowStates } from '@rollcall/store/reconcile/count-windows'
import { readAuditBacklog } from '@rollcall/store/reconcile/read-audit-backlog'
import { readProgress } from '@rollcall/store/reconcile/read-progress'
import { readWatermark } from '@rollcall/store/reconcile/read-watermark'
import { readSchedules } from '@rollcall/store/reconcile/schedules'
import type { Logger } from '@rollcall/telemetry/create-logger'
import cron from 'node-cron'
import { type AccountStatus, afterRun, newAccountStatus } from './account-status.ts'
import { CHECK_EVERY_MS, checkAccount } from './check-account.ts'
import { lookAtCliff } from './look-at-cliff.ts'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { RunResult } from './run-result.ts'
import { createSlotRunner } from './slot-runner.ts'
import { SCHEDULE_TIMEZONE } from './slots.ts'

export interface Schedule {
  statuses(): readonly AccountStatus[]
  /** Fires no more and waits for the runs under way, which end by the signal. */
  stop(): Promise<void>
}

/** When the lanes of each group are looked at: cron expressions of five or six fields. */
export type Crons = Readonly<Record<LaneGroup, string>>

export interface ScheduleOptions {
  readonly crons: Crons
  readonly owner: string
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Timers of one moment fire within this. */
const SLOTS_TOGETHER_MS = 25

/**
 * Every slot of a group marks the group as due; the account's one runner takes all that is due into one run. A slot that node-cron
 * could not fire in time, for the process had no breath, is marked when it says so: nothing is lost by it, since what is due stays due.
 */
export const runOnSchedule = (accounts: readonly ReconcilerDeps[], options: ScheduleOptions): Schedule => {
  const { crons, signal } = options
  const schedules = accounts.map((deps) => {
    const account = reconcileRepeatedly(deps, options)
    const runner = createSlotRunner({ run: account.run, gather: () => sleep(SLOTS_TOGETHER_MS, undefined, { signal }).catch(() => {}), signal })
    const tasks = (Object.keys(LANE_GROUPS) as LaneGroup[]).map((group) => {
      const mark = ({ date }: { readonly date: Date }): void => runner.mark(group, Math.floor(date.getTime() / 1_000) * 1_000)
      const task = cron.schedule(crons[group], mark, { name: `${group} ${deps.account}`, timezone: SCHEDULE_TIMEZONE, noOverlap: false, suppressMissedWarning: true })
      task.on('execution:missed', mark)
      return task
    })
    return { tasks, account, runner }
  })
  return {
    statuses: () => schedules.map(({ account }) => account.status()),
    stop: async () => {
      for (const task of schedules.flatMap(({ tasks }) => tasks)) await task.destroy()
      await Promise.all(schedules.map(({ runner }) => runner.idle()))
    },
  }
}

/** One account's runs, and what they add up to. A run never rejects: the next slot tries again. */
const reconcileRepeatedly = (deps: ReconcilerDeps, { crons, owner, logger, signal }: ScheduleOptions) => {
  let status = newAccountStatus(deps.account)
  let checkedAt = Number.NEGATIVE_INFINITY

  const attempt = async (due: readonly DueSlots[]): Promise<RunResult | Error> => {
    try {
      if (performance.now() - checkedAt >= CHECK_EVERY_MS) {
        checkedAt = performance.now()
        await checkAccount(deps, signal)
      }
      const slots = due.map((each) => ({ ...each, expression: crons[each.group] }))
      const lanes = new Set(due.flatMap(({ group }): readonly Lane[] => LANE_GROUPS[group]))
      return await reconcileAccount(deps, { kind: 'cron', plannedAt: Math.min(...due.map(({ first }) => first)), range: null, lanes, slots }, owner, signal)
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  return {
    status: () => status,
    run: async (due: readonly DueSlots[]): Promise<void> => {
      const result = await attempt(due)
      logRun(logger, deps.account, result)
      status = afterRun(status, result, deps.clock())
      // Without the database the figures stay as they were; that the run failed is counted already.
      status = { ...status, ...(await readStanding(deps, status.backfills).catch(() => ({}))) }
    },
  }
}

/** What the database says of the account, whoever reconciled it. */
const readStanding = async (
  deps: ReconcilerDeps,
  before: AccountStatus['backfills'],
): Promise<Pick<AccountStatus, 'windows' | 'oldestUnclosedWindow' | 'lastSuccessAt' | 'watermark' | 'audit' | 'schedules' | 'webhooksSilentSince' | 'backfills'>> => {
  const { pool, account } = deps
  const [windows, progress, watermark, audit, schedules, backfills] = await Promise.all([
    countWindowStates(pool, account, null),
    readProgress(pool, account),
    readWatermark(pool, account),
    readAuditBacklog(pool, account),
    readSchedules(pool, account),
    lookAtCliff(deps, before),
  ])
  const { oldestUnclosed: oldestUnclosedWindow, lastSuccessAt, webhooksSilentSince } = progress
  return { windows, oldestUnclosedWindow, lastSuccessAt, webhooksSilentSince, watermark, audit, schedules, backfills }
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
