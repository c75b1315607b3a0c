import { createHash } from 'node:crypto'
import { conflictsOf } from '@rollcall/domain/call/conflicts'
import type { Field } from '@rollcall/domain/call/fact'
import { type CallRecord, isVerified } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'

/** The flat columns of `calls`, with their type in Postgres and the field each one shows. */
export const FIELD_COLUMNS: readonly { readonly column: string; readonly type: string; readonly field: Field }[] = [
  { column: 'status', type: 'text', field: 'status' },
  { column: 'direction', type: 'text', field: 'direction' },
  { column: 'from_number', type: 'text', field: 'from' },
  { column: 'to_number', type: 'text', field: 'to' },
  { column: 'exophone', type: 'text', field: 'exophone' },
  { column: 'created_at', type: 'timestamptz', field: 'createdAt' },
  { column: 'started_at', type: 'timestamptz', field: 'startedAt' },
  { column: 'ended_at', type: 'timestamptz', field: 'endedAt' },
  { column: 'duration_seconds', type: 'numeric', field: 'durationSeconds' },
  { column: 'conversation_seconds', type: 'numeric', field: 'conversationSeconds' },
  { column: 'price', type: 'numeric', field: 'price' },
  { column: 'leg1_status', type: 'text', field: 'leg1Status' },
  { column: 'leg2_status', type: 'text', field: 'leg2Status' },
  { column: 'leg1_seconds', type: 'numeric', field: 'leg1Seconds' },
  { column: 'leg2_seconds', type: 'numeric', field: 'leg2Seconds' },
  { column: 'answered_by', type: 'text', field: 'answeredBy' },
  { column: 'recording_url', type: 'text', field: 'recordingUrl' },
  { column: 'custom_field', type: 'text', field: 'customField' },
  { column: 'parent_call_sid', type: 'text', field: 'parentCallSid' },
  { column: 'forwarded_from', type: 'text', field: 'forwardedFrom' },
  { column: 'caller_name', type: 'text', field: 'callerName' },
]

/** The columns that are not one field each, in the order in which `derivedValues` gives them. */
export const DERIVED_COLUMNS: readonly { readonly column: string; readonly type: string }[] = [
  { column: 'verified', type: 'boolean' },
  { column: 'first_webhook_at', type: 'timestamptz' },
  { column: 'first_api_at', type: 'timestamptz' },
  { column: 'conflicts', type: 'text' },
  { column: 'state', type: 'jsonb' },
  { column: 'digest', type: 'bytea' },
]

/** `conflicts` travels as one text, since unnest flattens arrays of arrays. */
export const derivedValues = (record: CallRecord): readonly unknown[] => {
  const state = canonicalState(record)
  const { webhook, poll, lookup } = record.firstSeen
  return [
    isVerified(record),
    isoOrNull(webhook),
    isoOrNull(poll === undefined ? lookup : lookup === undefined ? poll : Math.min(poll, lookup)),
    conflictsOf(record)
      .map(({ kind, field }) => `${kind}:${field}`)
      .join(','),
    state,
    createHash('sha256').update(state).digest(),
  ]
}

const isoOrNull = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
