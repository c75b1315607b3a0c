import type { Mutant } from '../mutant.ts'

const of = (name: string): string => `packages/domain/src/schedule/${name}.ts`
const by = (name: string, test?: string) => [{ file: `packages/domain/src/schedule/${name}.test.ts`, ...(test === undefined ? {} : { test }) }]

/** What is asked for next. */
export const PLANNING_MUTANTS: readonly Mutant[] = [
  {
    name: 'the latest deadline comes first',
    file: of('shed'),
    find: 'a.deadline - b.deadline || b.from - a.from',
    replace: 'b.deadline - a.deadline || b.from - a.from',
    killedBy: by('plan'),
    why: 'Under pressure everything would be late.',
  },
  {
    name: 'what is late starves what is in time',
    file: of('turns'),
    find: "'in-time': 2, 'late-trailing'",
    replace: "'in-time': 0.001, 'late-trailing'",
    killedBy: by('turns'),
    why: 'After an outage no webhook would be found in time until all is made up for.',
  },
  {
    name: 'a backlog is worked off newest first',
    file: of('plan'),
    find: "...ofTier('late')].toSorted((a, b) => a.from - b.from)",
    replace: "...ofTier('late')].toSorted((a, b) => b.from - a.from)",
    killedBy: by('plan'),
    why: 'Exotel forgets the oldest first.',
  },
  {
    name: 'the second finalising scan follows at once',
    file: of('due-pass'),
    find: 'policy.finalScansApartMs * Math.max(1, made - 1)',
    replace: '0 * Math.max(1, made - 1)',
    killedBy: by('plan'),
    why: 'It would be spent in vain, again and again.',
  },
  {
    name: 'a pass that was made is made again',
    file: of('due-pass'),
    find: 'if (last !== undefined && last.startedAt >= due) return null',
    replace: '',
    killedBy: by('plan'),
    why: 'The budget would be spent on what is known.',
  },
  {
    name: 'under pressure the last pass is left out',
    file: of('due-pass'),
    find: 'sheddable: isLast ? null : nth',
    replace: 'sheddable: nth',
    killedBy: by('plan.virtual', 'the earliest trailing passes are left out'),
    why: 'No later pass finds what it would have found.',
  },
  {
    name: 'one scan covers windows that are not neighbours',
    file: of('need'),
    find: 'last.to !== from || ',
    replace: '',
    killedBy: by('plan'),
    why: 'It would read, and pay for, all that lies between.',
  },
  {
    name: 'the sweep forgets that the list is late',
    file: of('sweep'),
    find: 'oldest.lookedAt - oldest.to - listLagMs',
    replace: 'oldest.lookedAt - oldest.to',
    killedBy: by('sweep'),
    why: 'A call that was over and not listed yet when we last looked is too short for the next question.',
  },
  {
    name: 'the sweep reckons from a window’s beginning',
    file: of('sweep'),
    find: 'oldest.lookedAt - oldest.to - listLagMs',
    replace: 'oldest.lookedAt - oldest.from - listLagMs',
    killedBy: by('sweep'),
    why: 'The calls of the window’s last minutes are shorter than that.',
  },
  {
    name: 'windows are swept in which no call can surface any more',
    file: of('sweep'),
    find: 'lookedAt >= Math.min(before, surfacesUntil)',
    replace: 'lookedAt >= before',
    killedBy: by('sweep', 'leaves out a window in which no call can surface any more'),
    why: 'Every five minutes more would be asked for what cannot be there.',
  },
]
