import type { Field } from '../call/fact.ts'

/** What may tell who called, or leads to what they said. The ExoPhone is the customer's own number. */
const MASKS: Readonly<Partial<Record<Field, (value: string) => string>>> = {
  from: (value) => maskNumber(value),
  to: (value) => maskNumber(value),
  forwardedFrom: (value) => maskNumber(value),
  answeredBy: (value) => maskNumber(value),
  callerName: () => HIDDEN,
  customField: () => HIDDEN,
  recordingUrl: (value) => maskUrl(value),
}

const HIDDEN = '•••'
const SHOWN_DIGITS = 4
/** A shorter one would be told apart by what is shown of it. */
const DIGITS_MIN = 8

export const isPersonal = (field: Field): boolean => MASKS[field] !== undefined

/** The value as it may be shown to anybody who may see the call. Pure. */
export const maskField = (field: Field, value: string): string => MASKS[field]?.(value) ?? value

/** A number by its last four digits, `+91••••••3210`; the country stays. Whatever is no number is hidden whole. */
const maskNumber = (value: string): string => {
  if (!/^\+?[0-9 ()-]+$/.test(value)) return HIDDEN
  const digits = value.replace(/\D/g, '')
  if (digits.length < DIGITS_MIN) return HIDDEN
  const country = value.startsWith('+91') ? '+91' : ''
  return `${country}${'•'.repeat(digits.length - SHOWN_DIGITS - (country === '' ? 0 : 2))}${digits.slice(-SHOWN_DIGITS)}`
}

const maskUrl = (value: string): string => (URL.canParse(value) ? `${new URL(value).protocol}//${new URL(value).host}/${HIDDEN}` : HIDDEN)
