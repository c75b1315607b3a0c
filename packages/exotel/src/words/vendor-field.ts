import { z } from 'zod'
import { readCallStatus } from './call-status.ts'
import { canonicalDecimal } from './canonical-decimal.ts'
import { readCcmOutcome } from './ccm-outcome.ts'
import { readDirection } from './direction.ts'
import { enumeration, same } from './enumeration.ts'
import { meaningfulText, writtenText } from './meaningful-text.ts'
import { NOT_QUICK, quickly } from './quick-read.ts'
import { recordingAddress } from './recording-url.ts'
import { readVendorTime, type VendorTime } from './vendor-time.ts'

type Reads<T> = (text: string) => T | undefined | null

/** Longer than any text of Exotel's; nothing that a sender can make as long as it likes becomes a fact. */
export const FIELD_CHARACTERS_MAX = 8_192

/**
 * The fields of a surface's schema. Each reads what Exotel wrote into the canonical text of a fact, and reads "nothing" as undefined.
 * What it cannot read is an issue that names the field and what is needed, never the value: that may be a phone number.
 */
const field = <T>(read: Reads<T>, needed: string, textOf: (value: unknown) => string | undefined | null = meaningfulText) => {
  /** Null where it cannot be read. */
  const readValue = (value: unknown): T | undefined | null => {
    const text = textOf(value)
    if (text === undefined) return undefined
    return text === null || text.length > FIELD_CHARACTERS_MAX ? null : read(text)
  }
  const schema = z
    .transform((value: unknown, context): T | undefined => {
      const result = readValue(value)
      if (result !== null) return result
      const isTooLong = (textOf(value)?.length ?? 0) > FIELD_CHARACTERS_MAX
      context.issues.push({ code: 'custom', message: isTooLong ? `is longer than ${FIELD_CHARACTERS_MAX} characters` : needed, input: null })
      return z.NEVER
    })
    .optional()
  return quickly(schema, (value) => {
    // Most fields of a schema are not in a request.
    if (value === undefined) return undefined
    const result = readValue(value)
    return result === null ? NOT_QUICK : result
  })
}

const NOT_TEXT = 'is neither text nor a number'
const NOT_A_TIME = 'is not a time such as 2017-03-03 10:48:33'

const CALL_SID = /^[\x21-\x7e]{1,64}$/
const readSid = (text: string): string | null => (CALL_SID.test(text) ? text : null)

const readTime = (text: string): VendorTime | undefined | null => {
  const time = readVendorTime(text)
  if (time === 'unset') return undefined
  return time === 'unreadable' ? null : time
}

const readSeconds = (text: string): string | null => {
  const seconds = canonicalDecimal(text)
  return seconds?.startsWith('-') ? null : seconds
}

/** A customer's own value may have come back as the JSON it was sent as. */
const asWritten = (value: unknown): string | undefined | null => (typeof value === 'object' && value !== null ? writtenText(JSON.stringify(value)) : writtenText(value))

const firstContact = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)
const contactText = (value: unknown): string | undefined | null => {
  const contact = firstContact(value)
  if (typeof contact !== 'object' || contact === null) return meaningfulText(contact)
  const { contact_uri, user_contact_uri, number } = contact as Readonly<Record<string, unknown>>
  return meaningfulText(contact_uri ?? user_contact_uri ?? number)
}

const recordingText = (value: unknown): string | undefined | null => {
  const first = Array.isArray(value) ? value[0] : value
  return meaningfulText(typeof first === 'object' && first !== null && 'url' in first ? first.url : first)
}

const asIs = (text: string): string => text

export const Sid = field(readSid, 'is not a Sid: 1 to 64 visible characters')
export const Text = field(asIs, NOT_TEXT)
/** The customer's own words, kept to the letter. */
export const Opaque = field(asIs, NOT_TEXT, asWritten)
export const Status = field(readCallStatus, NOT_TEXT)
export const Outcome = field(readCcmOutcome, NOT_TEXT)
export const Direction = field(readDirection, NOT_TEXT)
export const AnsweredBy = field(enumeration(same('human', 'machine', 'notsure', 'na')), NOT_TEXT)
/** Of which moment depends on the account's zone, where none is written. */
export const Time = field(readTime, NOT_A_TIME)
export const Seconds = field(readSeconds, 'is not a number of seconds')
export const Price = field(canonicalDecimal, 'is not a decimal')
export const Recording = field((text) => recordingAddress(text) || undefined, NOT_TEXT, recordingText)
/** One end of a CCM call: a number, `{contact_uri}`, or a list of such. */
export const Contact = field(asIs, NOT_TEXT, contactText)
/** A word of a closed list, in any letter case; any other word is `unknown`. Keys are lower case. */
export const oneOf = <W extends string>(words: ReadonlyMap<string, W>) => field(enumeration(words), NOT_TEXT)
