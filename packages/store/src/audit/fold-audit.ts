import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { type SignOffFold, saveSignOffs } from './sign-off-fold.ts'

/** The role that the audit topic is folded by: it can write what the topic tells and nothing else (000034_audit_writer.sql, 000040_access_log.sql). */
export const AUDIT_WRITER_ROLE = 'rollcall_audit_writer'

/** Grows when more of the topic is kept than before: what a service of an earlier version has folded, also beside one of this version, is folded anew. */
const FOLD_VERSION = 2
/** Which log is folded, and how, as it stands in `audit_fold`. */
export const foldName = (logClusterId: string): string => `${logClusterId}/${FOLD_VERSION}`

/** What is kept of the audit topic, by its table. Times as they stand in the record; `notedAt` is the record's own. */
export interface WindowChangeFold {
  readonly account: string
  readonly windowFrom: Instant
  readonly logOffset: bigint
  readonly ceId: string
  readonly notedAt: Instant
  readonly at: Instant
  readonly from: string | null
  readonly to: string
  readonly reason: string
  /** JSON. */
  readonly evidence: string
}

export interface ExceptionActionFold {
  readonly account: string
  readonly kind: string
  /** JSON. */
  readonly subject: string
  readonly logOffset: bigint
  readonly ceId: string
  readonly at: Instant
  readonly actor: string
  readonly action: string
  readonly assignee: string | null
  readonly resolution: string | null
  readonly note: string | null
}

export interface RevealFold {
  readonly account: string
  readonly logOffset: bigint
  readonly ceId: string
  readonly at: Instant
  readonly actor: string
  readonly callSid: string
  readonly observation: string | null
  readonly reason: string
}

export interface ExportFold {
  readonly account: string
  readonly logOffset: bigint
  readonly ceId: string
  readonly at: Instant
  readonly actor: string
  readonly rangeFrom: Instant
  readonly rangeTo: Instant
  readonly format: string
  readonly calls: number
  readonly asTold: boolean
}

export interface ErasureFold {
  readonly account: string
  readonly logOffset: bigint
  readonly ceId: string
  readonly at: Instant
  readonly actor: string
  readonly callSid: string | null
  readonly createdBefore: Instant | null
  readonly calls: number
}

export interface TokenActionFold {
  /** One that the token reaches; empty: all. */
  readonly account: string
  readonly logOffset: bigint
  readonly ceId: string
  readonly at: Instant
  readonly actor: string
  readonly type: string
  readonly tokenId: string
  readonly holder: string
  readonly scopes: readonly string[]
  readonly expiresAt: Instant
}

export interface AuditFold {
  readonly windowChanges: readonly WindowChangeFold[]
  readonly exceptionActions: readonly ExceptionActionFold[]
  readonly reveals: readonly RevealFold[]
  readonly exports: readonly ExportFold[]
  readonly erasures: readonly ErasureFold[]
  readonly tokenActions: readonly TokenActionFold[]
  readonly signOffs: readonly SignOffFold[]
}

/** The next offset to fold, held until the transaction ends: two processes that fold wait for each other. Another log than before, or one that another version folded, is folded from its beginning. */
export const lockAuditFold = async (tx: Queryable, topic: string, logClusterId: string): Promise<bigint> => {
  const name = foldName(logClusterId)
  await tx.query('INSERT INTO rollcall.audit_fold (topic, next_offset, log_cluster_id) VALUES ($1, 0, $2) ON CONFLICT (topic) DO NOTHING', [topic, name])
  const { rows } = await tx.query<{ next_offset: bigint; log_cluster_id: string }>('SELECT next_offset, log_cluster_id FROM rollcall.audit_fold WHERE topic = $1 FOR UPDATE', [
    topic,
  ])
  if (rows[0]?.log_cluster_id === name) return rows[0].next_offset
  await tx.query('DELETE FROM rollcall.window_changes')
  await tx.query('DELETE FROM rollcall.exception_actions')
  await tx.query('DELETE FROM rollcall.reveals')
  await tx.query('DELETE FROM rollcall.exports')
  await tx.query('DELETE FROM rollcall.erasures')
  await tx.query('DELETE FROM rollcall.token_actions')
  await tx.query('DELETE FROM rollcall.sign_offs')
  await tx.query('UPDATE rollcall.audit_fold SET next_offset = 0, log_cluster_id = $2 WHERE topic = $1', [topic, name])
  return 0n
}

/** Writes what was read and moves on to `next`. A record that was published twice is kept as it came first. */
export const saveAuditFold = async (tx: Queryable, topic: string, fold: AuditFold, next: bigint): Promise<void> => {
  const { windowChanges, exceptionActions, reveals, exports, erasures, tokenActions, signOffs } = fold
  if (windowChanges.length > 0)
    await tx.query(
      `INSERT INTO rollcall.window_changes (account, window_from, log_offset, ce_id, noted_at, at, from_state, to_state, reason, evidence)
       SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::jsonb[]) ON CONFLICT DO NOTHING`,
      [
        windowChanges.map(({ account }) => account),
        windowChanges.map(({ windowFrom }) => new Date(windowFrom)),
        windowChanges.map(({ logOffset }) => logOffset.toString()),
        windowChanges.map(({ ceId }) => ceId),
        windowChanges.map(({ notedAt }) => new Date(notedAt)),
        windowChanges.map(({ at }) => new Date(at)),
        windowChanges.map(({ from }) => from),
        windowChanges.map(({ to }) => to),
        windowChanges.map(({ reason }) => reason),
        windowChanges.map(({ evidence }) => evidence),
      ],
    )
  for (const row of exceptionActions)
    await tx.query(
      `INSERT INTO rollcall.exception_actions (account, kind, subject, log_offset, ce_id, at, actor, action, assignee, resolution, note)
       VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
      [row.account, row.kind, row.subject, row.logOffset.toString(), row.ceId, new Date(row.at), row.actor, row.action, row.assignee, row.resolution, row.note],
    )
  for (const row of reveals)
    await tx.query(
      `INSERT INTO rollcall.reveals (account, log_offset, ce_id, at, actor, call_sid, observation, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [row.account, row.logOffset.toString(), row.ceId, new Date(row.at), row.actor, row.callSid, row.observation, row.reason],
    )
  for (const row of exports)
    await tx.query(
      `INSERT INTO rollcall.exports (account, log_offset, ce_id, at, actor, range_from, range_to, format, calls, as_told) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
      [row.account, row.logOffset.toString(), row.ceId, new Date(row.at), row.actor, new Date(row.rangeFrom), new Date(row.rangeTo), row.format, row.calls, row.asTold],
    )
  for (const row of erasures)
    await tx.query(
      `INSERT INTO rollcall.erasures (account, log_offset, ce_id, at, actor, call_sid, created_before, calls) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [row.account, row.logOffset.toString(), row.ceId, new Date(row.at), row.actor, row.callSid, row.createdBefore === null ? null : new Date(row.createdBefore), row.calls],
    )
  for (const row of tokenActions)
    await tx.query(
      `INSERT INTO rollcall.token_actions (account, log_offset, ce_id, at, actor, type, token_id, holder, scopes, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
      [row.account, row.logOffset.toString(), row.ceId, new Date(row.at), row.actor, row.type, row.tokenId, row.holder, row.scopes, new Date(row.expiresAt)],
    )
  await saveSignOffs(tx, signOffs)
  await tx.query('UPDATE rollcall.audit_fold SET next_offset = $2 WHERE topic = $1', [topic, next.toString()])
}
