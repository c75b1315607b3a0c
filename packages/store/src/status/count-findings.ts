import type { Queryable } from '../queryable.ts'

/** What reconciling has brought to light for one account. */
export interface Findings {
  /** Calls that Exotel listed and no observation had told us of. */
  readonly callsFound: number
  /** Expected webhooks judged missing as things stand. */
  readonly webhooksMissing: number
}

export const countFindings = async (db: Queryable, account: string): Promise<Findings> => {
  const { rows } = await db.query<{ found: string; missing: string }>(
    `SELECT (SELECT count(*) FROM rollcall.verdicts WHERE account = $1 AND kind = 'only-theirs') AS found,
            (SELECT count(*) FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing') AS missing`,
    [account],
  )
  return { callsFound: Number(rows[0]?.found ?? 0), webhooksMissing: Number(rows[0]?.missing ?? 0) }
}
