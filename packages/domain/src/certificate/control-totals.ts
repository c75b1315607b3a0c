import { z } from 'zod'
import { isDecimal } from '../call/decimal.ts'
import type { Field } from '../call/fact.ts'
import { sumDecimals } from '../call/sum-decimals.ts'

const Decimal = z.string().refine(isDecimal)

/** What auditors add up to see that nothing is missing, exact: calls, seconds, money, recordings. */
export const ControlTotals = z.strictObject({
  calls: z.int().nonnegative(),
  durationSeconds: Decimal,
  price: Decimal,
  /** Calls that have no price, or none that is a number. */
  unpriced: z.int().nonnegative(),
  recordings: z.int().nonnegative(),
})
export type ControlTotals = z.infer<typeof ControlTotals>

type Values = Readonly<Partial<Record<Field, string>>>

export const controlTotals = (calls: readonly Values[]): ControlTotals => {
  const decimals = (field: Field): readonly string[] => calls.flatMap((values) => (isDecimal(values[field] ?? '') ? [values[field] ?? ''] : []))
  const prices = decimals('price')
  return {
    calls: calls.length,
    durationSeconds: sumDecimals(decimals('durationSeconds')),
    price: sumDecimals(prices),
    unpriced: calls.length - prices.length,
    recordings: calls.filter(({ recordingUrl }) => recordingUrl !== undefined).length,
  }
}

/** Ours less theirs, exact. */
export const differenceOf = (ours: ControlTotals, theirs: ControlTotals) => ({
  calls: ours.calls - theirs.calls,
  durationSeconds: sumDecimals([ours.durationSeconds, negated(theirs.durationSeconds)]),
  price: sumDecimals([ours.price, negated(theirs.price)]),
  recordings: ours.recordings - theirs.recordings,
})

const negated = (decimal: string): string => (decimal.startsWith('-') ? decimal.slice(1) : `-${decimal}`)
