import { type RunEnded, shortReason } from '@rollcall/contracts/audit-record'
import type { Instant } from '@rollcall/domain/time'
import type { EndedRun } from '@rollcall/store/reconcile/runs'

/** The audit record of one run. */
export const runEnded = ({ runId, kind, plannedAt, startedAt, endedAt, outcome, stopReason, tally }: EndedRun): RunEnded => ({
  type: 'run',
  run: runId,
  kind,
  plannedAt: utc(plannedAt),
  startedAt: utc(startedAt),
  endedAt: utc(endedAt),
  outcome,
  reason: shortReason(stopReason),
  tally: { scans: tally.scans, requests: tally.requests, windowsClosed: tally.windowsClosed, callsFound: tally.callsFound, webhooksMissing: tally.webhooksMissing },
})

const utc = (at: Instant): string => new Date(at).toISOString()
