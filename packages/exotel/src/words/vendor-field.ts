import type { Instant } from '@rollcall/domain/time'
import { canonicalTime } from '@rollcall/domain/time'
import { z } from 'zod'
import { readCallStatus } from './call-status.ts'
import { canonicalDecimal } from './canonical-decimal.ts'
import { readDirection } from './direction.ts'
import { meaningfulText } from './meaningful-text.ts'
import { recordingAddress } from './recording-url.ts'
import { readVendorTime } from './vendor-time.ts'

/**
 * The fields of a surface's schema. Each reads what Exotel wrote into the canonical text of a fact, and reads "nothing" as undefined.
 * What it cannot read is an issue that names the field and what is needed, never the value: that may be a phone number.
 */
const field = <T>(read: (text: string) => T | undefined | null, needed: string) =>
  z
    .unknown()
    .optional()
    .transform((value, context): T | undefined => {
      const text = meaningfulText(value)
      if (text === undefined) return undefined
      const result = text === null ? null : read(text)
      if (result !== null) return result
      context.issues.push({ code: 'custom', message: needed, input: null })
      return z.NEVER
    })

const CALL_SID = /^[\x21-\x7e]{1,64}$/
const readSid = (text: string): string | null => (CALL_SID.test(text) ? text : null)

const readInstant = (text: string): Instant | undefined | null => {
  const at = readVendorTime(text)
  if (at === 'unset') return undefined
  return at === 'unreadable' ? null : at
}

const readTime = (text: string): string | undefined | null => {
  const at = readInstant(text)
  return typeof at === 'number' ? canonicalTime(at) : at
}

const readSeconds = (text: string): string | null => {
  const seconds = canonicalDecimal(text)
  return seconds?.startsWith('-') ? null : seconds
}

export const Sid = field(readSid, 'is not a Sid: 1 to 64 visible characters')
export const Text = field((text) => text, 'is neither text nor a number')
export const Word = field((text) => text.toLowerCase(), 'is neither text nor a number')
export const Status = field(readCallStatus, 'is neither text nor a number')
export const Direction = field(readDirection, 'is neither text nor a number')
export const Time = field(readTime, 'is not a time such as 2017-03-03 10:48:33')
export const Moment = field(readInstant, 'is not a time such as 2017-03-03 10:48:33')
export const Seconds = field(readSeconds, 'is not a number of seconds')
export const Price = field(canonicalDecimal, 'is not a decimal')
export const Recording = field((text) => recordingAddress(text) || undefined, 'is neither text nor a number')
