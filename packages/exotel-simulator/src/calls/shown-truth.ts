import type { Instant } from '../clock/simulator-clock.ts'
import type { CallTruth, LedgerCall } from './ledger-call.ts'

/** What the API takes for the truth at `now`: what changes later is still as it was. */
export const shownTruth = ({ truth, changes }: LedgerCall, now: Instant): CallTruth => {
  const still = changes.filter(({ at }) => now < at)
  return still.length === 0 ? truth : { ...truth, ...Object.fromEntries(still.map(({ field, before }) => [field, before])) }
}
