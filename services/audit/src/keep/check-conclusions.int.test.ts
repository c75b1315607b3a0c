/** What the reconciler, the projector and the keeper keep of what the audit topic tells: whatever somebody with all rights changes in it is found, and nothing else is. */
import { hash, randomUUID } from 'node:crypto'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { type AuditEntry, subjectOf, type WindowChanged } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { canonicalTime, HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { auditLeafRow, saveAuditLeaves } from '@rollcall/store/certificate/audit-leaves'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from '../testing/installation.ts'
import { seedCertificate, seedCheckpoint } from '../testing/seed-evidence.ts'
import { checkConclusions } from './check-conclusions.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const [RUN, SCAN, LATER_SCAN, CHECK] = Array.from({ length: 4 }, () => randomUUID()) as [string, string, string, string]
const at = (hours: number): string => canonicalTime(FROM + hours * HOUR)
const SHA = 'a'.repeat(64)

const moved = (from: WindowChanged['from'], to: WindowChanged['to'], reason: WindowChanged['reason'], hours: number, scan: string | null): WindowChanged => ({
  type: 'window-changed',
  window: { from: canonicalTime(FROM), to: canonicalTime(FROM + WINDOW_MS) },
  from,
  to,
  reason,
  at: at(hours),
  evidence: {
    scans: scan === null ? [] : [{ scan, startedAt: at(hours), digest: 'd', listed: 3, held: 2, found: 1, unresolved: 0, projectedTo: null }],
    difference: null,
  },
  watermark: null,
})
const FINAL = { state: 'final', scans: [SCAN, SCAN], digest: 'd' } as const
const AMENDED = { state: 'amended', times: 1, scan: LATER_SCAN, digest: 'e' } as const
const ENTRIES: readonly AuditEntry[] = [
  {
    type: 'run',
    run: RUN,
    kind: 'cron',
    plannedAt: at(1),
    startedAt: at(1),
    endedAt: at(2),
    outcome: 'gaps-remain',
    reason: 'one gap',
    tally: { scans: 1, requests: 2, windowsClosed: 3, callsFound: 4, webhooksMissing: 5 },
  },
  {
    type: 'scan',
    scan: SCAN,
    run: RUN,
    lane: 'finalise',
    range: { from: canonicalTime(FROM), to: canonicalTime(FROM + WINDOW_MS) },
    startedAt: at(1),
    endedAt: at(2),
    outcome: 'complete',
    reason: null,
    pages: 1,
    rows: 3,
    requests: 1,
    digest: 'd',
    clockSkewMs: null,
  },
  moved(null, { state: 'open' }, 'made', 0, null),
  moved({ state: 'open' }, FINAL, 'equal-scans', 3, SCAN),
  moved(FINAL, AMENDED, 'listing-differs', 5, LATER_SCAN),
  {
    type: 'day-check',
    check: CHECK,
    day: '2026-01-31',
    seed: null,
    startedAt: at(6),
    endedAt: at(7),
    read: {},
    observations: 9,
    refused: 0,
    told: { calls: 2, sha256: SHA },
    stored: { calls: 1, sha256: SHA },
    differing: 1,
    differences: [{ callSha256: hash('sha256', 'acme|c1'), kind: 'missing', columns: [] }],
  },
]
const [RUN_AT, SCAN_AT, FINAL_AT, AMENDED_AT, CHECK_AT, CERTIFICATE_AT] = [0n, 1n, 3n, 4n, 5n, 6n]

let its: Installation
const append = async (entry: AuditEntry, notedAt: Instant): Promise<void> => {
  const record = toAuditLogRecord({
    id: entry.type === 'day-check' ? entry.check : randomUUID(),
    account: 'acme',
    type: entry.type,
    subject: subjectOf(entry),
    notedAt,
    leaseEpoch: 1n,
    value: JSON.stringify(entry),
  })
  await its.log.append(AUDIT_TOPIC, [record], { deadlineMs: 10_000 })
}
/** As those who told it keep it. */
const ROWS: readonly string[] = [
  `INSERT INTO rollcall.accounts (account, first_window) VALUES ('acme', '${at(0)}')`,
  `INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, ended_at, lease_epoch, outcome, scans, requests, windows_closed, calls_found, webhooks_missing, stop_reason)
   VALUES ('${RUN}', 'acme', 'cron', '${at(1)}', '${at(1)}', '${at(2)}', 1, 'gaps-remain', 1, 2, 3, 4, 5, 'one gap')`,
  // Of one that is under way nothing is told yet.
  `INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, lease_epoch) VALUES (gen_random_uuid(), 'acme', 'cron', '${at(8)}', '${at(8)}', 2)`,
  `INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, pages, requests, calls_listed, digest)
   VALUES ('${SCAN}', '${RUN}', 'acme', 'finalise', '${at(0)}', '${canonicalTime(FROM + WINDOW_MS)}', '${at(1)}', '${at(2)}', 'complete', 1, 1, 3, 'd')`,
  `INSERT INTO rollcall.windows (account, window_from, state, since, detail, reason) VALUES ('acme', '${at(0)}', 'amended', '${at(5)}', '${JSON.stringify(AMENDED)}', 'listing-differs')`,
  `INSERT INTO rollcall.window_history (account, window_from, state, since, detail, reason, replaced_at) VALUES ('acme', '${at(0)}', 'final', '${at(3)}', '${JSON.stringify(FINAL)}', 'equal-scans', '${at(5)}')`,
  ...[
    [SCAN, 3],
    [LATER_SCAN, 5],
  ].map(
    ([
      scan,
      hours,
    ]) => `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at)
      VALUES ('acme', '${at(0)}', '${scan}', '${at(Number(hours))}', 'd', true, 0, 3, 2, 1, '${at(Number(hours))}')`,
  ),
  `INSERT INTO rollcall.day_checks (check_id, account, day, started_at, ended_at, observations, refused, calls_told, calls_stored, told_sha256, stored_sha256, differing, differences)
   VALUES ('${CHECK}', 'acme', '2026-01-31', '${at(6)}', '${at(7)}', 9, 0, 2, 1, '${SHA}', '${SHA}', 1, '[{"callSid":"c1","kind":"missing","columns":[]}]')`,
]

beforeAll(async () => {
  its = await createInstallation(FROM + 10 * HOUR)
  for (const entry of ENTRIES) await append(entry, FROM + 9 * HOUR)
  await seedCertificate(its, 'acme', FROM)
  for (const statement of ROWS) await its.pool.query(statement)
  // Something other than Rollcall wrote this: it has its place all the same.
  await its.log.append(AUDIT_TOPIC, [{ key: 'acme', value: Buffer.from('{}'), headers: { ce_id: 'x' }, timestamp: FROM }], { deadlineMs: 10_000 })
  const records = (await its.log.read(AUDIT_TOPIC, new Map([[0, 0n]]), { maxBytes: 10_000_000, maxWaitMs: 0 })).get(0) ?? []
  await saveAuditLeaves(its.pool, records.map(auditLeafRow))
  await seedCheckpoint(its)
  await its.folder.catchUp(Number.POSITIVE_INFINITY)
})
afterAll(() => its?.close())

const check = () => checkConclusions({ log: its.log, pool: its.pool, kept: openKeptLog(its.keeperDirectory) }, new AbortController().signal)
/** As a superuser does it, and taken back. */
const changed = async (sql: string) => {
  const tx = await its.pool.connect()
  try {
    await tx.query(
      'BEGIN; ALTER TABLE rollcall.window_certificates DISABLE TRIGGER USER; ALTER TABLE rollcall.certified_leaves DROP CONSTRAINT certified_leaves_account_window_from_sequence_fkey',
    )
    await tx.query(sql)
    return await checkConclusions({ log: its.log, pool: tx, kept: openKeptLog(its.keeperDirectory) }, new AbortController().signal)
  } finally {
    await tx.query('ROLLBACK')
    tx.release()
  }
}
const copied = (table: string, changes: object): string =>
  `INSERT INTO rollcall.${table} SELECT (jsonb_populate_record(t, '${JSON.stringify(changes)}')).* FROM rollcall.${table} t WHERE ${table === 'runs' ? 'ended_at IS NOT NULL' : 'true'} LIMIT 1`

describe('what was concluded, against what was told of it', () => {
  it('is as it was told', async () => {
    expect(await check()).toEqual([])
  })

  it.each<readonly [string, string, string, bigint | null, string]>([
    ['a run found fewer calls', 'UPDATE rollcall.runs SET calls_found = 0 WHERE ended_at IS NOT NULL', 'runs', RUN_AT, 'changed'],
    ['a run never was', 'DELETE FROM rollcall.runs', 'runs', RUN_AT, 'missing'],
    ['a run is made up', copied('runs', { run_id: randomUUID() }), 'runs', null, 'invented'],
    ['a scan listed less', 'UPDATE rollcall.scans SET calls_listed = 2', 'scans', SCAN_AT, 'changed'],
    ['a scan never was', 'DELETE FROM rollcall.scans', 'scans', SCAN_AT, 'missing'],
    ['a scan is made up', copied('scans', { scan_id: randomUUID() }), 'scans', null, 'invented'],
    ['a scan listed less of a window that it closed', `UPDATE rollcall.window_scans SET calls_listed = 2 WHERE scan_id = '${SCAN}'`, 'window_scans', FINAL_AT, 'changed'],
    ['what a window was before is another', `UPDATE rollcall.window_history SET detail = jsonb_set(detail, '{digest}', '"x"')`, 'window_history', AMENDED_AT, 'changed'],
    ['it is said to have been so for longer', `UPDATE rollcall.window_history SET since = since - interval '1 hour'`, 'window_history', null, 'changed'],
    ['it is said to have been so for another reason', `UPDATE rollcall.window_history SET reason = 'made'`, 'window_history', null, 'changed'],
    ['a window was something else before, and never was', copied('window_history', { replaced_at: at(4) }), 'window_history', null, 'invented'],
    ['the same stands there twice', copied('window_history', {}), 'window_history', null, 'invented'],
    ['a window was never amended', `UPDATE rollcall.windows SET state = 'final'`, 'windows', null, 'changed'],
    ['it was amended more often', `UPDATE rollcall.windows SET detail = jsonb_set(detail, '{times}', '2')`, 'windows', AMENDED_AT, 'changed'],
    ['it has been so for longer', `UPDATE rollcall.windows SET since = since - interval '1 hour'`, 'windows', null, 'changed'],
    ['a check found other calls', `UPDATE rollcall.day_checks SET differences = '[{"callSid":"c2","kind":"missing","columns":[]}]'`, 'day_checks', CHECK_AT, 'changed'],
    ['a check found nothing', 'UPDATE rollcall.day_checks SET differing = 0', 'day_checks', CHECK_AT, 'changed'],
    ['a check never was', 'DELETE FROM rollcall.day_checks', 'day_checks', CHECK_AT, 'missing'],
    ['a check is made up', copied('day_checks', { check_id: randomUUID() }), 'day_checks', null, 'invented'],
    ['a certificate is another', `UPDATE rollcall.window_certificates SET value = value || ' '`, 'window_certificates', CERTIFICATE_AT, 'changed'],
    ['a certificate is made up', copied('window_certificates', { sha256: SHA, sequence: 2 }), 'window_certificates', null, 'invented'],
    ['calls are said to be of another certificate', 'UPDATE rollcall.certified_leaves SET sequence = 2', 'certified_leaves', null, 'changed'],
    ['a record is said to stand elsewhere', 'UPDATE rollcall.audit_leaves SET leaf = 100 WHERE leaf = 1', 'audit_leaves', SCAN_AT, 'missing'],
    ['a place is made up', copied('audit_leaves', { leaf: 1000 }), 'audit_leaves', 1000n, 'invented'],
    ['a record is said to be of another', `UPDATE rollcall.audit_leaves SET subject = 'x' WHERE leaf = 2`, 'audit_leaves', 2n, 'changed'],
    ['what was signed for last is noted nowhere', 'DELETE FROM rollcall.audit_leaves WHERE leaf = 7', 'audit_leaves', 7n, 'missing'],
    ['an account began later', `UPDATE rollcall.accounts SET first_window = first_window + interval '1 hour'`, 'accounts', null, 'changed'],
    ['an account is gone', 'DELETE FROM rollcall.accounts', 'accounts', null, 'missing'],
  ])('shows where %s', async (_, sql, table, logOffset, what) => {
    expect(await changed(sql)).toContainEqual({ table, logOffset, what })
  })

  it('is let be while a window moves and nobody was told yet', async () => {
    const state = `UPDATE rollcall.windows SET state = 'final'`
    expect(await changed(state)).toHaveLength(1)
    const waiting = `INSERT INTO rollcall.audit_outbox (account, type, subject, noted_at, lease_epoch, value) VALUES ('acme', 'window-changed', '${canonicalTime(FROM)}', now(), 1, '')`
    expect(await changed(`${state}; ${waiting}`)).toEqual([])
  })

  it('is let be where it was told and is not folded yet', async () => {
    const again = { ...AMENDED, times: 2 }
    await append(moved(AMENDED, again, 'listing-differs', 9, null), FROM + 9 * HOUR + MINUTE)
    const history = `INSERT INTO rollcall.window_history SELECT account, window_from, state, since, detail, reason, '${at(9)}' FROM rollcall.windows`
    const now = `UPDATE rollcall.windows SET detail = '${JSON.stringify(again)}'`
    expect(await changed(`${history}; ${now}`)).toEqual([])
    await its.pool.query(`${history}; ${now}`)
    expect(await check()).toEqual([])
    await its.folder.catchUp(Number.POSITIVE_INFINITY)
    expect(await check()).toEqual([])
    expect(await changed(`UPDATE rollcall.windows SET detail = '${JSON.stringify(AMENDED)}'`)).toEqual([{ table: 'windows', logOffset: 8n, what: 'changed' }])
  })
})
