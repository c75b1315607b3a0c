import type { ReadAuditRecord } from '@rollcall/contracts/audit-log-record'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import type { ToldColumns, ToldTable } from '@rollcall/store/audit/compare-told-rows'
import { auditLeafRow } from '@rollcall/store/certificate/audit-leaves'

/** A row that a record tells, and where the record stands. */
export interface ToldRow {
  readonly table: ToldTable
  readonly logOffset: bigint
  readonly columns: ToldColumns
}

/** Where a record stands: a row for every record, readable or not. */
export const toldLeaf = (record: StoredRecord): ToldRow => {
  const { leaf, account, type, subject, ceId, valueSha256 } = auditLeafRow(record)
  return { table: 'audit_leaves', logOffset: leaf, columns: { leaf: Number(leaf), account, type, subject, ce_id: ceId, value_sha256: valueSha256 } }
}

/** The rows that others write and this record tells: what the reconciler did and concluded, and what the projector checked. Pure. */
export const toldRows = ({ offset, value }: Pick<StoredRecord, 'offset' | 'value'>, { account, entry }: Pick<ReadAuditRecord, 'account' | 'entry'>): readonly ToldRow[] => {
  const row = (table: ToldRow['table'], columns: ToldColumns): ToldRow => ({ table, logOffset: offset, columns: { account, ...columns } })
  switch (entry.type) {
    case 'run': {
      const { scans, requests, windowsClosed, callsFound, webhooksMissing } = entry.tally
      const times = { planned_at: entry.plannedAt, started_at: entry.startedAt, ended_at: entry.endedAt }
      const tally = { scans, requests, windows_closed: windowsClosed, calls_found: callsFound, webhooks_missing: webhooksMissing }
      return [row('runs', { run_id: entry.run, kind: entry.kind, outcome: entry.outcome, ...times, ...tally, ...reasonOf('stop_reason', entry.reason) })]
    }
    case 'scan': {
      const { pages, requests, rows, digest, clockSkewMs, outcome, lane, range } = entry
      const times = { range_from: range.from, range_to: range.to, started_at: entry.startedAt, ended_at: entry.endedAt }
      const counts = { pages, requests, calls_listed: rows, clock_skew_ms: clockSkewMs }
      return [row('scans', { scan_id: entry.scan, run_id: entry.run, lane, outcome, digest, ...times, ...counts, ...reasonOf('reason', entry.reason) })]
    }
    case 'window-changed': {
      const window = { window_from: entry.window.from }
      const scans = entry.evidence.scans.map(({ scan, startedAt, digest, listed, held, found, unresolved }) =>
        row('window_scans', { ...window, scan_id: scan, started_at: startedAt, digest, unresolved, calls_listed: listed, calls_held: held, calls_found: found }),
      )
      const now = row('windows', { ...window, log_offset: Number(offset), detail: entry.to })
      const before = entry.to.state === 'amended' ? [row('window_history', { ...window, replaced_at: entry.at, detail: entry.from })] : []
      return [...scans, now, ...before]
    }
    case 'certificate': {
      const { sequence, state, at, tree } = entry
      const text = new TextDecoder().decode(value)
      const { valueSha256 } = auditLeafRow({ key: account, headers: {}, value, offset })
      return [
        row('window_certificates', { window_from: entry.window.from, sequence, state, certified_at: at, root: tree.root, leaves: tree.leaves, sha256: valueSha256, value: text }),
      ]
    }
    case 'day-check': {
      const { check, day, seed, observations, refused, told, stored, differing, differences } = entry
      const sides = { calls_told: told.calls, calls_stored: stored.calls, told_sha256: told.sha256, stored_sha256: stored.sha256 }
      const found = { observations, refused, differing, differences }
      return [row('day_checks', { check_id: check, day, seed, started_at: entry.startedAt, ended_at: entry.endedAt, ...sides, ...found })]
    }
    case 'exception-action':
    case 'day-signed':
    case 'token-created':
    case 'token-revoked':
    case 'reveal':
    case 'export':
    case 'erasure':
    case 'keys-changed':
      return []
    default:
      return entry satisfies never
  }
}

/** As told it may be cut short, and what was cut off is told nowhere. */
const reasonOf = (name: string, reason: string | null): ToldColumns => (reason !== null && reason.length >= REASON_CUT_FROM ? {} : { [name]: reason })
const REASON_CUT_FROM = 1_000
