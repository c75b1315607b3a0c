import type { CallFacts } from '@rollcall/domain/call/fact'
import type { Notice } from './notice.ts'

/** The longest value an exception quotes. */
export const EXCEPTION_VALUE_CHARACTERS_MAX = 64

/**
 * Something read, but not as we know it. `unknown-value`: a word that is in none of our lists, read as `unknown`.
 * `other-surface`: the callback URL names one surface and the body is of another, as which it was read.
 */
export interface ReadException {
  /** The parameter as it was sent, such as `Legs[0][Status]`; `surface` for the callback URL's. */
  readonly field: string
  readonly kind: 'unknown-value' | 'other-surface'
  /** A word, or empty where what was sent is not like one: never a number, never personal data. */
  readonly value: string
}

/**
 * What came of reading an observation. `no-call`: it speaks of no call, as probes and heartbeats do; nothing is wrong.
 * `unreadable`: it should have spoken of a call; it becomes a dead letter with this reason, which holds no field's value.
 */
export type ReadResult =
  | { readonly kind: 'facts'; readonly facts: CallFacts; readonly exceptions: readonly ReadException[] }
  | { readonly kind: 'no-call'; readonly why: string; readonly notice: Notice | null; readonly exceptions: readonly ReadException[] }
  | { readonly kind: 'unreadable'; readonly reason: string }
