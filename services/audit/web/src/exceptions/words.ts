import type { ExceptionAction, ExceptionItem, ExceptionKind } from '@rollcall/contracts/audit-api/exception'

/** What the kinds of exception are called, and what they mean. */
export const KINDS: Readonly<Record<ExceptionKind, readonly [name: string, means: string]>> = {
  'missing-webhook': ['Missing webhook', 'An expected webhook did not come.'],
  'late-webhook': ['Late webhook', 'A webhook came after its time.'],
  conflict: ['Conflict', 'Sources contradict each other on a field of a call.'],
  claim: ['Claim', 'Only webhooks tell of a call, and the API denies it: forged, or gone at Exotel.'],
  'dead-letter': ['Dead letter', 'An observation that no reader understands.'],
  'unknown-word': ['Unknown word', 'Something was read, but not as we know it.'],
  'not-held': ['Not held', 'A closed window lists calls that are not held exactly.'],
  gap: ['Gap', 'A window that can never be closed.'],
  amended: ['Amended', 'A closed window was found to be different later.'],
  'day-differs': ['Day differs', 'Calls of a day are not stored as the log has them.'],
}

export const KIND_NAMES = Object.entries(KINDS) as [ExceptionKind, (typeof KINDS)[ExceptionKind]][]

export const AGE_WORDS: Readonly<Record<ExceptionItem['age'], string>> = {
  '20m': 'under 20 min',
  '4h': 'under 4 h',
  '1d': 'under a day',
  '7d': 'under a week',
  older: 'over a week',
}

type Resolution = Extract<ExceptionAction, { action: 'close' }>['resolution']
export const RESOLUTION_WORDS: Readonly<Record<Resolution, string>> = {
  explained: 'explained',
  fixed: 'fixed',
  accepted: 'accepted as it is',
  vendor: 'lies with Exotel',
  duplicate: 'is another one again',
  'false-alarm': 'false alarm',
}

export const SEVERITY_TONES = { high: 'bad', medium: 'poor', low: 'quiet' } as const

/** The state in words, with who has it, or how it was closed. */
export const stateText = ({ state, assignee, resolution }: Pick<ExceptionItem, 'state' | 'assignee' | 'resolution'>): string => {
  if (state === 'closed') return `closed${resolution === null ? '' : `: ${RESOLUTION_WORDS[resolution]}`}`
  return state === 'assigned' && assignee !== null ? `with ${assignee}` : state
}
