import { TERMINAL_STATUSES } from '../call/fact.ts'
import { type CallRecord, fieldOf } from '../call/record.ts'

/** Why a call has no recording: it was not completed, or nobody talked. */
export type NotRecorded = 'not-completed' | 'no-conversation'

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)

/**
 * Why a call that is over cannot have a recording; null where it may have one. A call made by the API is recorded only where both sides talked
 * (contract §14); an inbound one that nobody took may still have left a message.
 */
export const notRecordedReason = (call: CallRecord): NotRecorded | null => {
  const status = fieldOf(call, 'status')
  if (status !== null && TERMINAL.has(status) && status !== 'completed') return 'not-completed'
  if (fieldOf(call, 'durationSeconds') === '0') return 'no-conversation'
  const leg2 = fieldOf(call, 'leg2Status')
  const nobodyTalked = leg2 !== null && leg2 !== 'completed' && fieldOf(call, 'conversationSeconds') === '0'
  return nobodyTalked && fieldOf(call, 'direction') === 'outbound-api' ? 'no-conversation' : null
}
