import { compareText } from './decimal.ts'
import { type Field, TERMINAL_STATUSES } from './fact.ts'
import type { Spread } from './record.ts'

/** Fields that do not change in the life of a call: when sources disagree on one, someone is wrong. */
export const SPREAD_FIELDS = ['status', 'direction', 'from', 'to', 'exophone', 'createdAt', 'startedAt', 'endedAt'] as const satisfies readonly Field[]
export type SpreadField = (typeof SPREAD_FIELDS)[number]

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)
const PHONE_DIGITS = 10

/** What of a value takes part in the disagreement check; null when nothing does. Phones by their last ten digits, as integrators compare them (contract §2.6). */
export const comparableOf = (field: SpreadField, value: string): string | null => {
  switch (field) {
    case 'status':
      return TERMINAL.has(value) ? value : null
    case 'from':
    case 'to':
    case 'exophone':
      return value.startsWith('sip:') ? value : value.replace(/\D/g, '').slice(-PHONE_DIGITS) || value
    case 'direction':
      return value === 'unknown' ? null : value
    case 'createdAt':
    case 'startedAt':
    case 'endedAt':
      return value
    default:
      return field satisfies never
  }
}

export const joinSpreads = (a: Spread | undefined, b: Spread): Spread => {
  if (a === undefined) return b
  const low = compareText(b.low, a.low) < 0 ? b.low : a.low
  const high = compareText(b.high, a.high) > 0 ? b.high : a.high
  return low === a.low && high === a.high ? a : { low, high }
}
