import { sumDecimals } from '@rollcall/domain/call/sum-decimals'
import type { ControlTotals } from '@rollcall/domain/certificate/control-totals'

/** The totals of several windows together, exact. */
export const addTotals = (parts: readonly ControlTotals[]): ControlTotals => ({
  calls: sum(parts.map(({ calls }) => calls)),
  durationSeconds: sumDecimals(parts.map(({ durationSeconds }) => durationSeconds)),
  price: sumDecimals(parts.map(({ price }) => price)),
  unpriced: sum(parts.map(({ unpriced }) => unpriced)),
  recordings: sum(parts.map(({ recordings }) => recordings)),
})

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
