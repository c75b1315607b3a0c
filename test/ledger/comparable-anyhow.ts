import { comparable } from './comparable.ts'

const PHONES: ReadonlySet<string> = new Set(['from', 'to', 'exophone'])
const SUBSCRIBER_DIGITS = 10

/** Like `comparable`, for values of different surfaces: these write one phone number with and without the country. */
export const comparableAnyhow = (field: string, value: unknown): unknown => {
  const text = comparable(field, value)
  return typeof text === 'string' && PHONES.has(field) && !text.startsWith('sip:') ? text.replace(/\D/g, '').slice(-SUBSCRIBER_DIGITS) : text
}
