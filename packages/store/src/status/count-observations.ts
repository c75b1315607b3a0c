import type { Queryable } from '../queryable.ts'

/** What the projection has folded for one account. Every observation is in exactly one of `webhooks` and `apiRows`. */
export interface ObservationCounts {
  readonly account: string
  readonly webhooks: number
  readonly apiRows: number
}

/** Observations folded so far, by account. Reads every row: for `status`, not for a screen that is redrawn. */
export const countObservations = async (db: Queryable): Promise<readonly ObservationCounts[]> => {
  const { rows } = await db.query<{ account: string; webhooks: string; api_rows: string }>(
    `SELECT account,
            count(*) FILTER (WHERE surface NOT IN ('call-list', 'call-lookup')) AS webhooks,
            count(*) FILTER (WHERE surface IN ('call-list', 'call-lookup')) AS api_rows
     FROM projection.observations WHERE account IS NOT NULL GROUP BY account`,
  )
  return rows.map((row) => ({ account: row.account, webhooks: Number(row.webhooks), apiRows: Number(row.api_rows) }))
}
