import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** What SQL users see of one call: the columns that every API row tells. Decimals are exact text. */
export interface CallColumns {
  readonly callSid: string
  readonly verified: boolean
  readonly status: string | null
  readonly direction: string | null
  readonly from: string | null
  readonly to: string | null
  readonly exophone: string | null
  readonly createdAt: Instant | null
  readonly startedAt: Instant | null
  readonly endedAt: Instant | null
  readonly durationSeconds: string | null
  readonly price: string | null
  readonly recordingUrl: string | null
}

type Row = Record<'call_sid', string> &
  Record<'verified', boolean> &
  Record<'status' | 'direction' | 'from_number' | 'to_number' | 'exophone' | 'duration_seconds' | 'price' | 'recording_url', string | null> &
  Record<'created_at' | 'started_at' | 'ended_at', Date | null>

/** Every call held of the account. */
export const readCallColumns = async (db: Queryable, account: string): Promise<readonly CallColumns[]> => {
  const { rows } = await db.query<Row>(
    `SELECT call_sid, verified, status, direction, from_number, to_number, exophone, created_at, started_at, ended_at,
            duration_seconds::text, price::text, recording_url
     FROM projection.calls WHERE account = $1`,
    [account],
  )
  return rows.map((row) => ({
    callSid: row.call_sid,
    verified: row.verified,
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
    recordingUrl: row.recording_url,
  }))
}
