import type { CallFacts } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import { readParameters } from '../body/read-parameters.ts'
import { readCallRow } from '../surface/call-row.ts'
import { UnreadableError } from '../unreadable-error.ts'

/** One call as the API told it: an observation's payload, and what it says. */
export interface ApiRow {
  readonly callSid: string
  readonly createdAt: Instant
  /** Exactly as it stood: an element of a page's `Calls`, or the single call's whole body. */
  readonly bytes: Uint8Array
  readonly facts: CallFacts
}

/** Throws UnreadableError where the row names no call, another account, or no time of creation, without which no window can hold it. */
export const readApiRow = (bytes: Uint8Array, context: { readonly account: string; readonly surface: 'call-list' | 'call-lookup'; readonly receivedAt: Instant }): ApiRow => {
  const facts = readCallRow(context, readParameters({ query: null, contentType: 'application/json', payload: bytes }))
  const { createdAt } = facts.values
  if (createdAt === undefined) throw new UnreadableError('DateCreated is missing')
  return { callSid: facts.callSid, createdAt: Date.parse(createdAt), bytes, facts }
}
