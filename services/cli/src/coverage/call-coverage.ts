import { type CallRecord, fieldOf, isVerified } from '@rollcall/domain/call/record'
import { canonicalTime, type Instant, SECOND } from '@rollcall/domain/time'
import { type CoveragePolicy, coverageOf, originOf, type RuleTrial } from '@rollcall/domain/window/coverage'
import { arrivalsOf, deadlineOf, type MissReason, type Outcome } from '@rollcall/domain/window/judge'
import type { StoredJudgement } from '@rollcall/store/reconcile/read-judgements'

/** A judgement as JSON has it; times are RFC 3339. */
interface ShownJudgement {
  readonly expectation: string
  readonly rule: string
  readonly outcome: Outcome
  readonly reason: MissReason | null
  readonly arrivedAt: string | null
  readonly judgedAt: string
}

/** What a call should have had and why, what came, and what was said of it. */
export interface CallCoverage {
  readonly account: string
  readonly callSid: string
  /** Null where the call's record does not tell. */
  readonly call: Readonly<Record<'direction' | 'origin' | 'exophone' | 'status' | 'createdAt' | 'endedAt', string | null>> & { readonly verified: boolean }
  /** Every rule in order, with the conditions that were tried. */
  readonly rules: readonly RuleTrial[]
  readonly rule: string
  readonly expected: readonly ExpectedWebhook[]
  /** Every kind of webhook that came, and when it first did. */
  readonly came: readonly Arrival[]
  readonly judgements: readonly ShownJudgement[]
  readonly before: readonly (ShownJudgement & { readonly replacedAt: string })[]
}

interface Arrival {
  readonly event: string
  readonly at: string
}

interface ExpectedWebhook {
  readonly name: string
  readonly anyOf: readonly string[]
  readonly withinSeconds: number
  /** Null while the call is not known to have ended. */
  readonly due: string | null
  readonly came: readonly Arrival[]
}

/** What rules in force today say of a call, beside what was said of it. Pure. */
export const callCoverage = (call: CallRecord, policy: CoveragePolicy, said: readonly StoredJudgement[]): CallCoverage => {
  const { rule, expects, trials } = coverageOf(call, policy)
  return {
    account: call.account,
    callSid: call.callSid,
    call: {
      direction: fieldOf(call, 'direction'),
      origin: originOf(call),
      exophone: fieldOf(call, 'exophone'),
      status: fieldOf(call, 'status'),
      createdAt: fieldOf(call, 'createdAt'),
      endedAt: fieldOf(call, 'endedAt'),
      verified: isVerified(call),
    },
    rules: trials,
    rule,
    expected: expects.map((expectation) => {
      const due = deadlineOf(call, expectation)
      return {
        name: expectation.name,
        anyOf: expectation.anyOf,
        withinSeconds: expectation.withinMs / SECOND,
        due: due === null ? null : canonicalTime(due),
        came: arrivalsOf(call, expectation).map(shownArrival),
      }
    }),
    came: Object.entries(call.events)
      .map(([event, at]) => ({ event, at }))
      .toSorted((a, b) => a.at - b.at)
      .map(shownArrival),
    judgements: said.flatMap((judgement) => (judgement.replacedAt === null ? [shown(judgement)] : [])),
    before: said.flatMap((judgement) => (judgement.replacedAt === null ? [] : [{ ...shown(judgement), replacedAt: canonicalTime(judgement.replacedAt) }])),
  }
}

const shownArrival = ({ event, at }: { readonly event: string; readonly at: Instant }): Arrival => ({ event, at: canonicalTime(at) })

const shown = ({ expectation, rule, outcome, reason, arrivedAt, judgedAt }: StoredJudgement): ShownJudgement => ({
  expectation,
  rule,
  outcome,
  reason,
  arrivedAt: arrivedAt === null ? null : canonicalTime(arrivedAt),
  judgedAt: canonicalTime(judgedAt),
})
