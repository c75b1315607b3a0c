import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'

/** Each field of the ledger's truth, and the column of `projection.calls` that holds it. */
export const TRUTH_COLUMNS = {
  status: 'status',
  direction: 'direction',
  from: 'from_number',
  to: 'to_number',
  exophone: 'exophone',
  createdAt: 'created_at',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  durationSeconds: 'duration_seconds',
  conversationSeconds: 'conversation_seconds',
  price: 'price',
  recordingUrl: 'recording_url',
  leg1Status: 'leg1_status',
  leg2Status: 'leg2_status',
  leg1Seconds: 'leg1_seconds',
  leg2Seconds: 'leg2_seconds',
  answeredBy: 'answered_by',
  customField: 'custom_field',
  parentCallSid: 'parent_call_sid',
} as const satisfies Record<keyof LedgerCall['truth'], string>

export type TruthField = keyof typeof TRUTH_COLUMNS
export const TRUTH_FIELDS = Object.keys(TRUTH_COLUMNS) as readonly TruthField[]
