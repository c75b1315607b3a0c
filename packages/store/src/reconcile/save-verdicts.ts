import type { Instant } from '@rollcall/domain/time'
import type { Verdict } from '@rollcall/domain/window/compare'
import type { Queryable } from '../queryable.ts'

/** Keeps the first time each call got each verdict other than `exact`. */
export const saveVerdicts = async (db: Queryable, account: string, verdicts: readonly Verdict[], scanId: string, foundAt: Instant): Promise<void> => {
  const notable = verdicts.filter((verdict) => verdict.kind !== 'exact')
  if (notable.length === 0) return
  await db.query(
    `INSERT INTO rollcall.verdicts (account, call_sid, kind, fields, scan_id, found_at)
     SELECT $1, call_sid, kind, CASE WHEN fields = '' THEN '{}'::text[] ELSE string_to_array(fields, ',') END, $5, $6
     FROM unnest($2::text[], $3::text[], $4::text[]) AS v (call_sid, kind, fields)
     ON CONFLICT DO NOTHING`,
    [account, notable.map((verdict) => verdict.callSid), notable.map((verdict) => verdict.kind), notable.map((verdict) => verdict.fields.join(',')), scanId, new Date(foundAt)],
  )
}
