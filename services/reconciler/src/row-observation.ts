import { createHash } from 'node:crypto'
import type { Observation } from '@rollcall/contracts/observation'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { v7 } from 'uuid'

/** Where a row was read: which scan, under which lease, by which reconciler. */
export interface ReadingContext {
  readonly surface: 'call-list' | 'call-lookup'
  readonly scanId: string
  readonly leaseEpoch: bigint
  readonly source: string
  readonly utcOffsetMinutes: number
}

/** An API row as the observation that is appended for it: its exact bytes, and the moment we read it. */
export const rowObservation = (row: ApiRow, context: ReadingContext): Observation => ({
  id: v7(),
  account: row.facts.account,
  surface: context.surface,
  callSid: row.callSid,
  receivedAt: row.facts.receivedAt,
  source: context.source,
  method: null,
  query: null,
  contentType: 'application/json',
  scanId: context.scanId,
  leaseEpoch: context.leaseEpoch,
  payloadSha256: createHash('sha256').update(row.bytes).digest('hex'),
  traceparent: null,
  utcOffsetMinutes: context.utcOffsetMinutes,
  payload: row.bytes,
})
