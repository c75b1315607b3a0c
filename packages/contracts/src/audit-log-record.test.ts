import { describe, expect, it } from 'vitest'
import { type AuditRecord, fromAuditLogRecord, toAuditLogRecord } from './audit-log-record.ts'
import { type AuditEntry, type RunEnded, type ScanMade, shortReason, subjectOf, type WindowChanged } from './audit-record.ts'
import type { TokenCreated, TokenRevoked } from './token-action.ts'

const ID = '0193585f-5e5b-7000-8000-000000000001'
const T = '2026-01-31T04:00:00.000Z'
const LATER = '2026-01-31T04:05:00.000Z'

const changed: WindowChanged = {
  type: 'window-changed',
  window: { from: T, to: LATER },
  from: { state: 'provisional', scan: ID, digest: 'a' },
  to: { state: 'final', scans: [ID, ID], digest: 'b' },
  reason: 'equal-scans',
  at: LATER,
  evidence: {
    scans: [{ scan: ID, startedAt: T, digest: 'b', listed: 3, held: 3, found: 1, unresolved: 0, projectedTo: { 0: '9007199254740993', 11: '0' } }],
    difference: { appeared: 1, disappeared: 0, changed: 2 },
  },
  watermark: LATER,
}
const scan: ScanMade = {
  type: 'scan',
  scan: ID,
  run: ID,
  lane: 'finalise',
  range: { from: T, to: LATER },
  startedAt: T,
  endedAt: LATER,
  outcome: 'incomplete',
  reason: 'page 3 was cut off',
  pages: 2,
  rows: 0,
  requests: 4,
  digest: null,
  clockSkewMs: -20,
}
const run: RunEnded = {
  type: 'run',
  run: ID,
  kind: 'cron',
  plannedAt: T,
  startedAt: T,
  endedAt: LATER,
  outcome: 'complete',
  reason: null,
  tally: { scans: 1, requests: 4, windowsClosed: 1, callsFound: 1, webhooksMissing: 0 },
}
const token = { id: '4f2a91c0', subject: 'Asha', scopes: ['audit:read' as const], accounts: ['acme', 'other'], expiresAt: LATER }
const created: TokenCreated = { type: 'token-created', token, at: T, by: 'Ravi' }
const revoked: TokenRevoked = { type: 'token-revoked', token: { ...token, accounts: null }, at: T, by: 'Ravi' }
const recordOf = (entry: AuditEntry): AuditRecord => ({
  id: ID,
  account: 'acme',
  type: entry.type,
  subject: subjectOf(entry),
  notedAt: Date.parse(LATER),
  leaseEpoch: 2n ** 63n - 1n,
  value: JSON.stringify(entry),
})

describe('an audit record', () => {
  it.each([changed, scan, run, created, revoked])('comes back as it went in: $type', (entry) => {
    const record = recordOf(entry)
    expect(fromAuditLogRecord(toAuditLogRecord(record))).toEqual({ id: ID, account: 'acme', leaseEpoch: record.leaseEpoch, entry })
  })

  it('is a CloudEvent that any Kafka client can read, keyed by account, and the same whoever publishes it', () => {
    expect(toAuditLogRecord(recordOf(changed))).toEqual({
      key: 'acme',
      value: new TextEncoder().encode(JSON.stringify(changed)),
      timestamp: Date.parse(LATER),
      headers: {
        ce_specversion: '1.0',
        ce_id: ID,
        ce_type: 'com.rollcall.audit.window-changed',
        ce_source: '/rollcall/reconciler',
        ce_subject: T,
        ce_time: LATER,
        ce_account: 'acme',
        ce_leaseepoch: '9223372036854775807',
        'content-type': 'application/json',
      },
    })
  })

  it.each([created, revoked])('names a token by its id and never holds more of it: $type', (entry) => {
    expect(toAuditLogRecord(recordOf(entry)).headers).toMatchObject({ ce_subject: '4f2a91c0', ce_source: '/rollcall/audit' })
    for (const more of [{ text: 'rca_0123' }, { sha256: 'ab' }])
      expect(() => fromAuditLogRecord(toAuditLogRecord({ ...recordOf(entry), value: JSON.stringify({ ...entry, token: { ...entry.token, ...more } }) }))).toThrow()
  })

  it('holds of a long reason its beginning', () => {
    const reason = shortReason('x'.repeat(5_000))
    expect(fromAuditLogRecord(toAuditLogRecord(recordOf({ ...scan, reason })))).toMatchObject({ entry: { reason } })
    expect(shortReason(null)).toBeNull()
  })

  it.each<[string, object]>([
    ['has another state than there is', { ...changed, to: { state: 'closed' } }],
    ['has another reason than there is', { ...changed, reason: 'because' }],
    ['tells more than an audit record may', { ...run, callSid: 'c1' }],
    ['has a position that is no offset', { ...changed, evidence: { ...changed.evidence, scans: [{ ...changed.evidence.scans[0], projectedTo: { 0: '-1' } }] } }],
  ])('is refused when it %s', (_what, entry) => {
    expect(() => fromAuditLogRecord(toAuditLogRecord({ ...recordOf(changed), value: JSON.stringify(entry) }))).toThrow()
  })

  it('is refused when its headers are not those of one, or name another type', () => {
    const ours = toAuditLogRecord(recordOf(changed))
    for (const [name, value] of [
      ['ce_leaseepoch', 'x'],
      ['ce_type', 'com.rollcall.audit.scan'],
    ] as const)
      expect(() => fromAuditLogRecord({ ...ours, headers: { ...ours.headers, [name]: value } })).toThrow('not an audit record')
    const { ce_id: _id, ...others } = ours.headers
    expect(() => fromAuditLogRecord({ ...ours, headers: others })).toThrow('not an audit record')
  })
})
