import { FIELDS, type Field, type Source } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import { z } from 'zod'
import { laneSql } from '../measures/lane-of.ts'
import type { Queryable } from '../queryable.ts'

/** One record of the log about a call, as it was projected. */
export interface CallObservation {
  readonly partition: number
  readonly logOffset: bigint
  readonly surface: string
  readonly event: string | null
  readonly source: Source
  /** `webhook`, the lane of the scan whose row it was, `chase`, or `lookup`. */
  readonly how: string
  readonly receivedAt: Instant
  readonly outcome: 'facts' | 'no-call' | 'dead-letter'
  /** The vendor's time of this version of the call; null where it has none, or nothing was read. */
  readonly vendorTime: Instant | null
  readonly values: Readonly<Partial<Record<Field, string>>>
}

/** More deliveries of one call than this are not shown; the first ones are. */
export const OBSERVATIONS_MAX = 10_000

const Facts = z.object({ vendorTime: z.number().nullable(), values: z.partialRecord(z.enum(FIELDS), z.string()) })

/** Everything the log holds of one call, in order of receipt. */
export const readCallObservations = async (db: Queryable, account: string, callSid: string): Promise<readonly CallObservation[]> => {
  const source = `CASE o.surface WHEN 'call-list' THEN 'poll' WHEN 'call-lookup' THEN 'lookup' ELSE 'webhook' END`
  const { rows } = await db.query<{
    partition: number
    log_offset: bigint
    surface: string
    event: string | null
    source: Source
    how: string
    received_at: Date
    outcome: CallObservation['outcome']
    facts: unknown
  }>(
    `SELECT o.partition, o.log_offset, o.surface, o.event, ${source} AS source, ${laneSql(source, 'o.scan_id')} AS how, o.received_at, o.outcome, o.facts
     FROM projection.observations o WHERE o.account = $1 AND o.call_sid = $2 ORDER BY o.received_at, o.partition, o.log_offset LIMIT $3`,
    [account, callSid, OBSERVATIONS_MAX],
  )
  return rows.map(({ log_offset, received_at, facts, ...row }) => {
    const said = Facts.nullable().parse(facts)
    return { ...row, logOffset: BigInt(log_offset), receivedAt: received_at.getTime(), vendorTime: said?.vendorTime ?? null, values: said?.values ?? {} }
  })
}
