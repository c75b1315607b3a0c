import type { Queryable } from '../queryable.ts'
import type { MeasuredRange } from './range.ts'

/** Did the webhooks come? Backfill does not touch it: a broken webhook shows here though its call was found again. */
export interface WebhookYield {
  /** Webhooks that coverage rules expect of the range's calls. */
  readonly expected: number
  /** Of those, the ones that came, and which of them after their time. */
  readonly arrived: number
  readonly late: number
  readonly missing: number
  /** Still awaited. */
  readonly pending: number
  readonly missingBy: Readonly<Record<string, number>>
  /** Calls of which no webhook is expected. */
  readonly callsNotExpected: number
}

export const readWebhookYield = async (db: Queryable, account: string, range: MeasuredRange): Promise<WebhookYield> => {
  const { rows } = await db.query<{ outcome: string; reason: string | null; webhooks: string }>(
    `SELECT j.outcome, j.reason, count(*) AS webhooks
     FROM projection.calls c JOIN rollcall.judgements j ON j.account = c.account AND j.call_sid = c.call_sid
     WHERE c.account = $1 AND c.created_at >= $2 AND c.created_at < $3 GROUP BY j.outcome, j.reason ORDER BY j.outcome, j.reason`,
    [account, new Date(range.from), new Date(range.to)],
  )
  const count = (outcome: string, reason?: string): number =>
    rows.filter((row) => row.outcome === outcome && (reason === undefined || row.reason === reason)).reduce((sum, row) => sum + Number(row.webhooks), 0)
  const [arrived, missing, pending] = [count('arrived'), count('missing'), count('pending')]
  return {
    expected: arrived + missing + pending,
    arrived,
    late: count('arrived', 'late'),
    missing,
    pending,
    missingBy: Object.fromEntries(rows.flatMap((row) => (row.outcome === 'missing' && row.reason !== null ? [[row.reason, Number(row.webhooks)]] : []))),
    callsNotExpected: count('not-expected'),
  }
}
