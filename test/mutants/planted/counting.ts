import type { Mutant } from '../mutant.ts'

const measures = (name: string): string => `packages/store/src/measures/${name}.ts`
const DAY_MEASURES = 'packages/store/src/audit/day-measures.ts'
/** A run of it takes a minute: it lives through a day with every kind of loss, and compares all that anybody is told of it. */
const lossyDay = [{ file: 'test/simulation/completeness/completeness.int.test.ts', test: 'on a day with every kind of loss', seed: 14 }]

/** What counts, and on which day. */
export const COUNTING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a forged call counts as one that no list shows',
    file: measures('window-counts'),
    find: `WHERE \${isVerified} AND NOT \${isListed}) AS unlisted`,
    replace: `WHERE NOT \${isListed}) AS unlisted`,
    killedBy: lossyDay,
    why: 'Whoever knows the secret could add calls to a day.',
  },
  {
    name: 'a call of a list counts as a claim until a webhook tells of it',
    file: measures('window-counts'),
    find: `WHERE NOT \${isVerified}) AS claims`,
    replace: 'WHERE first_webhook_at IS NULL) AS claims',
    killedBy: lossyDay,
    why: 'Calls whose webhooks were lost would look forged.',
  },
  {
    name: 'a window with a gap counts as closed',
    file: 'services/audit/src/answers/assemble-measures.ts',
    find: "const CLOSED: readonly WindowStateName[] = ['final', 'amended']",
    replace: "const CLOSED: readonly WindowStateName[] = ['final', 'amended', 'gap']",
    killedBy: lossyDay,
    why: 'A day would be complete of which nobody can know.',
  },
  {
    name: 'a window that was amended is not closed any more',
    file: measures('read-completeness'),
    find: "const CLOSED = ['final', 'amended']",
    replace: "const CLOSED = ['final']",
    killedBy: lossyDay,
    why: 'A late price would take a call out of the books.',
  },
  {
    name: 'a webhook counts in the window before that of its call, at the edge',
    file: measures('read-webhook-yield'),
    find: 'c.created_at >= $2 AND c.created_at < $3',
    replace: 'c.created_at > $2 AND c.created_at <= $3',
    killedBy: lossyDay,
    why: 'The call of the first second of a day would be asked for in the day before.',
  },
  {
    name: 'the end of a call counts in two windows, at the edge',
    file: measures('read-timeliness'),
    find: "'c.created_at >= $2 AND c.created_at < $3'",
    replace: "'c.created_at >= $2 AND c.created_at <= $3'",
    killedBy: lossyDay,
    why: 'Days would add up to more than there was.',
  },
  {
    name: 'what a webhook claims is measured',
    file: measures('fact-delays'),
    find: 'WHERE c.account = $1 AND c.verified AND',
    replace: 'WHERE c.account = $1 AND',
    killedBy: lossyDay,
    why: 'Forged calls would make timeliness look better.',
  },
  {
    name: 'a call that promises nothing is shown as a webhook that was expected',
    file: 'packages/store/src/audit/read-day-windows.ts',
    find: `WHERE j.outcome <> 'not-expected')`,
    replace: 'WHERE j.outcome IS NOT NULL)',
    killedBy: lossyDay,
    why: 'A day of campaigns would look as if webhooks were lost.',
  },
  {
    name: 'a webhook that came late is missed',
    file: measures('read-webhook-yield'),
    find: `const [arrived, missing, pending] = [count('arrived'), count('missing'), count('pending')]`,
    replace: `const [arrived, missing, pending] = [count('arrived') - count('arrived', 'late'), count('missing') + count('arrived', 'late'), count('pending')]`,
    killedBy: lossyDay,
    why: 'Late and lost would be one.',
  },
  {
    name: 'the first minute in which webhooks were refused explains nothing',
    file: 'packages/store/src/ingest-hosts/read-refused-minutes.ts',
    find: `AND minute > $2::timestamptz - interval '1 minute' AND minute <= $3`,
    replace: 'AND minute > $2::timestamptz AND minute <= $3',
    killedBy: lossyDay,
    why: 'A webhook that we turned away would be Exotel’s loss.',
  },
  {
    name: 'a day is not counted anew for what a late webhook changes',
    file: 'packages/store/src/reconcile/save-judgements.ts',
    find: '  await markDays(db, account, rows[0]?.changed ?? [])\n',
    replace: '',
    killedBy: lossyDay,
    why: 'The heat map would tell for ever that it is missing.',
  },
  {
    name: 'a change while a day is counted is taken for counted',
    file: DAY_MEASURES,
    find: 'changes_counted = excluded.changes_counted`',
    replace: 'changes_counted = day_measures.changes`',
    killedBy: [{ file: 'packages/store/src/audit/day-measures.int.test.ts', test: 'beside all scans' }],
    why: 'What a count did not see would never be seen.',
  },
  {
    name: 'India’s day begins where UTC’s does',
    file: 'packages/store/src/audit/ist-day-sql.ts',
    find: "interval '330 minutes'",
    replace: "interval '0 minutes'",
    killedBy: [{ file: 'packages/store/src/audit/day-measures.int.test.ts', test: 'beside all scans' }],
    why: 'Another day than the call’s would be counted anew.',
  },
]
