import { SECOND } from '../time.ts'
import { type ClosingPolicy, closingPolicyOf } from '../window/closing-policy.ts'

/** What an account's plan is made by. Milliseconds; derived from the accounts file. */
export interface SchedulePolicy extends ClosingPolicy {
  /** How often the ages behind the last trailing pass are swept for calls that have ended since. */
  readonly sweepEveryMs: number
  /** How late after a call's end its row is expected in the list, its duration included. The RPO rests on it, correctness never does. */
  readonly listLagMs: number
}

/** The policy that an account's settings, in seconds, describe. */
export const schedulePolicyOf = (settings: Parameters<typeof closingPolicyOf>[0] & { readonly sweepEverySeconds: number; readonly listLagSeconds: number }): SchedulePolicy => ({
  ...closingPolicyOf(settings),
  sweepEveryMs: settings.sweepEverySeconds * SECOND,
  listLagMs: settings.listLagSeconds * SECOND,
})
