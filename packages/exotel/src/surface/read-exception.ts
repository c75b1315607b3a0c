import type { RequestParameter } from './request-parameter.ts'

/** The longest value an exception quotes. */
export const EXCEPTION_VALUE_CHARACTERS_MAX = 64

/**
 * Something read, but not as we know it. `unknown-value`: a word that is in none of our lists, read as `unknown`. `unreadable-value`:
 * a time, a number or a text that is none, left out. `other-surface`: the callback URL names one surface and the body is of another, as which it was read.
 */
export interface ReadException {
  /** The parameter as it was sent, such as `Legs[0][Status]`; `surface` for the callback URL's. */
  readonly field: string
  readonly kind: 'unknown-value' | 'unreadable-value' | 'other-surface'
  /** A word, or empty where what was sent is not like one: never a number, never personal data. */
  readonly value: string
}

export const unknownValue = ({ name, raw }: RequestParameter): ReadException => ({ field: name, kind: 'unknown-value', value: wordLike(raw) })
export const unreadableValue = ({ name, raw }: RequestParameter): ReadException => ({ field: name, kind: 'unreadable-value', value: wordLike(raw) })

/** Letters only: no number can be one, and nothing longer than Exotel's own words. */
const WORD = new RegExp(`^[A-Za-z][A-Za-z_-]{0,${EXCEPTION_VALUE_CHARACTERS_MAX - 1}}$`)

/** The raw text where it is like a word of a list, empty where it is not. */
const wordLike = (raw: string): string => (WORD.test(raw.trim()) ? raw.trim() : '')
