import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

export interface UncheckedRecording {
  readonly callSid: string
  readonly url: string
}

/**
 * Recordings that nobody asked the host for, or in vain and not too often, the latest first. Only those whose URL the API told: a webhook
 * is a claim, and its URL is never asked for anything. A stored field is its value, its source and the vendor's time.
 */
export const readUncheckedRecordings = async (
  db: Queryable,
  account: string,
  of: { readonly toldSince: Instant; readonly failedBefore: Instant; readonly attemptsMax: number; readonly limit: number },
): Promise<readonly UncheckedRecording[]> => {
  const { rows } = await db.query<{ call_sid: string; url: string }>(
    `SELECT c.call_sid, c.recording_url AS url FROM projection.calls c LEFT JOIN rollcall.recording_checks r USING (account, call_sid)
     WHERE c.account = $1 AND c.recording_told_at >= $2 AND c.state -> 'fields' -> 'recordingUrl' ->> 1 IN ('poll', 'lookup')
       AND (r.call_sid IS NULL OR (r.outcome = 'failed' AND r.attempts < $4 AND r.checked_at < $3))
     ORDER BY c.recording_told_at DESC LIMIT $5`,
    [account, new Date(of.toldSince), new Date(of.failedBefore), of.attemptsMax, of.limit],
  )
  return rows.map(({ call_sid, url }) => ({ callSid: call_sid, url }))
}
