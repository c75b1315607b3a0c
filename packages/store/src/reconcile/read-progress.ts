import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** How far the account's reconciliation has come, whoever did it. */
export interface Progress {
  /** Start of the oldest window that is not final and still can be; null when there is none. */
  readonly oldestUnclosed: Instant | null
  /** When a run last ended without a gap; null if none ever did. */
  readonly lastSuccessAt: Instant | null
  /** Since when no webhook comes though calls should have told of themselves, by the vendor's clock; null while they come. */
  readonly webhooksSilentSince: Instant | null
}

export const readProgress = async (db: Queryable, account: string): Promise<Progress> => {
  const { rows } = await db.query<{ oldest: Date | null; success: Date | null; silent: Date | null }>(
    `SELECT (SELECT min(window_from) FROM rollcall.windows WHERE account = $1 AND state NOT IN ('final', 'amended', 'gap')) AS oldest,
            (SELECT ended_at FROM rollcall.runs WHERE account = $1 AND outcome = 'complete' ORDER BY started_at DESC LIMIT 1) AS success,
            (SELECT webhooks_silent_since FROM rollcall.accounts WHERE account = $1) AS silent`,
    [account],
  )
  const [row] = rows
  return { oldestUnclosed: row?.oldest?.getTime() ?? null, lastSuccessAt: row?.success?.getTime() ?? null, webhooksSilentSince: row?.silent?.getTime() ?? null }
}
