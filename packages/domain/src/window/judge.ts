/** Did the webhooks that a call should have had arrive? Judged from the projected record, after the API has confirmed the call. */

import { TERMINAL_STATUSES } from '../call/fact.ts'
import { type CallRecord, fieldOf, isVerified } from '../call/record.ts'
import { type Instant, MINUTE } from '../time.ts'
import { type CoveragePolicy, coverageOf, type Expectation, isMeantBy } from './coverage.ts'

/**
 * Why a webhook is not there, or was not in time (design §8):
 *   never-arrived → its time is over, and everything that came in it was read
 *   late          → it came after its time
 *   spooled       → its time is over, but an ingest host may hold what came in it: nothing is said before that is in the log
 *   quarantined   → it came, and no reader understood it
 *   refused       → ingest refused webhooks of the account while this one was due
 *   not-expected  → no rule expects it
 */
export const MISS_REASONS = ['never-arrived', 'late', 'spooled', 'quarantined', 'refused', 'not-expected'] as const
export type MissReason = (typeof MISS_REASONS)[number]

export type Outcome = 'arrived' | 'pending' | 'missing' | 'not-expected'

export interface Judgement {
  readonly callSid: string
  /** Name of the expected webhook; `none` where the rule expects nothing. */
  readonly expectation: string
  readonly rule: string
  readonly outcome: Outcome
  /** Null for a webhook that was in time, and for one that still is. */
  readonly reason: MissReason | null
  /** When the first webhook that satisfies it arrived. */
  readonly arrivedAt: Instant | null
}

/** Up to when what came is known (law 8). By the vendor's clock. */
export interface KnownUpTo {
  /** The projection holds everything that the log held at this moment. */
  readonly readTo: Instant
  /** And the log everything that ingest received before this one; null where no ingest host tells: then its spools are taken to be empty. */
  readonly drainedTo: Instant | null
}

/** What may explain that webhooks of a call are missing. */
export interface MissEvidence {
  /** Surfaces of the webhooks of this call that no reader understood, as ingest recognised them. */
  readonly quarantined: readonly string[]
  /** Beginnings of the minutes in which ingest refused a webhook of the account. */
  readonly refusedMinutes: ReadonlySet<Instant>
}

export const NO_EVIDENCE: MissEvidence = { quarantined: [], refusedMinutes: new Set() }

/** What ingest calls a webhook whose surface it could not recognise: it may be any. */
const UNRECOGNISED = 'unrecognised'

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)

/**
 * One judgement per expected webhook of one call; none before the API has confirmed it, since what a call should have had depends on
 * fields that a webhook may lack or forge. Pending until the call has ended, the webhook's time is over, and all that came in it is known;
 * one that came after its time counts as arrived, with reason `late`.
 */
export const judge = (call: CallRecord, policy: CoveragePolicy, known: KnownUpTo, evidence: MissEvidence = NO_EVIDENCE): readonly Judgement[] => {
  if (!isVerified(call)) return []
  const { rule, expects } = coverageOf(call, policy)
  if (expects.length === 0) return [{ callSid: call.callSid, expectation: 'none', rule, outcome: 'not-expected', reason: 'not-expected', arrivedAt: null }]
  return expects.map((expectation) => ({ callSid: call.callSid, expectation: expectation.name, rule, ...outcomeOf(call, expectation, known, evidence) }))
}

const outcomeOf = (call: CallRecord, expectation: Expectation, known: KnownUpTo, evidence: MissEvidence): Pick<Judgement, 'outcome' | 'reason' | 'arrivedAt'> => {
  const deadline = deadlineOf(call, expectation)
  const arrivals = arrivalsOf(call, expectation).map(({ at }) => at)
  if (arrivals.length > 0) {
    const arrivedAt = Math.min(...arrivals)
    return { outcome: 'arrived', reason: deadline !== null && arrivedAt > deadline ? 'late' : null, arrivedAt }
  }
  if (deadline === null || known.readTo <= deadline) return { outcome: 'pending', reason: null, arrivedAt: null }
  if (known.drainedTo !== null && known.drainedTo <= deadline) return { outcome: 'pending', reason: 'spooled', arrivedAt: null }
  return { outcome: 'missing', reason: whyMissing(expectation, deadline, evidence), arrivedAt: null }
}

/** A webhook that is here, though unread, explains more than one that was turned away, of which nobody knows whose it was. */
const whyMissing = ({ anyOf, withinMs }: Expectation, deadline: Instant, { quarantined, refusedMinutes }: MissEvidence): MissReason => {
  if (quarantined.some((surface) => surface === UNRECOGNISED || anyOf.some((word) => isMeantBy(surface, word)))) return 'quarantined'
  for (let minute = minuteOf(deadline - withinMs); minute <= deadline; minute += MINUTE) if (refusedMinutes.has(minute)) return 'refused'
  return 'never-arrived'
}

/** Beginning of the minute that a moment is in. */
const minuteOf = (at: Instant): Instant => Math.floor(at / MINUTE) * MINUTE

/** Last moment at which the webhook is in time; null while the call is not known to have ended. A row that is terminal but not finalised has no EndTime yet. */
export const deadlineOf = (call: CallRecord, { withinMs }: Expectation): Instant | null => {
  const endedAt = fieldOf(call, 'endedAt')
  const status = fieldOf(call, 'status')
  return endedAt === null || status === null || !TERMINAL.has(status) ? null : Date.parse(endedAt) + withinMs
}

/** The webhooks that satisfy it, and when each kind first came. */
export const arrivalsOf = (call: CallRecord, { anyOf }: Expectation): readonly { readonly event: string; readonly at: Instant }[] =>
  Object.entries(call.events).flatMap(([event, at]) => (anyOf.some((word) => isMeantBy(word, event)) ? [{ event, at }] : []))
