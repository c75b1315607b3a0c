import type { CallFacts } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import { readParameters } from '../body/read-parameters.ts'
import { readCallRow } from '../surface/call-row.ts'
import { voiceV3 } from '../surface/voice-v3.ts'
import { UnreadableError } from '../unreadable-error.ts'

/** One call as the API told it: an observation's payload, and what it says. */
export interface ApiRow {
  readonly callSid: string
  readonly createdAt: Instant
  /** Exactly as it stood: an element of a page's `Calls`, or the single call's whole body. */
  readonly bytes: Uint8Array
  readonly facts: CallFacts
}

interface RowContext {
  readonly account: string
  readonly receivedAt: Instant
  readonly utcOffsetMinutes: number
}

/** Throws UnreadableError where the row names no call, another account, or no time of creation, without which no window can hold it. */
export const readApiRow = (bytes: Uint8Array, context: RowContext & { readonly surface: 'call-list' | 'call-lookup' }): ApiRow =>
  rowOf(bytes, readCallRow(context, parametersOf(bytes)))

/** The same of voice v3's call details, which are asked for by Sid only (contract §9). */
export const readV3Row = (bytes: Uint8Array, context: RowContext): ApiRow => rowOf(bytes, voiceV3.read({ ...context, surface: 'call-lookup' }, parametersOf(bytes)).facts)

const parametersOf = (bytes: Uint8Array) => readParameters({ query: null, contentType: 'application/json', payload: bytes })

const rowOf = (bytes: Uint8Array, facts: CallFacts): ApiRow => {
  const { createdAt } = facts.values
  if (createdAt === undefined) throw new UnreadableError('DateCreated is missing')
  return { callSid: facts.callSid, createdAt: Date.parse(createdAt), bytes, facts }
}
