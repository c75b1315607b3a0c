import type { ConditionTrial, RuleTrial } from '@rollcall/domain/window/coverage'
import type { MissReason } from '@rollcall/domain/window/judge'
import { clockTime } from '../terminal/clock-time.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { CallCoverage } from './call-coverage.ts'

const LABEL_COLUMNS = 16
const UNTOLD = 'not told'

/** Why a call should have had which webhooks, and what became of them; one string a line. Pure. */
export const renderCallCoverage = ({ account, callSid, call, rules, rule, expected, came, judgements, before }: CallCoverage): readonly string[] => [
  `Call ${safeText(callSid)} of ${safeText(account)}`,
  row('direction', call.direction ?? UNTOLD),
  row('origin', call.origin ?? UNTOLD),
  row('ExoPhone', call.exophone ?? UNTOLD),
  row('created', moment(call.createdAt) ?? UNTOLD),
  row('ended', moment(call.endedAt) ?? 'not known to have'),
  row('status', call.status ?? UNTOLD),
  row('told by', call.verified ? "Exotel's API" : "webhooks alone; a call is not judged before Exotel's API has told of it"),
  '',
  'Rules, the first that applies decides:',
  ...rules.flatMap((trial, nth) => [`  ${nth + 1}. ${safeText(trial.rule)}: ${RESULTS[trial.result]}`, ...trial.conditions.map((each) => `       ${conditionText(each)}`)]),
  ...(rules.some(({ result }) => result === 'applies' || result === 'undecided') ? [] : ['  None applies.']),
  '',
  ...expectedLines(rules, expected),
  '',
  came.length === 0 ? 'No webhook came.' : 'Came:',
  ...came.map(({ event, at }) => row(event, clockTime(Date.parse(at)))),
  '',
  judgements.length === 0 ? 'Not judged yet: the next run of the reconciler that meets the call judges it.' : 'Judged:',
  ...judgements.map((judgement) => row(labelOf(judgement), `${judgementText(judgement)}; said ${clockTime(Date.parse(judgement.judgedAt))}`)),
  ...(judgements.some((judgement) => judgement.rule !== rule)
    ? [
        `  By other rules than today's (${[...new Set(judgements.map((judgement) => safeText(judgement.rule)))].join('; ')}). The reconciler reads them when it starts, and then judges again.`,
      ]
    : []),
  ...(before.length === 0 ? [] : ['', 'Said before:']),
  ...before.map((judgement) =>
    row(
      labelOf(judgement),
      `${judgementText(judgement)}, by "${judgement.rule}"; from ${clockTime(Date.parse(judgement.judgedAt))} to ${clockTime(Date.parse(judgement.replacedAt))}`,
    ),
  ),
]

const row = (label: string, text: string): string => `  ${safeText(label).padEnd(LABEL_COLUMNS - 1)} ${safeText(text)}`

const moment = (text: string | null): string | null => (text === null ? null : clockTime(Date.parse(text)))

const RESULTS: Readonly<Record<RuleTrial['result'], string>> = {
  applies: 'applies',
  'does-not-apply': 'does not apply',
  undecided: 'cannot be decided, and no later rule may decide before it is',
  'not-tried': 'not tried',
}

const NAMES: Readonly<Record<ConditionTrial['condition'], string>> = {
  direction: 'direction is',
  origin: 'origin is',
  exophones: 'ExoPhone is one of',
  createdFrom: 'created at or after',
  createdBefore: 'created before',
}

const conditionText = ({ condition, needed, actual, met }: ConditionTrial): string => {
  const text = `${NAMES[condition]} ${safeText(needed)}`
  if (met === 'met') return `${text}: yes`
  return met === 'untold' ? `${text}: its record does not tell` : `${text}: no, it is ${safeText(actual ?? '')}`
}

const expectedLines = (rules: readonly RuleTrial[], expected: CallCoverage['expected']): readonly string[] => {
  if (expected.length === 0) return [rules.some(({ result }) => result === 'undecided') ? 'Expected: nothing, until more is known.' : 'Expected: nothing.']
  return [
    'Expected:',
    ...expected.map(({ name, anyOf, withinSeconds, due, came }) => {
      const first = came.map(({ at }) => Date.parse(at)).sort((a, b) => a - b)[0]
      const arrived = first === undefined ? 'none came' : `came ${clockTime(first)}`
      return row(name, `${anyOf.join(' or ')}, ${withinSeconds} s after the call's end: ${due === null ? 'once it has ended' : `by ${clockTime(Date.parse(due))}`}; ${arrived}`)
    }),
  ]
}

const labelOf = ({ expectation, outcome }: CallCoverage['judgements'][number]): string => (outcome === 'not-expected' ? 'nothing' : expectation)

const MISSING: Readonly<Partial<Record<MissReason, string>>> = {
  'never-arrived': 'it never arrived',
  quarantined: 'no reader understood what came of it: see rollcall quarantine',
  refused: 'ingest refused webhooks while it was due',
}

const judgementText = ({ outcome, reason, arrivedAt }: CallCoverage['judgements'][number]): string => {
  switch (outcome) {
    case 'arrived':
      return `arrived ${arrivedAt === null ? '' : clockTime(Date.parse(arrivedAt))}${reason === 'late' ? ', late' : ''}`
    case 'missing':
      return `missing, ${MISSING[reason ?? 'never-arrived'] ?? reason}`
    case 'pending':
      return reason === 'spooled' ? 'awaited, it may lie in the spool of an ingest host' : 'awaited'
    case 'not-expected':
      return 'expected'
    default:
      return outcome satisfies never
  }
}
