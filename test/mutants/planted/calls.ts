import type { Mutant } from '../mutant.ts'

const COMPARE = 'packages/domain/src/window/compare.ts'
const compared = [{ file: 'packages/domain/src/window/compare.test.ts' }]
const merged = (test: string) => [{ file: 'packages/domain/src/call/merge.test.ts', test }]

/** What is known of a call, and what comparing says of it. */
export const CALL_MUTANTS: readonly Mutant[] = [
  {
    name: 'money is compared as a float',
    file: COMPARE,
    find: 'compareDecimal(theirs, ours) === 0',
    replace: 'Number(theirs) === Number(ours)',
    killedBy: compared,
    why: 'Two amounts that no float tells apart would be one.',
  },
  {
    name: 'decimals are ordered as floats',
    file: 'packages/domain/src/call/decimal.ts',
    find: "const negative = a.startsWith('-')",
    replace: "if (Number(a) !== Number.NaN) return Math.sign(Number(a) - Number(b))\n  const negative = a.startsWith('-')",
    killedBy: [{ file: 'packages/domain/src/call/decimal.test.ts' }],
    why: 'The larger of two amounts would depend on which came first.',
  },
  {
    name: 'times may be 20 seconds apart',
    file: 'packages/domain/src/call/conflicts.ts',
    find: 'TIME_TOLERANCE_MS = 2_000',
    replace: 'TIME_TOLERANCE_MS = 20_000',
    killedBy: [...compared, ...merged('times more than two seconds apart')],
    why: 'A wrong duration would pass.',
  },
  {
    name: 'times that are two seconds apart differ',
    file: COMPARE,
    find: '> TIME_TOLERANCE_MS',
    replace: '>= TIME_TOLERANCE_MS',
    killedBy: compared,
    why: 'Exotel stamps one moment twice; every such call would be a mismatch.',
  },
  {
    name: 'a call that only we hold is not compared',
    file: COMPARE,
    find: '!listed.has(record.callSid)',
    replace: 'false',
    killedBy: compared,
    why: 'Forged calls would not be seen.',
  },
  {
    name: 'what a row says anew is not appended',
    file: COMPARE,
    find: 'join(ours, recordOf(theirs)) !== ours',
    replace: 'false',
    killedBy: compared,
    why: 'A price that changed would never reach the log.',
  },
  {
    name: 'a webhook outranks the API',
    file: 'packages/domain/src/call/register-order.ts',
    find: 'AUTHORITY[a.source] - AUTHORITY[b.source] ||',
    replace: 'AUTHORITY[b.source] - AUTHORITY[a.source] ||',
    killedBy: merged('an API read beats a webhook that claims a later time'),
    why: 'Anybody can send a webhook.',
  },
  {
    name: 'a lower status replaces a higher one',
    file: 'packages/domain/src/call/register-order.ts',
    find: '(RANKED.has(field) ? statusRank(a.value) - statusRank(b.value) : 0) ||',
    replace: '0 ||',
    killedBy: merged('a late answered event never undoes completed'),
    why: 'A late webhook would set an ended call to ringing.',
  },
  {
    name: 'when a call was first heard of is when it was last',
    file: 'packages/domain/src/call/merge.ts',
    find: 'const earlier = (a: Instant, b: Instant): Instant => Math.min(a, b)',
    replace: 'const earlier = (a: Instant, b: Instant): Instant => Math.max(a, b)',
    killedBy: merged('remembers when each source and each webhook was first seen'),
    why: 'A webhook that is sent twice would be late.',
  },
]
