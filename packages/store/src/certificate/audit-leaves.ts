import { hash } from 'node:crypto'
import type { Queryable } from '../queryable.ts'

/** Where a record of the audit topic stands. */
export interface AuditLeafRow {
  /** Its number in the tree, which is its offset in the topic. */
  readonly leaf: bigint
  readonly account: string
  readonly type: string
  readonly subject: string
  readonly ceId: string
  /** Of its value, in hex. */
  readonly valueSha256: string
}

const TYPE_PREFIX = 'com.rollcall.audit.'

/** What is noted of a record. */
export const auditLeafRow = (record: {
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: Uint8Array
  readonly offset: bigint
}): AuditLeafRow => ({
  leaf: record.offset,
  account: record.key,
  type: (record.headers.ce_type ?? '').replace(TYPE_PREFIX, ''),
  subject: record.headers.ce_subject ?? '',
  ceId: record.headers.ce_id ?? '',
  valueSha256: hash('sha256', record.value),
})

/** Notes where records stand; what is noted already stays. */
export const saveAuditLeaves = async (db: Queryable, rows: readonly AuditLeafRow[]): Promise<void> => {
  if (rows.length === 0) return
  await db.query(
    `INSERT INTO rollcall.audit_leaves (leaf, account, type, subject, ce_id, value_sha256)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) ON CONFLICT DO NOTHING`,
    [
      rows.map(({ leaf }) => leaf.toString()),
      rows.map(({ account }) => account),
      rows.map(({ type }) => type),
      rows.map(({ subject }) => subject),
      rows.map(({ ceId }) => ceId),
      rows.map(({ valueSha256 }) => valueSha256),
    ],
  )
}

/** The leaf to note next: one after the last that is noted, or the first of all where some between are not, as after the loss of a primary's newest. */
export const nextAuditLeaf = async (db: Queryable): Promise<bigint> => {
  const { rows } = await db.query<{ next: string | bigint }>('SELECT CASE WHEN count(*) = coalesce(max(leaf) + 1, 0) THEN count(*) ELSE 0 END AS next FROM rollcall.audit_leaves')
  return BigInt(rows[0]?.next ?? 0)
}

/** Leaves of the account's certificates, by the SHA-256 of their text; of those that are in the log. The first one where a record was published again. */
export const readCertificateLeaves = async (db: Queryable, account: string, sha256s: readonly string[]): Promise<ReadonlyMap<string, bigint>> => {
  const { rows } = await db.query<{ value_sha256: string; leaf: string | bigint }>(
    `SELECT value_sha256, min(leaf) AS leaf FROM rollcall.audit_leaves WHERE account = $1 AND type = 'certificate' AND value_sha256 = ANY ($2) GROUP BY value_sha256`,
    [account, sha256s],
  )
  return new Map(rows.map(({ value_sha256, leaf }) => [value_sha256, BigInt(leaf)]))
}
