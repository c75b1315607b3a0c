import { type CallRecord, fieldOf, firstTold } from '../call/record.ts'

/** How long after a call's end we held that it had ended, in milliseconds; of the calls whose end is known. */
export interface ToldDelays {
  readonly known: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
  /** Later than the recovery point objective allows. */
  readonly late: number
}

export const toldDelays = (calls: readonly CallRecord[], rpoMs: number): ToldDelays => {
  const delays = calls
    .flatMap((call) => {
      const told = firstTold(call, 'ended')
      const endedAt = Date.parse(fieldOf(call, 'endedAt') ?? '')
      return told === null || Number.isNaN(endedAt) ? [] : [Math.max(0, told.at - endedAt)]
    })
    .sort((a, b) => a - b)
  /** The nearest rank: a delay that some call really had. */
  const percentile = (share: number): number | null => delays[Math.max(0, Math.ceil(share * delays.length) - 1)] ?? null
  return { known: delays.length, p50Ms: percentile(0.5), p99Ms: percentile(0.99), maxMs: delays.at(-1) ?? null, late: delays.filter((delay) => delay > rpoMs).length }
}
