import type { Checked } from './check-days.ts'
import { type Check, differingOf } from './tell-check.ts'

/** For a scheduler or a script (design §10): 0 equal, or nothing to check; 3 done, and something differs; 4 another one is running. */
const EXIT = { done: 0, differs: 3, heldElsewhere: 4 } as const

export const exitCodeOf = (checked: Checked): number => {
  if (checked === 'held') return EXIT.heldElsewhere
  return checked === 'none' || checked.checks.every(({ equal }) => equal) ? EXIT.done : EXIT.differs
}

/** What is printed, a line for each day: as JSON, or in words with the calls that differ. Pure. */
export const checkLines = (checked: Checked, json: boolean): readonly string[] => {
  if (checked === 'held') return [json ? '{"outcome":"held"}' : 'Another check is running; nothing was checked.']
  if (checked === 'none') return [json ? '{"outcome":"none"}' : 'There is no closed day to choose, or one was chosen within the hour; nothing was checked.']
  return checked.checks.flatMap((check) => (json ? [JSON.stringify(jsonOf(check))] : inWords(check)))
}

const jsonOf = ({ read: _read, ...check }: Check) => ({ outcome: check.equal ? 'equal' : 'differs', ...check, differing: differingOf(check) })

const inWords = ({ account, day, equal, told, stored, observations, refused, records, differences, whole, startedAt, endedAt }: Check): readonly string[] => [
  `${account} ${day}: ${equal ? 'equal: the log gives the calls that are stored' : `DIFFERENT: the log gives other ${told.sha256 === stored.sha256 ? 'observations' : 'calls'} than those that are stored`}`,
  `  by the log    ${told.calls} calls  ${told.sha256}`,
  `  stored        ${stored.calls} calls  ${stored.sha256}`,
  `  observations  ${observations}, folded in ${((endedAt - startedAt) / 1_000).toFixed(1)} s${refused === 0 ? '' : `; ${refused} left out, since Postgres refuses what they say`}`,
  ...differences.map(({ callSid, kind, columns }) => `  ${callSid}  ${WORDS[kind]}${columns.length === 0 ? '' : `: ${columns.join(', ')}`}`),
  ...(records.length === 0 ? [] : [`  of the log's records, what is kept of these is not as the log has it: ${records.join(', ')}`]),
  ...(whole ? [] : ['  and more']),
]

const WORDS = { other: 'is not stored as the log has it', missing: 'is not stored', untold: 'is stored, and the log does not tell of it' } as const
