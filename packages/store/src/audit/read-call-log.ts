import { FIELDS, type Field, type Source } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import { z } from 'zod'
import { laneSql } from '../measures/lane-of.ts'
import type { Queryable } from '../queryable.ts'

/** One record of the log about a call, with everything that Postgres keeps of it. */
export interface CallLogRow {
  readonly partition: number
  readonly logOffset: bigint
  readonly id: string
  readonly surface: string
  readonly event: string | null
  readonly source: Source
  /** `webhook`, the lane of the scan whose row it was, `chase`, or `lookup`. */
  readonly how: string
  readonly receivedBy: string
  readonly receivedAt: Instant
  readonly scanId: string | null
  readonly payloadSha256: string
  readonly outcome: 'facts' | 'no-call' | 'dead-letter'
  readonly vendorTime: Instant | null
  readonly values: Readonly<Partial<Record<Field, string>>>
  readonly exceptions: readonly { readonly field: string; readonly kind: string; readonly value: string }[]
}

const Facts = z.object({ vendorTime: z.number().nullable(), values: z.partialRecord(z.enum(FIELDS), z.string()) })
const Exceptions = z.array(z.object({ field: z.string(), kind: z.string(), value: z.string() }))

const SOURCE = `CASE o.surface WHEN 'call-list' THEN 'poll' WHEN 'call-lookup' THEN 'lookup' ELSE 'webhook' END`

/** What the log held of one call at a moment (null: now), in order of receipt; the first `limit` of it. */
export const readCallLog = async (db: Queryable, account: string, callSid: string, asOf: Instant | null, limit: number): Promise<readonly CallLogRow[]> => {
  const { rows } = await db.query<{
    partition: number
    log_offset: bigint
    ce_id: string
    surface: string
    event: string | null
    source: Source
    how: string
    received_by: string
    received_at: Date
    scan_id: string | null
    payload_sha256: string
    outcome: CallLogRow['outcome']
    facts: unknown
    exceptions: unknown
  }>(
    `SELECT o.partition, o.log_offset, o.ce_id, o.surface, o.event, ${SOURCE} AS source, ${laneSql(SOURCE, 'o.scan_id')} AS how, o.source AS received_by, o.received_at, o.scan_id, o.payload_sha256, o.outcome, o.facts, o.exceptions
     FROM projection.observations o WHERE o.account = $1 AND o.call_sid = $2 AND ($3::timestamptz IS NULL OR o.received_at <= $3) ORDER BY o.received_at, o.partition, o.log_offset LIMIT $4`,
    [account, callSid, asOf === null ? null : new Date(asOf), limit],
  )
  return rows.map((row) => {
    const said = Facts.nullable().parse(row.facts)
    return {
      partition: row.partition,
      logOffset: BigInt(row.log_offset),
      id: row.ce_id,
      surface: row.surface,
      event: row.event,
      source: row.source,
      how: row.how,
      receivedBy: row.received_by,
      receivedAt: row.received_at.getTime(),
      scanId: row.scan_id,
      payloadSha256: row.payload_sha256,
      outcome: row.outcome,
      vendorTime: said?.vendorTime ?? null,
      values: said?.values ?? {},
      exceptions: row.exceptions === null ? [] : Exceptions.parse(row.exceptions),
    }
  })
}

/** The hash that is kept of one observation of a call; null where the call has none at that place. */
export const readObservationHash = async (
  db: Queryable,
  account: string,
  callSid: string,
  { partition, logOffset }: Pick<CallLogRow, 'partition' | 'logOffset'>,
): Promise<string | null> => {
  const { rows } = await db.query<{ payload_sha256: string }>(
    'SELECT payload_sha256 FROM projection.observations WHERE partition = $1 AND log_offset = $2 AND account = $3 AND call_sid = $4',
    [partition, logOffset.toString(), account, callSid],
  )
  return rows[0]?.payload_sha256 ?? null
}

/** The state of the window that holds a moment, at another one (null: now); null where there is none. */
export const readWindowStateAt = async (db: Queryable, account: string, windowFrom: Instant, asOf: Instant | null): Promise<string | null> => {
  const { rows } = await db.query<{ state: string }>(
    asOf === null
      ? 'SELECT state FROM rollcall.windows WHERE account = $1 AND window_from = $2'
      : 'SELECT to_state AS state FROM rollcall.window_changes WHERE account = $1 AND window_from = $2 AND noted_at <= $3 ORDER BY log_offset DESC LIMIT 1',
    asOf === null ? [account, new Date(windowFrom)] : [account, new Date(windowFrom), new Date(asOf)],
  )
  return rows[0]?.state ?? null
}
