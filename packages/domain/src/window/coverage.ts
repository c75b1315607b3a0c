/** Which webhooks a call should have had. A call is never "missing" a webhook that no rule expects (law 8). */
import { type CallRecord, fieldOf } from '../call/record.ts'

export interface CoverageRule {
  readonly name: string
  readonly matches: (call: CallRecord) => boolean
  readonly expects: readonly Expectation[]
}

/** A webhook that the policy says a call should have had: any one of these events satisfies it. */
export interface Expectation {
  readonly name: string
  readonly anyOf: readonly string[]
}

export interface Coverage {
  readonly rule: string
  readonly expects: readonly Expectation[]
}

const STATUS_CALLBACK: Expectation = { name: 'status-callback', anyOf: ['status-callback/terminal', 'status-callback/default'] }

/**
 * Contract §13: calls made by the API report their end; inbound calls only where a flow has a Passthru, and dashboard calls not at all.
 * An account whose campaigns or connects run without a StatusCallback needs rules of its own.
 */
export const DEFAULT_RULES: readonly CoverageRule[] = [
  { name: 'api calls report their end', matches: (call) => fieldOf(call, 'direction') === 'outbound-api', expects: [STATUS_CALLBACK] },
  { name: 'no webhook is promised', matches: () => true, expects: [] },
]

/** First match wins; a call that no rule matches expects nothing. */
export const coverageOf = (call: CallRecord, rules: readonly CoverageRule[]): Coverage => {
  const rule = rules.find((candidate) => candidate.matches(call))
  return rule === undefined ? { rule: 'no rule matched', expects: [] } : { rule: rule.name, expects: rule.expects }
}

/** Every event that satisfies an expectation of these rules, with that expectation's name. */
export const satisfyingEvents = (rules: readonly CoverageRule[]): readonly { readonly expectation: string; readonly event: string }[] =>
  rules.flatMap((rule) => rule.expects.flatMap(({ name, anyOf }) => anyOf.map((event) => ({ expectation: name, event }))))
