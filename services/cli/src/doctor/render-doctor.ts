import { styleText } from '../terminal/style-text.ts'
import type { Check } from './evaluate-facts.ts'

const OUTCOME_COLUMNS = 9
const STYLES = { ok: 'green', warning: 'yellow', failed: 'red' } as const

/** The checks in words, one line each and what to do below it. Pure. */
export const renderDoctor = (checks: readonly Check[], colour: boolean): readonly string[] => [
  ...checks.flatMap(({ name, outcome, found, advice }) => [
    `${styleText(outcome, STYLES[outcome], colour)}${' '.repeat(OUTCOME_COLUMNS - outcome.length)}${name}: ${found}`,
    ...(advice === null ? [] : [`${' '.repeat(OUTCOME_COLUMNS)}  → ${advice}`]),
  ]),
  '',
  `${checks.length} checks: ${count(checks, 'ok')} ok, ${count(checks, 'warning')} ${count(checks, 'warning') === 1 ? 'warning' : 'warnings'}, ${count(checks, 'failed')} failed`,
]

const count = (checks: readonly Check[], outcome: Check['outcome']): number => checks.filter((check) => check.outcome === outcome).length
