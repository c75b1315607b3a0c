/** Which webhooks a call should have had. A call is never "missing" a webhook that no rule expects (law 8). */
import { type CallRecord, fieldOf } from '../call/record.ts'
import { canonicalTime, type Instant } from '../time.ts'

export const DIRECTIONS = ['inbound', 'outbound-api', 'outbound-dial'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** What made a call, as far as its record can tell (contract §13). */
export const ORIGINS = ['api', 'campaign', 'dashboard', 'inbound'] as const
export type Origin = (typeof ORIGINS)[number]

/** What a call must be for a rule to apply to it: all that is named here. None: every call. */
export interface Conditions {
  readonly direction?: Direction
  readonly origin?: Origin
  /** One of these, however either side spells it. */
  readonly exophones?: readonly string[]
  /** Exotel created the call in `[createdFrom, createdBefore)`. */
  readonly createdFrom?: Instant
  readonly createdBefore?: Instant
}

export interface CoverageRule {
  readonly name: string
  readonly when: Conditions
  readonly expects: readonly Expectation[]
}

/** A webhook that a rule says a call should have had: any one of these events satisfies it. */
export interface Expectation {
  readonly name: string
  /** Events such as `status-callback/terminal`; a surface alone, such as `popup`, means any of its events. */
  readonly anyOf: readonly string[]
  /** In time up to so long after the call's end. */
  readonly withinMs: number
}

export interface CoveragePolicy {
  /** First match wins. */
  readonly rules: readonly CoverageRule[]
  /** Equal for all spellings of one number. */
  readonly phoneKey: (text: string) => string
}

/** `untold`: the record does not hold what would decide it. */
export type Met = 'met' | 'failed' | 'untold'

export interface ConditionTrial {
  readonly condition: keyof Conditions
  readonly met: Met
  readonly needed: string
  /** Null where the record does not tell. */
  readonly actual: string | null
}

export interface RuleTrial {
  readonly rule: string
  readonly result: 'applies' | 'does-not-apply' | 'undecided' | 'not-tried'
  readonly conditions: readonly ConditionTrial[]
}

/** What a call should have had, and how that was found. */
export interface Coverage {
  readonly rule: string
  readonly expects: readonly Expectation[]
  readonly trials: readonly RuleTrial[]
}

/** What ends a rule's name is the account's; no rule of an accounts file begins like these. */
export const RESERVED_RULE_NAMES = ['default:', 'undecided:'] as const

/** The last word on a call made by the API: with events, without, and in voice v3's form (contract §§4, 9). */
export const STATUS_CALLBACK_EVENTS = ['status-callback/terminal', 'status-callback/default', 'voice-v3/terminal'] as const

const CAMPAIGN_EVENT = 'campaign/call'

/**
 * By kind of call (contract §13): one made by the API reports its end. A campaign reports to its own callback if to any, an inbound call
 * only where a flow has a Passthru, a dashboard call not at all.
 */
export const defaultRules = (withinMs: number): readonly CoverageRule[] => [
  { name: 'default: campaign calls promise nothing', when: { origin: 'campaign' }, expects: [] },
  { name: 'default: api calls report their end', when: { origin: 'api' }, expects: [{ name: 'status-callback', anyOf: STATUS_CALLBACK_EVENTS, withinMs }] },
  { name: 'default: no webhook is promised', when: {}, expects: [] },
]

/**
 * First match wins; a call that no rule matches expects nothing. Where the record cannot tell whether a rule applies, a later one must not
 * decide: the call expects nothing until more is known, rather than what may not be so.
 */
export const coverageOf = (call: CallRecord, { rules, phoneKey }: CoveragePolicy): Coverage => {
  const trials: RuleTrial[] = []
  for (const [nth, rule] of rules.entries()) {
    const trial = tryRule(call, rule, phoneKey)
    trials.push(trial)
    if (trial.result === 'does-not-apply') continue
    const untried = rules.slice(nth + 1).map(({ name }): RuleTrial => ({ rule: name, result: 'not-tried', conditions: [] }))
    const decided = trial.result === 'applies'
    return { rule: decided ? rule.name : `undecided: ${rule.name}`, expects: decided ? rule.expects : [], trials: [...trials, ...untried] }
  }
  return { rule: 'no rule matched', expects: [], trials }
}

const tryRule = (call: CallRecord, { name, when }: CoverageRule, phoneKey: CoveragePolicy['phoneKey']): RuleTrial => {
  const conditions = trialsOf(call, when, phoneKey)
  const has = (met: Met): boolean => conditions.some((trial) => trial.met === met)
  return { rule: name, result: has('failed') ? 'does-not-apply' : has('untold') ? 'undecided' : 'applies', conditions }
}

const trialsOf = (call: CallRecord, when: Conditions, phoneKey: CoveragePolicy['phoneKey']): readonly ConditionTrial[] => {
  const direction = directionOf(call)
  const exophone = fieldOf(call, 'exophone')
  const createdAt = fieldOf(call, 'createdAt')
  const trials: ConditionTrial[] = []
  const tried = (condition: keyof Conditions, needed: string, actual: string | null, holds: (actual: string) => boolean): void => {
    trials.push({ condition, needed, actual, met: actual === null ? 'untold' : holds(actual) ? 'met' : 'failed' })
  }
  const { direction: way, origin, exophones, createdFrom, createdBefore } = when
  if (way !== undefined) tried('direction', way, direction, (actual) => actual === way)
  if (origin !== undefined) tried('origin', origin, originOf(call), (actual) => actual === origin)
  if (exophones !== undefined) {
    const keys = new Set(exophones.map(phoneKey))
    tried('exophones', exophones.join(', '), exophone, (actual) => keys.has(phoneKey(actual)))
  }
  if (createdFrom !== undefined) tried('createdFrom', canonicalTime(createdFrom), createdAt, (actual) => Date.parse(actual) >= createdFrom)
  if (createdBefore !== undefined) tried('createdBefore', canonicalTime(createdBefore), createdAt, (actual) => Date.parse(actual) < createdBefore)
  return trials
}

const directionOf = (call: CallRecord): Direction | null => DIRECTIONS.find((direction) => direction === fieldOf(call, 'direction')) ?? null

/** A campaign's calls look like any other of the API's until the campaign's own callback names one. */
export const originOf = (call: CallRecord): Origin | null => {
  switch (directionOf(call)) {
    case 'inbound':
      return 'inbound'
    case 'outbound-dial':
      return 'dashboard'
    case 'outbound-api':
      return call.events[CAMPAIGN_EVENT] === undefined ? 'api' : 'campaign'
    case null:
      return null
  }
}

/** Whether an event is one that is meant by a word of `anyOf`. */
export const isMeantBy = (word: string, event: string): boolean => event === word || event.startsWith(`${word}/`)

/** One thing that can change what was said of a call under a rule, while the rule stays. */
export interface Turn {
  readonly rule: string
  readonly expectation: string
  readonly event: string
  readonly withinMs: number
  /** It is what was expected; otherwise it shows the call to be of another kind. */
  readonly isExpected: boolean
}

/** Per expectation, the events that settle it; and for a rule on calls of the API, the one that shows the call to be a campaign's. */
export const turnsOf = ({ rules }: CoveragePolicy): readonly Turn[] =>
  rules.flatMap(({ name: rule, when, expects }) =>
    expects.flatMap(({ name: expectation, anyOf, withinMs }) =>
      [...anyOf.map((event) => ({ event, isExpected: true })), ...(when.origin === 'api' ? [{ event: CAMPAIGN_EVENT, isExpected: false }] : [])].map((turn) => ({
        rule,
        expectation,
        withinMs,
        ...turn,
      })),
    ),
  )
