import type { Random } from '../random.ts'

const letterOf = (value: number) => value.toString(36)

/**
 * 32 lower-case letters and digits, looking like the real ones: hex, then year, month (base 36) and day (base 36).
 * The date is drawn too, so that the same seed gives the same sids on every day.
 */
export const drawCallSid = (random: Random): string => `${random.hex(28)}1${random.integer(9, 10).toString(16)}${letterOf(random.integer(1, 12))}${letterOf(random.integer(1, 31))}`
