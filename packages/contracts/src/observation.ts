import { z } from 'zod'

/** Exotel writes times without a zone and means India's, which has no summer time (contract §2.5); of accounts elsewhere nobody knows (§19.7). */
export const INDIA_UTC_OFFSET_MINUTES = 330
export const UTC_OFFSET_MINUTES_MAX = 840

/** The kinds of Exotel traffic a customer can point at Rollcall (design §6), and the two kinds of API row. */
export const Surface = z.enum([
  'status-callback',
  'passthru',
  'popup',
  'connect',
  'gather',
  'heartbeat',
  'sms',
  'campaign',
  'webrtc',
  'exoml',
  'unrecognised',
  'call-list',
  'call-lookup',
])
export type Surface = z.infer<typeof Surface>

/**
 * One record of `rollcall.observations.v1`: what reached us, verbatim, and how. CloudEvents 1.0, Kafka binary mode:
 * the value is `payload`, everything else is a header. A webhook by GET has an empty payload and its parameters in `query`.
 */
export interface Observation {
  /** ce_id: UUIDv7 minted at receipt. */
  readonly id: string
  readonly account: string
  readonly surface: Surface
  /** ce_subject. Null where no call is named, or none could be read before the log. */
  readonly callSid: string | null
  /** ce_time: receipt, epoch milliseconds UTC. */
  readonly receivedAt: number
  /** ce_source: which process received it, such as `/rollcall/ingest/host-1/0`. */
  readonly source: string
  /** HTTP method of a webhook; null for an API row. */
  readonly method: string | null
  /** Raw query string of a webhook without `?`; the secret is in the path and never here. */
  readonly query: string | null
  readonly contentType: string | null
  /** The scan that read this row; null for webhooks. */
  readonly scanId: string | null
  /** Fencing token of the lease under which a row was read; null for webhooks. */
  readonly leaseEpoch: bigint | null
  /** Lower-case hex. */
  readonly payloadSha256: string
  readonly traceparent: string | null
  /** ce_utcoffset: the zone of Exotel's times without one, in minutes east of UTC, as the account was configured then. Absent: India's. */
  readonly utcOffsetMinutes: number
  /** The exact bytes received. */
  readonly payload: Uint8Array
}
