import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Which calls: every condition that is there must hold. */
export interface CallsWanted {
  /** Created in; null: of which no creation is known. */
  readonly created: { readonly from: Instant; readonly to: Instant } | null
  readonly status?: string | undefined
  readonly direction?: string | undefined
  readonly verified?: boolean | undefined
  readonly firstBy?: 'webhook' | 'api' | undefined
  readonly webhooksMissing?: boolean | undefined
  readonly conflict?: boolean | undefined
  readonly recording?: boolean | undefined
}

/** The last call of the page before. */
export interface CallPlace {
  readonly createdAt: Instant | null
  readonly callSid: string
}

export interface ListedCall extends CallPlace {
  readonly status: string | null
  readonly direction: string | null
  readonly from: string | null
  readonly to: string | null
  readonly exophone: string | null
  readonly startedAt: Instant | null
  readonly endedAt: Instant | null
  readonly durationSeconds: string | null
  readonly price: string | null
  readonly hasRecording: boolean
  readonly verified: boolean
  readonly firstWebhookAt: Instant | null
  readonly firstApiAt: Instant | null
  readonly webhooksMissing: number | null
  readonly conflicts: readonly string[]
}

interface Row {
  readonly call_sid: string
  readonly status: string | null
  readonly direction: string | null
  readonly from_number: string | null
  readonly to_number: string | null
  readonly exophone: string | null
  readonly created_at: Date | null
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly duration_seconds: string | null
  readonly price: string | null
  readonly has_recording: boolean
  readonly verified: boolean
  readonly first_webhook_at: Date | null
  readonly first_api_at: Date | null
  readonly webhooks_missing: number | null
  readonly conflicts: readonly string[]
}

const MISSING = `EXISTS (SELECT FROM rollcall.judgements m WHERE m.account = c.account AND m.call_sid = c.call_sid AND m.outcome = 'missing')`
const FIRST_BY = `CASE WHEN c.first_api_at IS NULL OR c.first_webhook_at <= c.first_api_at THEN 'webhook' ELSE 'api' END`

/** Calls in order of creation and then of CallSid, after `after`. Personal fields are as they are: whoever answers masks them. */
export const pageCalls = async (db: Queryable, account: string, wanted: CallsWanted, after: CallPlace | null, limit: number): Promise<readonly ListedCall[]> => {
  const { created } = wanted
  const { rows } = await db.query<Row>(
    `SELECT c.call_sid, c.status, c.direction, c.from_number, c.to_number, c.exophone, c.created_at, c.started_at, c.ended_at, c.duration_seconds, c.price, c.recording_url IS NOT NULL AS has_recording,
            c.verified, c.first_webhook_at, c.first_api_at, c.conflicts,
            (SELECT count(*) FILTER (WHERE j.outcome = 'missing')::int FROM rollcall.judgements j WHERE j.account = c.account AND j.call_sid = c.call_sid HAVING count(*) > 0) AS webhooks_missing
     FROM projection.calls c
     WHERE c.account = $1 AND CASE WHEN $2::timestamptz IS NULL THEN c.created_at IS NULL ELSE true END
       AND ($2::timestamptz IS NULL OR (c.created_at >= $2 AND c.created_at < $3))
       AND ($4::text IS NULL OR CASE WHEN $2::timestamptz IS NULL THEN c.call_sid > $4 ELSE (c.created_at, c.call_sid) > ($5::timestamptz, $4) END)
       AND ($6::text IS NULL OR c.status = $6) AND ($7::text IS NULL OR c.direction = $7) AND ($8::boolean IS NULL OR c.verified = $8) AND ($9::text IS NULL OR ${FIRST_BY} = $9)
       AND ($10::boolean IS NULL OR ${MISSING} = $10) AND ($11::boolean IS NULL OR (c.conflicts <> '{}') = $11) AND ($12::boolean IS NULL OR (c.recording_url IS NOT NULL) = $12)
     ORDER BY c.created_at, c.call_sid LIMIT $13`,
    [
      account,
      created === null ? null : new Date(created.from),
      created === null ? null : new Date(created.to),
      after?.callSid ?? null,
      after?.createdAt == null ? null : new Date(after.createdAt),
      wanted.status ?? null,
      wanted.direction ?? null,
      wanted.verified ?? null,
      wanted.firstBy ?? null,
      wanted.webhooksMissing ?? null,
      wanted.conflict ?? null,
      wanted.recording ?? null,
      limit,
    ],
  )
  return rows.map((row) => ({
    callSid: row.call_sid,
    status: row.status,
    direction: row.direction,
    from: row.from_number,
    to: row.to_number,
    exophone: row.exophone,
    createdAt: row.created_at?.getTime() ?? null,
    startedAt: row.started_at?.getTime() ?? null,
    endedAt: row.ended_at?.getTime() ?? null,
    durationSeconds: row.duration_seconds,
    price: row.price,
    hasRecording: row.has_recording,
    verified: row.verified,
    firstWebhookAt: row.first_webhook_at?.getTime() ?? null,
    firstApiAt: row.first_api_at?.getTime() ?? null,
    webhooksMissing: row.webhooks_missing,
    conflicts: row.conflicts,
  }))
}
