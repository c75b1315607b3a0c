import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** A place among an account's calls by when Exotel created them, and then by CallSid. */
export interface CallPlace {
  readonly createdAt: Instant
  readonly callSid: string
}

/** The policy in force, and how far it is applied. */
export interface AdoptedPolicy {
  readonly policyId: bigint
  /** No call is left that would have to be judged again. */
  readonly applied: boolean
  /** Calls before this place are still to be judged again, latest first; null: all. */
  readonly before: CallPlace | null
}

/**
 * The account's policy, noted as a new one where its digest is another than the latest's. The first is applied at once where nothing was ever
 * judged.
 * @param policy `rules` is its canonical JSON, kept for the record; `digest` is of what of it decides
 */
export const adoptPolicy = async (db: Queryable, account: string, policy: { readonly digest: string; readonly rules: string }, at: Instant): Promise<AdoptedPolicy> => {
  await db.query(
    `INSERT INTO rollcall.coverage_policies (account, since, digest, rules, applied)
     SELECT $1, $2, $3, $4::jsonb, NOT EXISTS (SELECT FROM rollcall.judgements WHERE account = $1)
     WHERE $3 IS DISTINCT FROM (SELECT digest FROM rollcall.coverage_policies WHERE account = $1 ORDER BY policy_id DESC LIMIT 1)`,
    [account, new Date(at), policy.digest, policy.rules],
  )
  const { rows } = await db.query<{ policy_id: string; applied: boolean; calls_before: Date | null; call_sid_before: string | null }>(
    'SELECT policy_id::text, applied, calls_before, call_sid_before FROM rollcall.coverage_policies WHERE account = $1 ORDER BY policy_id DESC LIMIT 1',
    [account],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`account ${account} has no coverage policy just after it was given one`)
  const before = row.calls_before === null || row.call_sid_before === null ? null : { createdAt: row.calls_before.getTime(), callSid: row.call_sid_before }
  return { policyId: BigInt(row.policy_id), applied: row.applied, before }
}

/** Calls created since `since` whose place is before the given one, latest first. */
export const readCallsBefore = async (
  db: Queryable,
  account: string,
  options: { readonly before: CallPlace | null; readonly since: Instant; readonly limit: number },
): Promise<readonly CallPlace[]> => {
  const { before, since, limit } = options
  const { rows } = await db.query<{ call_sid: string; created_at: Date }>(
    `SELECT call_sid, created_at FROM projection.calls
     WHERE account = $1 AND created_at >= $2 AND ($3::timestamptz IS NULL OR created_at <= $3) AND ($3::timestamptz IS NULL OR (created_at, call_sid) < ($3, $4::text COLLATE "C"))
     ORDER BY created_at DESC, call_sid DESC LIMIT $5`,
    [account, new Date(since), before === null ? null : new Date(before.createdAt), before?.callSid ?? null, limit],
  )
  return rows.map((row) => ({ createdAt: row.created_at.getTime(), callSid: row.call_sid }))
}

/** Notes how far the policy is applied. Null: to every call. */
export const notePolicyApplied = async (db: Queryable, policyId: bigint, before: CallPlace | null): Promise<void> => {
  await db.query('UPDATE rollcall.coverage_policies SET calls_before = $2, call_sid_before = $3, applied = $4 WHERE policy_id = $1', [
    policyId.toString(),
    before === null ? null : new Date(before.createdAt),
    before?.callSid ?? null,
    before === null,
  ])
}
