import type { Queryable } from '../queryable.ts'
import type { MeasuredRange } from './range.ts'
import { type JudgedWebhooks, readJudgedWebhooks } from './read-judged-webhooks.ts'

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

export const readWebhookYield = async (db: Queryable, account: string, range: MeasuredRange): Promise<WebhookYield> => yieldOf(await readJudgedWebhooks(db, account, range))

/** Pure. */
export const yieldOf = (judged: readonly JudgedWebhooks[]): WebhookYield => {
  const count = (outcome: string, reason?: string): number =>
    judged.filter((one) => one.outcome === outcome && (reason === undefined || one.reason === reason)).reduce((sum, { webhooks }) => sum + webhooks, 0)
  const [arrived, missing, pending] = [count('arrived'), count('missing'), count('pending')]
  const reasons = new Set(judged.flatMap(({ outcome, reason }) => (outcome === 'missing' && reason !== null ? [reason] : [])))
  return {
    expected: arrived + missing + pending,
    arrived,
    late: count('arrived', 'late'),
    missing,
    pending,
    missingBy: Object.fromEntries([...reasons].sort().map((reason) => [reason, count('missing', reason)])),
    callsNotExpected: count('not-expected'),
  }
}
