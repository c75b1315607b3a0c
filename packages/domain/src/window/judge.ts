/** Did the webhooks that a call should have had arrive? Judged from the projected record, after the API has confirmed the call. */

import { TERMINAL_STATUSES } from '../call/fact.ts'
import { type CallRecord, fieldOf, isVerified } from '../call/record.ts'
import type { Instant } from '../time.ts'
import { type CoveragePolicy, coverageOf, type Expectation, isMeantBy } from './coverage.ts'

/** Why an expected webhook is not there (design §8). `spooled`, `quarantined` and `refused` need evidence from ingest that is not gathered yet. */
export type MissReason = 'never-arrived' | 'late'

export type Outcome = 'arrived' | 'pending' | 'missing' | 'not-expected'

export interface Judgement {
  readonly callSid: string
  /** Name of the expected webhook; `none` where the rule expects nothing. */
  readonly expectation: string
  readonly rule: string
  readonly outcome: Outcome
  readonly reason: MissReason | null
  /** When the first webhook that satisfies it arrived. */
  readonly arrivedAt: Instant | null
}

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)

/**
 * One judgement per expected webhook of one call; none before the API has confirmed it, since what a call should have had depends on
 * fields that a webhook may lack or forge. Pending until the call has ended and the webhook's time is over; one that came after it
 * counts as arrived, with reason `late`. `now`: up to when the log was read (law 8), by the vendor's clock.
 */
export const judge = (call: CallRecord, policy: CoveragePolicy, now: Instant): readonly Judgement[] => {
  if (!isVerified(call)) return []
  const { rule, expects } = coverageOf(call, policy)
  if (expects.length === 0) return [{ callSid: call.callSid, expectation: 'none', rule, outcome: 'not-expected', reason: null, arrivedAt: null }]
  return expects.map((expectation) => ({ callSid: call.callSid, expectation: expectation.name, rule, ...outcomeOf(call, expectation, now) }))
}

const outcomeOf = (call: CallRecord, expectation: Expectation, now: Instant): Pick<Judgement, 'outcome' | 'reason' | 'arrivedAt'> => {
  const deadline = deadlineOf(call, expectation)
  const arrivals = arrivalsOf(call, expectation).map(({ at }) => at)
  if (arrivals.length > 0) {
    const arrivedAt = Math.min(...arrivals)
    return { outcome: 'arrived', reason: deadline !== null && arrivedAt > deadline ? 'late' : null, arrivedAt }
  }
  if (deadline === null || now <= deadline) return { outcome: 'pending', reason: null, arrivedAt: null }
  return { outcome: 'missing', reason: 'never-arrived', arrivedAt: null }
}

/** Last moment at which the webhook is in time; null while the call is not known to have ended. A row that is terminal but not finalised has no EndTime yet. */
export const deadlineOf = (call: CallRecord, { withinMs }: Expectation): Instant | null => {
  const endedAt = fieldOf(call, 'endedAt')
  const status = fieldOf(call, 'status')
  return endedAt === null || status === null || !TERMINAL.has(status) ? null : Date.parse(endedAt) + withinMs
}

/** The webhooks that satisfy it, and when each kind first came. */
export const arrivalsOf = (call: CallRecord, { anyOf }: Expectation): readonly { readonly event: string; readonly at: Instant }[] =>
  Object.entries(call.events).flatMap(([event, at]) => (anyOf.some((word) => isMeantBy(word, event)) ? [{ event, at }] : []))
