import type { Surface } from '@rollcall/contracts/observation'
import type { CallFacts } from '@rollcall/domain/call/fact'
import type { Encoding } from '../../testing/encodings.ts'
import type { Notice } from '../notice.ts'
import type { ReadException } from '../read-exception.ts'

/**
 * One line of the specification: what Exotel sends, and what it says. Captured: received on a live account and published, its numbers
 * replaced by fakes. Documented: on a page of Exotel's. Constructed: from lists of fields, for a variant that nobody shows whole, even where
 * its words were seen on the wire. It is said of the values: of the encodings, only the form of the keys was ever captured.
 */
export interface GoldenCase {
  readonly origin: 'captured' | 'documented' | 'constructed'
  readonly variant: string
  /** As the callback URL names it, or as the API row that it is. */
  readonly surface: Surface
  /** All the ways it may come; what it says is the same. */
  readonly encodings: readonly GoldenEncoding[]
  readonly sent: Readonly<Record<string, unknown>>
  readonly says: GoldenFacts | GoldenNoCall
}

/** `query` is a GET. */
export type GoldenEncoding = Encoding | 'query'

export interface GoldenFacts {
  readonly callSid: string
  readonly event: string | null
  /** RFC 3339, for the reader's sake. */
  readonly vendorTime: string | null
  readonly values: CallFacts['values']
  readonly exceptions?: readonly ReadException[]
}

export interface GoldenNoCall {
  readonly why: string
  readonly notice: Notice | null
  readonly exceptions?: readonly ReadException[]
}

export const FORMS: readonly GoldenEncoding[] = ['urlencoded', 'multipart']
export const BODIES: readonly GoldenEncoding[] = ['json', ...FORMS]
export const APPLETS: readonly GoldenEncoding[] = ['query', ...BODIES]

/** The exception for a word that no list has. */
export const unknownValue = (field: string, value: string): ReadException => ({ field, kind: 'unknown-value', value })

/** The exception for a value that cannot be read. */
export const unreadableValue = (field: string, value: string): ReadException => ({ field, kind: 'unreadable-value', value })

/** A copy without some keys. */
export const without = <T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>
