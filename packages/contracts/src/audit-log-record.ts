import { AuditEntry } from './audit-record.ts'

/** An audit record as it waits to be published, and as it is read back. */
export interface AuditRecord {
  /** ce_id: the same whenever it is published again, by which a repeat is recognised. */
  readonly id: string
  readonly account: string
  /** That of the entry, such as `scan`. */
  readonly type: string
  readonly subject: string
  /** ce_time, epoch milliseconds by our clock: when it was noted, together with what it tells. */
  readonly notedAt: number
  /** Fencing token of the lease under which it was noted; 0 of what needs none: what people did, checks, and other keys. */
  readonly leaseEpoch: bigint
  /** The entry as JSON, verbatim. */
  readonly value: string
}

const TYPE_PREFIX = 'com.rollcall.audit.'
/** Not of the instance: a repeat must have the same, whoever publishes it (CloudEvents 1.0: `source` and `id` together identify an event). */
const SOURCE = '/rollcall/reconciler'
/** Of what people did by the audit API and about its tokens, of what the projector checked, and of the keeper's keys: there is no lease, and so no epoch. */
const AUDIT_SOURCE = '/rollcall/audit'
const OTHER_SOURCES: ReadonlyMap<string, string> = new Map([
  ['exception-action', AUDIT_SOURCE],
  ['reveal', AUDIT_SOURCE],
  ['export', AUDIT_SOURCE],
  ['day-signed', AUDIT_SOURCE],
  ['day-check', '/rollcall/projector'],
  ['keys-changed', '/rollcall/keeper'],
  ['token-created', AUDIT_SOURCE],
  ['token-revoked', AUDIT_SOURCE],
])

/** The record of `rollcall.audit.v1`: CloudEvents 1.0, Kafka binary mode, keyed by account. Structurally a LogRecord of the event log's port. */
export const toAuditLogRecord = ({ id, account, type, subject, notedAt, leaseEpoch, value }: AuditRecord) => ({
  key: account,
  value: new TextEncoder().encode(value),
  headers: {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: TYPE_PREFIX + type,
    ce_source: OTHER_SOURCES.get(type) ?? SOURCE,
    ce_subject: subject,
    ce_time: new Date(notedAt).toISOString(),
    ce_account: account,
    ce_leaseepoch: leaseEpoch.toString(),
    'content-type': 'application/json',
  },
  timestamp: notedAt,
})

/** What a reader needs of one record. */
export interface ReadAuditRecord {
  readonly id: string
  readonly account: string
  readonly leaseEpoch: bigint
  readonly entry: AuditEntry
}

/** @throws when the record is none of ours, or its value is not what its type says. Readers skip an `id` that they have seen. */
export const fromAuditLogRecord = (record: { readonly key: string; readonly value: Uint8Array; readonly headers: Readonly<Record<string, string>> }): ReadAuditRecord => {
  const { ce_id: id, ce_type: type, ce_leaseepoch: epoch } = record.headers
  if (id === undefined || epoch === undefined || !/^\d{1,19}$/.test(epoch)) throw new NotAnAuditRecordError('its headers ce_id and ce_leaseepoch are not those of one')
  const entry = AuditEntry.parse(JSON.parse(new TextDecoder().decode(record.value)))
  if (type !== TYPE_PREFIX + entry.type) throw new NotAnAuditRecordError(`its ce_type is not ${TYPE_PREFIX}${entry.type}, as its value says`)
  return { id, account: record.key, leaseEpoch: BigInt(epoch), entry }
}

/** Something other than Rollcall wrote to the topic, or the record is damaged: reading it again cannot help. */
export class NotAnAuditRecordError extends Error {
  override readonly name = 'NotAnAuditRecordError'
  constructor(why: string) {
    super(`not an audit record: ${why}`)
  }
}
