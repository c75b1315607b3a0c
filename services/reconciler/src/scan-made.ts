import { type ScanMade, shortReason } from '@rollcall/contracts/audit-record'
import type { Instant } from '@rollcall/domain/time'
import type { ScanRow } from '@rollcall/store/reconcile/save-scan'

/** The audit record of one scan. */
export const scanMade = (scan: ScanRow): ScanMade => ({
  type: 'scan',
  scan: scan.scanId,
  run: scan.runId,
  lane: scan.lane,
  range: { from: utc(scan.from), to: utc(scan.to) },
  startedAt: utc(scan.startedAt),
  endedAt: utc(scan.endedAt),
  outcome: scan.outcome,
  reason: shortReason(scan.reason),
  pages: scan.pages,
  rows: scan.callsListed,
  requests: scan.requests,
  digest: scan.digest,
  clockSkewMs: scan.clockSkewMs,
})

const utc = (at: Instant): string => new Date(at).toISOString()
