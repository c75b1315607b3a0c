import { CallLeaf } from '@rollcall/domain/certificate/call-leaf'
import { leafHash } from '@rollcall/transparency-log/tree/hash'

/** Columns of every export, in order. Numbers are decimals as text, exact; times RFC 3339 in UTC; null where it is not known. */
export const EXPORT_COLUMNS = [
  'account',
  'call_sid',
  'window_from',
  'window_state',
  'verified',
  'status',
  'direction',
  'created_at',
  'started_at',
  'ended_at',
  'duration_seconds',
  'conversation_seconds',
  'price',
  'leg1_status',
  'leg2_status',
  'leg1_seconds',
  'leg2_seconds',
  'parent_call_sid',
  'recorded',
  'first_webhook_at',
  'first_poll_at',
  'first_lookup_at',
  'leaf_hash',
] as const
export type ExportColumn = (typeof EXPORT_COLUMNS)[number]

export const TIME_COLUMNS: ReadonlySet<ExportColumn> = new Set(['window_from', 'created_at', 'started_at', 'ended_at', 'first_webhook_at', 'first_poll_at', 'first_lookup_at'])
export const BOOLEAN_COLUMNS: ReadonlySet<ExportColumn> = new Set(['verified', 'recorded'])

export type ExportRow = Readonly<Record<ExportColumn, string | boolean | null>>

/** A certified call as a row, its columns in their order. `leaf_hash` is that of its leaf (hex): the hashes of a window, in the order of its rows, make the root of its certificate. */
export const exportRow = (leaf: string, window: { readonly from: string; readonly state: string }): ExportRow => {
  const { account, callSid, verified, recorded, firstSeen, fields } = CallLeaf.parse(JSON.parse(leaf))
  return {
    account,
    call_sid: callSid,
    window_from: window.from,
    window_state: window.state,
    verified,
    status: fields.status ?? null,
    direction: fields.direction ?? null,
    created_at: fields.createdAt ?? null,
    started_at: fields.startedAt ?? null,
    ended_at: fields.endedAt ?? null,
    duration_seconds: fields.durationSeconds ?? null,
    conversation_seconds: fields.conversationSeconds ?? null,
    price: fields.price ?? null,
    leg1_status: fields.leg1Status ?? null,
    leg2_status: fields.leg2Status ?? null,
    leg1_seconds: fields.leg1Seconds ?? null,
    leg2_seconds: fields.leg2Seconds ?? null,
    parent_call_sid: fields.parentCallSid ?? null,
    recorded,
    first_webhook_at: firstSeen.webhook ?? null,
    first_poll_at: firstSeen.poll ?? null,
    first_lookup_at: firstSeen.lookup ?? null,
    leaf_hash: leafHash(leaf).toString('hex'),
  }
}
