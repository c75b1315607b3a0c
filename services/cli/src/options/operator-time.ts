import type { Instant } from '@rollcall/domain/time'
import { InvalidArgumentError } from 'commander'

const DAY_AND_TIME = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?(Z|[+-]\d{2}:\d{2})?$/
/** Exotel's own zone, and its operators': without a zone a time is meant so. */
const IST = '+05:30'

/**
 * A time as an operator writes it: ISO 8601 with its zone, or `YYYY-MM-DD HH:MM`, or a day alone (its midnight); without a zone it is IST.
 * @throws InvalidArgumentError saying what is needed; commander names the option and the value.
 */
export const operatorTime = (text: string): Instant => {
  const [, day = '', time = '00:00', zone = IST] = DAY_AND_TIME.exec(text.trim()) ?? []
  const at = Date.parse(`${day}T${time}${zone}`)
  if (Number.isNaN(at) || !dayExists(day)) throw new InvalidArgumentError('Needed is a time such as "2026-01-31 09:30" (IST) or 2026-01-31T04:00:00Z.')
  return at
}

/** JavaScript reads 31 February as a day of March. */
const dayExists = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
