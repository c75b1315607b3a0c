import type { Mutant } from '../mutant.ts'

const PLAN = 'packages/domain/src/schedule/plan.ts'
const planned = [{ file: 'packages/domain/src/schedule/plan.test.ts' }]

/** What is asked for next. */
export const PLANNING_MUTANTS: readonly Mutant[] = [
  {
    name: 'the latest deadline comes first',
    file: PLAN,
    find: 'deadlineOf(a) - deadlineOf(b)',
    replace: 'deadlineOf(b) - deadlineOf(a)',
    killedBy: planned,
    why: 'Under pressure everything would be late.',
  },
  {
    name: 'what is late starves what is in time',
    file: PLAN,
    find: 'return takeTurns(inTime, late)',
    replace: 'return [...late, ...inTime]',
    killedBy: planned,
    why: 'After an outage no webhook would be found in time until all is made up for.',
  },
  {
    name: 'a backlog is worked off newest first',
    file: PLAN,
    find: 'late = inLanes(due.filter(isLate)).toSorted((a, b) => a.from - b.from)',
    replace: 'late = inLanes(due.filter(isLate)).toSorted((a, b) => b.from - a.from)',
    killedBy: planned,
    why: 'Exotel forgets the oldest first.',
  },
  {
    name: 'the second finalising scan follows at once',
    file: PLAN,
    find: 'policy.finalScansApartMs * Math.max(1, made - 1)',
    replace: '0 * Math.max(1, made - 1)',
    killedBy: planned,
    why: 'It would be spent in vain, again and again.',
  },
  {
    name: 'a pass that was made is made again',
    file: PLAN,
    find: 'lastScan.startedAt >= latest',
    replace: 'lastScan.startedAt > latest + 24 * HOUR',
    killedBy: planned,
    why: 'The budget would be spent on what is known.',
  },
  {
    name: 'one scan covers windows that are not neighbours',
    file: PLAN,
    find: 'last.to === scan.from && ',
    replace: '',
    killedBy: planned,
    why: 'It would read, and pay for, all that lies between.',
  },
]
