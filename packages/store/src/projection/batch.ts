import type { CallRecord } from '@rollcall/domain/call/record'
import type { Instant } from '@rollcall/domain/time'
import type { HeartbeatRow } from '../heartbeat/heartbeat-row.ts'
import type { SmsStatusRow } from '../sms/sms-status-row.ts'
import type { ChangedName } from './changed-name.ts'

/** What one batch of records of one partition makes of the projection. Written whole, or not at all. */
export interface Batch {
  readonly topic: string
  readonly partition: number
  /** The epoch under which this projector owns the partition. */
  readonly epoch: bigint
  /** Where the position must stand before, and where it stands after. */
  readonly from: bigint
  readonly to: bigint
  /** Of the batch's last record; lower-case hex. */
  readonly lastRecordSha256: string
  readonly calls: readonly CallWrite[]
  readonly observations: readonly ObservationRow[]
  readonly deadLetters: readonly DeadLetterRow[]
  readonly heartbeats: readonly HeartbeatRow[]
  readonly smsStatuses: readonly SmsStatusRow[]
}

export interface CallVersion {
  readonly record: CallRecord
  /** The version it was read at; 0 for a call that was not there. */
  readonly baseVersion: bigint
}

export interface CallWrite extends CallVersion {
  readonly changed: readonly ChangedName[]
  /** Of the last record that changed it. */
  readonly logOffset: bigint
}

export interface ObservationRow {
  readonly logOffset: bigint
  readonly account: string
  readonly callSid: string | null
  readonly surface: string
  readonly event: string | null
  readonly source: string
  readonly receivedAt: Instant
  readonly ceId: string
  readonly payloadSha256: string
  /** The read of the API that it stood in; null for a delivery. */
  readonly scanId: string | null
  readonly outcome: 'facts' | 'no-call' | 'dead-letter'
  /** JSON text of what it said; null when it told of no call. */
  readonly facts: string | null
  /** JSON text of what was read, but not as we know it: a list of `{field, kind, value}`; null when all was. */
  readonly exceptions: string | null
}

export interface DeadLetterRow {
  readonly logOffset: bigint
  readonly account: string | null
  readonly surface: string | null
  readonly reason: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Uint8Array
  readonly receivedAt: Instant
}
