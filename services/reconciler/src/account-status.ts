import type { Instant } from '@rollcall/domain/time'
import type { Watermark } from '@rollcall/domain/window/watermark'
import type { Readiness } from '@rollcall/service/health-answer'
import type { AuditBacklog } from '@rollcall/store/reconcile/read-audit-backlog'
import type { ScheduleRow } from '@rollcall/store/reconcile/schedules'
import type { WatchedBackfill } from './look-at-cliff.ts'
import type { RunResult } from './run-result.ts'

/** Runs in a row without any success after which an account counts as not reconciled. */
export const FAILED_RUNS_MAX = 3

/** A pass is shed again and again until a later one takes its place, within minutes. */
const SHED_LATELY_MAX = 20

/** What the schedule has done for one account: for `/statusz`, `/readyz` and metrics. Counts are since the process started. */
export interface AccountStatus {
  readonly account: string
  readonly runs: Readonly<Record<string, number>>
  /** By lane and outcome, as `trailing complete`. */
  readonly scans: Readonly<Record<string, number>>
  readonly callsFound: number
  readonly webhooksMissing: number
  /** Trailing passes that were left out so that what matters more was in time. */
  readonly passesShed: number
  /** The newest of them, so that none counts twice. */
  readonly shedLately: readonly string[]
  /** For how long some age that is swept for long calls had not been looked at, when it was last planned. */
  readonly sweepAgeMs: number
  /** Runs in a row that failed, or in which no scan at all succeeded. */
  readonly failuresInARow: number
  /** What Exotel, or whoever answers in its place, refuses until a person acts; null while it answers. */
  readonly refusal: string | null
  readonly lastRun: { readonly outcome: string; readonly reason: string | null; readonly endedAt: Instant } | null
  /** Of the account, whoever reconciles it. */
  readonly windows: Readonly<Record<string, number>>
  readonly oldestUnclosedWindow: Instant | null
  /** How far the account's windows are closed without a gap, and what holds it. */
  readonly watermark: Watermark
  /** Audit records that wait to be published. */
  readonly audit: AuditBacklog
  readonly lastSuccessAt: Instant | null
  /** What became of the slots of its schedules, since they were first seen. */
  readonly schedules: readonly ScheduleRow[]
  /** No webhook comes since then, though calls should have told of themselves. */
  readonly webhooksSilentSince: Instant | null
  /** Those that are not read to their end. */
  readonly backfills: readonly WatchedBackfill[]
}

export const newAccountStatus = (account: string): AccountStatus => ({
  account,
  runs: {},
  scans: {},
  callsFound: 0,
  webhooksMissing: 0,
  passesShed: 0,
  shedLately: [],
  sweepAgeMs: 0,
  failuresInARow: 0,
  refusal: null,
  lastRun: null,
  windows: {},
  oldestUnclosedWindow: null,
  watermark: { at: null, heldBy: null },
  audit: { waiting: 0, oldestAt: null },
  lastSuccessAt: null,
  schedules: [],
  webhooksSilentSince: null,
  backfills: [],
})

/** The status after a run; `Error` for one that failed. */
export const afterRun = (status: AccountStatus, result: RunResult | Error, endedAt: Instant): AccountStatus => {
  if (result instanceof Error) {
    const reason = `${result.name}: ${result.message}`
    return { ...status, runs: counted(status.runs, 'failed'), failuresInARow: status.failuresInARow + 1, lastRun: { outcome: 'failed', reason, endedAt } }
  }
  const runs = counted(status.runs, result.outcome)
  // Another reconciler works, or this one was told to stop: neither speaks for or against the account.
  if (result.outcome === 'lease-held') return { ...status, runs, failuresInARow: 0, refusal: null, lastRun: { outcome: result.outcome, reason: null, endedAt } }
  const { outcome, stopReason, reports, sweepAgeMs } = result
  const shed = result.passesShed.map(({ from, pass }) => `${new Date(from).toISOString()} ${pass}`).filter((pass) => !status.shedLately.includes(pass))
  const isFutile = outcome === 'gaps-remain' && !reports.some((report) => report.outcome === 'complete')
  const refused = reports.find((report) => report.trouble === 'refused')
  return {
    ...status,
    runs,
    scans: reports.reduce((scans, report) => counted(scans, `${report.lane} ${report.outcome}`), status.scans),
    callsFound: status.callsFound + result.callsFound,
    webhooksMissing: status.webhooksMissing + result.webhooksMissing,
    passesShed: status.passesShed + shed.length,
    shedLately: [...status.shedLately, ...shed].slice(-SHED_LATELY_MAX),
    sweepAgeMs,
    failuresInARow: isFutile ? status.failuresInARow + 1 : 0,
    // Runs that asked nothing say nothing of it.
    refusal: refused?.reason ?? (reports.length > 0 ? null : status.refusal),
    lastRun: { outcome, reason: stopReason, endedAt },
  }
}

/** Ready unless an account is refused or keeps failing; the reason names it. */
export const readinessOf = (statuses: readonly AccountStatus[]): Readiness => {
  for (const { account, refusal, failuresInARow, lastRun } of statuses) {
    if (refusal !== null) return { ready: false, reason: `account ${account}: ${refusal}` }
    if (failuresInARow >= FAILED_RUNS_MAX) return { ready: false, reason: `account ${account}: the last ${failuresInARow} runs failed: ${lastRun?.reason ?? 'no reason known'}` }
  }
  return { ready: true }
}

const counted = (counts: Readonly<Record<string, number>>, name: string): Readonly<Record<string, number>> => ({ ...counts, [name]: (counts[name] ?? 0) + 1 })
