import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** A number as it came, and in the one form that all its spellings share. Facts keep the original; this is for comparing and showing. */
export interface NormalisedPhone {
  readonly original: string
  /** `+919000000001`; null where the text is no number that could be dialled. */
  readonly e164: string | null
  /** How it was written: with its country, without, as a softphone's address, with digits hidden, or not as a number. */
  readonly kind: 'e164' | 'national' | 'sip' | 'masked' | 'unknown'
}

/** Exotel's numbers without a country are India's (contract §2.6). */
const COUNTRY = 'IN'

/** Calls have few distinct numbers at a time; parsing one costs microseconds. */
export const CACHED_MAX = 10_000

/** No number is longer, not even a softphone's address; what is longer is neither read nor kept. */
const CHARACTERS_MAX = 128

const MASKED = /^\+?[\d\s-]*[xX*]{2,}[\dxX*\s-]*$/

/** One number's spellings (`09000000001`, `+919000000001`, `919000000001`, `9000000001`) give one E.164 form. Cached, up to CACHED_MAX. */
export const normalisePhone = (text: string): NormalisedPhone => {
  if (text.length > CHARACTERS_MAX) return { original: text, e164: null, kind: 'unknown' }
  const known = cache.get(text)
  if (known !== undefined) return known
  const phone = normalised(text)
  if (cache.size >= CACHED_MAX) cache.clear()
  cache.set(text, phone)
  return phone
}

const cache = new Map<string, NormalisedPhone>()

const normalised = (original: string): NormalisedPhone => {
  const text = original.trim()
  if (/^sips?:/i.test(text)) return { original, e164: null, kind: 'sip' }
  if (MASKED.test(text)) return { original, e164: null, kind: 'masked' }
  const number = parsePhoneNumberFromString(text, { defaultCountry: COUNTRY, extract: false })
  if (number === undefined || !number.isPossible()) return { original, e164: null, kind: 'unknown' }
  return { original, e164: number.number, kind: text.startsWith('+') || text.startsWith('00') ? 'e164' : 'national' }
}
