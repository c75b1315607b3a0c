import type { Instant } from '@rollcall/domain/time'
import { ABSENCE_SPAN_MS, ABSENCES_NEEDED } from '@rollcall/domain/window/only-ours'
import type { Queryable } from '../queryable.ts'

/** What is known of one account's webhooks beside their number. */
export interface WebhookFindings {
  /** Expected webhooks judged missing, by their miss reason. */
  readonly missingByReason: Readonly<Record<string, number>>
  /** Expected webhooks that are not missing yet, since an ingest host may have them. */
  readonly webhooksSpooled: number
  /** No webhook comes since then, though calls should have told of themselves; null while they come. */
  readonly webhooksSilentSince: Instant | null
  /** Calls that only webhooks claim; and of these the ones that the API denied often enough to call them that. */
  readonly callsUnverified: number
  readonly callsDenied: number
}

export const readWebhookFindings = async (db: Queryable, account: string): Promise<WebhookFindings> => {
  const [judged, calls] = await Promise.all([
    db.query<{ outcome: string; reason: string | null; webhooks: string }>(
      `SELECT outcome, reason, count(*) AS webhooks FROM rollcall.judgements WHERE account = $1 AND outcome IN ('missing', 'pending') GROUP BY outcome, reason ORDER BY webhooks DESC, reason`,
      [account],
    ),
    db.query<{ unverified: string; denied: string; silent: Date | null }>(
      `SELECT count(*) AS unverified, count(*) FILTER (WHERE a.times >= $2 AND a.last_at - a.first_at >= $3 * interval '1 millisecond') AS denied,
              (SELECT webhooks_silent_since FROM rollcall.accounts WHERE account = $1) AS silent
       FROM projection.calls c LEFT JOIN rollcall.absences a USING (account, call_sid) WHERE c.account = $1 AND NOT c.verified`,
      [account, ABSENCES_NEEDED, ABSENCE_SPAN_MS],
    ),
  ])
  const missing = judged.rows.filter(({ outcome }) => outcome === 'missing')
  const spooled = judged.rows.find(({ outcome, reason }) => outcome === 'pending' && reason === 'spooled')
  const [row] = calls.rows
  return {
    missingByReason: Object.fromEntries(missing.map(({ reason, webhooks }) => [reason ?? 'no reason', Number(webhooks)])),
    webhooksSpooled: Number(spooled?.webhooks ?? 0),
    webhooksSilentSince: row?.silent?.getTime() ?? null,
    callsUnverified: Number(row?.unverified ?? 0),
    callsDenied: Number(row?.denied ?? 0),
  }
}
