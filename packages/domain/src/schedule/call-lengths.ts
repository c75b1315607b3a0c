import { HOUR, MINUTE } from '../time.ts'

/** How long an account's calls last, as the share that lasts longer than an age (milliseconds): 1 before 0, and never growing. */
export type CallLengths = (ageMs: number) => number

/** Calls between two lengths, evenly. */
export interface LongCalls {
  /** Of all calls, 0 to 1. */
  readonly share: number
  readonly fromMs: number
  readonly toMs: number
}

/** Most accounts' calls: exponential around a mean, and where `long` says so a share of long ones beside them. */
export const exponentialLengths = (meanMs: number, long: LongCalls = { share: 0, fromMs: 0, toMs: 1 }): CallLengths => {
  const usual = (ageMs: number): number => Math.exp(-Math.max(0, ageMs) / meanMs)
  const lasting = (ageMs: number): number => Math.min(1, Math.max(0, (long.toMs - ageMs) / (long.toMs - long.fromMs)))
  return (ageMs) => (1 - long.share) * usual(ageMs) + long.share * lasting(ageMs)
}

/** What is assumed of calls before an account's own tell: two minutes on average, and one in fifty long. */
export const ASSUMED_LENGTHS = exponentialLengths(2 * MINUTE, { share: 0.02, fromMs: 15 * MINUTE, toMs: 4 * HOUR })

/** Fewer calls than this tell less than the assumption does. */
export const LENGTHS_SEEN_MIN = 50

/** As calls were seen to last, each length in milliseconds; as is assumed where too few were seen. */
export const lengthsOf = (seenMs: readonly number[]): CallLengths => {
  if (seenMs.length < LENGTHS_SEEN_MIN) return ASSUMED_LENGTHS
  const sorted = seenMs.toSorted((a, b) => a - b)
  return (ageMs) => (sorted.length - countUpTo(sorted, ageMs)) / sorted.length
}

/** How many are no longer than this. */
const countUpTo = (sorted: readonly number[], most: number): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) <= most) low = middle + 1
    else high = middle
  }
  return low
}
