import { hash } from 'node:crypto'
import { conflictsOf } from '@rollcall/domain/call/conflicts'
import type { Field } from '@rollcall/domain/call/fact'
import { type CallRecord, fieldOf, firstTold, isVerified, type Milestone } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'
import type { Instant } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import type { CallVersion } from './batch.ts'
import { type Column, textList } from './column.ts'

/** A record on its way to `calls`, with its canonical text, which two columns are made of. */
export interface CallRow extends CallVersion {
  readonly state: string
}

/** @param call its canonical state too, where that is known: to make it takes as long as all columns */
export const callRow = ({ record, baseVersion, state = canonicalState(record) }: CallVersion & { readonly state?: string | undefined }): CallRow => ({ record, baseVersion, state })

export const CALL_KEY: readonly Column<CallRow>[] = [
  { name: 'account', type: 'text', of: ({ record }) => record.account },
  { name: 'call_sid', type: 'text', of: ({ record }) => record.callSid },
]

/** One more than the version that the record was read at. */
export const CALL_VERSION: Column<CallRow> = { name: 'version', type: 'bigint', of: ({ baseVersion }) => baseVersion + 1n }

const text = (name: string, field: Field): Column<CallRow> => ({ name, type: 'text', of: ({ record }) => fieldOf(record, field) })

/** Exact: a decimal never passes through a float. */
const decimal = (name: string, field: Field): Column<CallRow> => ({ ...text(name, field), as: { sql: `given.${name}::numeric`, copied: 'numeric' } })

const time = (name: string, field: Field): Column<CallRow> => ({
  name,
  type: 'timestamptz',
  of: ({ record }) => {
    const value = fieldOf(record, field)
    return value === null ? null : Date.parse(value)
  },
})

const told = (name: string, milestone: Milestone): Column<CallRow> => ({ name, type: 'timestamptz', of: ({ record }) => firstTold(record, milestone)?.at ?? null })

const toldBy = (name: string, milestone: Milestone): Column<CallRow> => ({ name, type: 'text', of: ({ record }) => firstTold(record, milestone)?.source ?? null })

/** The flat columns of `calls`, for people who read with SQL, and what the merge needs. Without key and version. */
export const CALL_COLUMNS: readonly Column<CallRow>[] = [
  text('status', 'status'),
  text('direction', 'direction'),
  text('from_number', 'from'),
  text('to_number', 'to'),
  text('exophone', 'exophone'),
  time('created_at', 'createdAt'),
  { name: 'created_latest', type: 'timestamptz', of: ({ record }) => createdLatest(record) },
  time('started_at', 'startedAt'),
  time('ended_at', 'endedAt'),
  decimal('duration_seconds', 'durationSeconds'),
  decimal('conversation_seconds', 'conversationSeconds'),
  decimal('price', 'price'),
  text('leg1_status', 'leg1Status'),
  text('leg2_status', 'leg2Status'),
  decimal('leg1_seconds', 'leg1Seconds'),
  decimal('leg2_seconds', 'leg2Seconds'),
  text('answered_by', 'answeredBy'),
  text('recording_url', 'recordingUrl'),
  text('custom_field', 'customField'),
  text('parent_call_sid', 'parentCallSid'),
  text('forwarded_from', 'forwardedFrom'),
  text('caller_name', 'callerName'),
  { name: 'verified', type: 'boolean', of: ({ record }) => isVerified(record) },
  { name: 'first_webhook_at', type: 'timestamptz', of: ({ record }) => record.firstSeen.webhook ?? null },
  { name: 'first_api_at', type: 'timestamptz', of: ({ record }) => firstApiAt(record) },
  told('ended_told_at', 'ended'),
  toldBy('ended_told_by', 'ended'),
  told('recording_told_at', 'recorded'),
  toldBy('recording_told_by', 'recorded'),
  textList('conflicts', ({ record }) => conflictsOf(record).map(({ kind, field }) => `${kind}:${field}`)),
  { name: 'state', type: 'jsonb', of: ({ state }) => state },
  { name: 'digest', type: 'bytea', of: ({ state }) => hash('sha256', state, 'buffer') },
]

const firstApiAt = ({ firstSeen: { poll, lookup } }: CallRecord): Instant | null => (poll === undefined ? (lookup ?? null) : Math.min(poll, lookup ?? poll))

/** Null where all that was ever told of its creation lies in one window: then no other has held it at any time (window-counts.ts). */
const createdLatest = ({ spreads: { createdAt } }: CallRecord): Instant | null => {
  if (createdAt === undefined || createdAt.low === createdAt.high) return null
  const [low, high] = [Date.parse(createdAt.low), Date.parse(createdAt.high)]
  return windowAt(low).from === windowAt(high).from ? null : high
}
