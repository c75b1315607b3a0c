import type { Clock } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import type { WindowState } from '@rollcall/domain/window/window-state'
import type { BreakerSnapshot } from '@rollcall/exotel/client/circuit-breaker'
import type { BudgetSnapshot } from '@rollcall/exotel/client/request-budget'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { AccountStatus } from './account-status.ts'
import type { RpoStatus } from './watch-capacity.ts'

/** One account as metrics see it. */
export interface ObservedAccount {
  readonly status: AccountStatus
  /** Its share of the rate limit, and what was spent of it since the process started. */
  readonly budget: BudgetSnapshot
  /** Whether Exotel is left alone for now. */
  readonly breaker: BreakerSnapshot
  readonly skewMs: number | null
  /** Whether the budget suffices for the RPO; null before anybody looked. */
  readonly rpo: RpoStatus | null
}

/** Shows what reconciliation has done and how far it is behind, whenever metrics are read. */
export const observeReconciler = (accounts: () => readonly ObservedAccount[], clock: Clock): void => {
  const startedAt = clock()
  const counter = (name: string, description: string) => meter().createObservableCounter(name, { description })
  const gauge = (name: string, description: string) => meter().createObservableGauge(name, { description })

  counter(METRICS.reconcilerRuns, 'Runs, by outcome').addCallback((result) => {
    for (const { status } of accounts()) for (const [outcome, count] of Object.entries(status.runs)) result.observe(count, { account: status.account, outcome })
  })
  counter(METRICS.reconcilerSlots, 'Slots of the schedules, by what became of them').addCallback((result) => {
    for (const { status } of accounts())
      for (const { group, onTime, late, coalesced, missed } of status.schedules)
        for (const [outcome, count] of Object.entries({ 'on-time': onTime, late, coalesced, missed })) result.observe(count, { account: status.account, group, outcome })
  })
  gauge(METRICS.reconcilerSlotOverdueSeconds, 'How long a run that should have begun has not').addCallback((result) => {
    for (const { status } of accounts()) for (const { group, nextSlot } of status.schedules) result.observe(secondsSince(nextSlot), { account: status.account, group })
  })
  gauge(METRICS.historyCallsAtRisk, 'Calls that Exotel will forget before they are read, about').addCallback((result) => {
    for (const { status } of accounts())
      result.observe(
        sum(status.backfills, ({ risk }) => risk?.callsLost ?? 0),
        { account: status.account },
      )
  })
  gauge(METRICS.historyUnreadSeconds, 'Time that backfills have still to read').addCallback((result) => {
    for (const { status } of accounts()) result.observe(sum(status.backfills, ({ to, readTo }) => to - readTo) / SECOND, { account: status.account })
  })
  counter(METRICS.reconcilerScans, 'Reads of the call list, by lane and outcome').addCallback((result) => {
    for (const { status } of accounts())
      for (const [key, count] of Object.entries(status.scans)) {
        const [lane = '', outcome = ''] = key.split(' ')
        result.observe(count, { account: status.account, lane, outcome })
      }
  })
  counter(METRICS.reconcilerRequests, 'Requests sent to Exotel').addCallback((result) => {
    for (const { status, budget } of accounts()) result.observe(budget.taken, { account: status.account })
  })
  gauge(METRICS.exotelAvailable, '0 while Exotel is left alone because it failed too often').addCallback((result) => {
    for (const { status, breaker } of accounts()) result.observe(breaker.state === 'closed' ? 1 : 0, { account: status.account })
  })
  gauge(METRICS.exotelRatePerMinute, 'Requests that may be sent in a minute').addCallback((result) => {
    for (const { status, budget } of accounts()) {
      result.observe(budget.configuredPerMinute, { account: status.account, rate: 'configured' })
      result.observe(budget.ratePerMinute, { account: status.account, rate: 'current' })
    }
  })
  counter(METRICS.exotelSlowdowns, 'How often Exotel made us slow down').addCallback((result) => {
    for (const { status, budget } of accounts()) result.observe(budget.slowdowns, { account: status.account })
  })
  gauge(METRICS.exotelPausedSeconds, 'For how long Exotel wants silence yet').addCallback((result) => {
    for (const { status, budget } of accounts()) result.observe(budget.pausedForMs / SECOND, { account: status.account })
  })
  counter(METRICS.reconcilerCallsFound, 'Calls that no observation had told of').addCallback((result) => {
    for (const { status } of accounts()) result.observe(status.callsFound, { account: status.account })
  })
  counter(METRICS.reconcilerWebhooksMissing, 'Expected webhooks judged missing').addCallback((result) => {
    for (const { status } of accounts()) result.observe(status.webhooksMissing, { account: status.account })
  })
  counter(METRICS.reconcilerPassesShed, 'Trailing passes left out so that what matters more was in time').addCallback((result) => {
    for (const { status } of accounts()) result.observe(status.passesShed, { account: status.account })
  })
  gauge(METRICS.reconcilerSweepAgeSeconds, 'For how long some age that is swept for long calls has not been looked at').addCallback((result) => {
    for (const { status } of accounts()) result.observe(status.sweepAgeMs / SECOND, { account: status.account })
  })
  gauge(METRICS.reconcilerWindows, 'Windows, by state').addCallback((result) => {
    for (const { status } of accounts()) for (const state of WINDOW_STATES) result.observe(status.windows[state] ?? 0, { account: status.account, state })
  })
  gauge(METRICS.reconcilerSinceSuccessSeconds, 'Since a run ended without a gap; since the start of the process where none ever did').addCallback((result) => {
    for (const { status } of accounts()) result.observe(secondsSince(status.lastSuccessAt ?? startedAt), { account: status.account })
  })
  gauge(METRICS.reconcilerWebhooksSilent, '1 while no webhook comes though calls should have told of themselves').addCallback((result) => {
    for (const { status } of accounts()) result.observe(status.webhooksSilentSince === null ? 0 : 1, { account: status.account })
  })
  gauge(METRICS.reconcilerOldestUnclosedSeconds, 'Age of the oldest window that is not final; 0 when there is none').addCallback((result) => {
    for (const { status } of accounts()) result.observe(status.oldestUnclosedWindow === null ? 0 : secondsSince(status.oldestUnclosedWindow), { account: status.account })
  })
  gauge(METRICS.reconcilerRpoAtRisk, '1 while finding every call within the RPO takes almost all requests that may be sent, or more').addCallback((result) => {
    for (const { status, rpo } of accounts()) if (rpo !== null) result.observe(rpo.atRisk ? 1 : 0, { account: status.account })
  })
  gauge(METRICS.reconcilerRpoRequestsPerMinute, 'Requests that finding every call within the RPO takes, and that may be sent').addCallback((result) => {
    for (const { status, rpo } of accounts()) {
      if (rpo === null) continue
      result.observe(rpo.neededPerMinute ?? Number.POSITIVE_INFINITY, { account: status.account, requests: 'needed' })
      result.observe(rpo.availablePerMinute, { account: status.account, requests: 'available' })
    }
  })
  gauge(METRICS.reconcilerWatermarkAgeSeconds, 'Age of the watermark: before it every window is final').addCallback((result) => {
    for (const { status } of accounts()) if (status.watermark.at !== null) result.observe(secondsSince(status.watermark.at), { account: status.account })
  })
  gauge(METRICS.auditRecordsWaiting, 'Audit records that are not known to be in rollcall.audit.v1').addCallback((result) => {
    for (const { status } of accounts()) result.observe(status.audit.waiting, { account: status.account })
  })
  gauge(METRICS.auditOldestWaitingSeconds, 'Age of the oldest of them; 0 when none waits').addCallback((result) => {
    for (const { status } of accounts()) result.observe(status.audit.oldestAt === null ? 0 : secondsSince(status.audit.oldestAt), { account: status.account })
  })
  gauge(METRICS.reconcilerClockSkewSeconds, "How far Exotel's clock is ahead of ours").addCallback((result) => {
    for (const { status, skewMs } of accounts()) if (skewMs !== null) result.observe(skewMs / SECOND, { account: status.account })
  })

  function secondsSince(at: number): number {
    return Math.max(0, clock() - at) / SECOND
  }
}

const sum = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((total, item) => total + of(item), 0)

/** A state that no window is in any more is 0, not absent. */
const WINDOW_STATES = ['open', 'settling', 'provisional', 'final', 'amended', 'gap'] as const satisfies readonly WindowState['state'][]
