import type { Field } from '@rollcall/domain/call/fact'
import { CallLeaf } from '@rollcall/domain/certificate/call-leaf'
import { leafHash } from '@rollcall/transparency-log/tree/hash'

const FIELD_COLUMNS = [
  ['status', 'status'],
  ['direction', 'direction'],
  ['created_at', 'createdAt'],
  ['started_at', 'startedAt'],
  ['ended_at', 'endedAt'],
  ['duration_seconds', 'durationSeconds'],
  ['conversation_seconds', 'conversationSeconds'],
  ['price', 'price'],
  ['leg1_status', 'leg1Status'],
  ['leg2_status', 'leg2Status'],
  ['leg1_seconds', 'leg1Seconds'],
  ['leg2_seconds', 'leg2Seconds'],
  ['parent_call_sid', 'parentCallSid'],
] as const satisfies readonly (readonly [string, Field])[]

/** Columns of every export, in order. Numbers are decimals as text, exact; times RFC 3339 in UTC; null where it is not known. */
export const EXPORT_COLUMNS = [
  'account',
  'call_sid',
  'window_from',
  'window_state',
  'verified',
  ...FIELD_COLUMNS.map(([column]) => column),
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

/** A certified call as a row. `leaf_hash` is that of its leaf (hex): the hashes of a window, in the order of its rows, make the root of its certificate. */
export const exportRow = (leaf: string, window: { readonly from: string; readonly state: string }): ExportRow => {
  const { account, callSid, verified, recorded, firstSeen, fields } = CallLeaf.parse(JSON.parse(leaf))
  return {
    account,
    call_sid: callSid,
    window_from: window.from,
    window_state: window.state,
    verified,
    ...(Object.fromEntries(FIELD_COLUMNS.map(([column, field]) => [column, fields[field] ?? null])) as Record<(typeof FIELD_COLUMNS)[number][0], string | null>),
    recorded,
    first_webhook_at: firstSeen.webhook ?? null,
    first_poll_at: firstSeen.poll ?? null,
    first_lookup_at: firstSeen.lookup ?? null,
    leaf_hash: leafHash(Buffer.from(leaf)).toString('hex'),
  }
}
