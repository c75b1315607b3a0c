import type { Mutant } from '../mutant.ts'

const check = (name: string): string => `services/projector/src/check/${name}.ts`
const store = (name: string): string => `packages/store/src/check/${name}.ts`
const bisected = [{ file: check('bisect.test') }]
const found = [{ file: check('offset-at.test') }]
const chosen = [{ file: check('choose-day.test') }]
const checked = (test: string) => [{ file: check('check-day.int.test'), test }]

/** A day that was changed is found to be, and one that was not is not. */
export const CHECKING_MUTANTS: readonly Mutant[] = [
  {
    name: 'parts of a range that differ only in content are taken for equal',
    file: check('bisect'),
    find: 'told.calls !== stored.calls || told.sha256 !== stored.sha256',
    replace: 'told.calls !== stored.calls',
    killedBy: bisected,
    why: 'A changed value would never be found.',
  },
  {
    name: 'a range is cut without its last place',
    file: check('bisect'),
    find: '((to - from) * nth) / parts)',
    replace: '((to - from - 1) * nth) / parts)',
    killedBy: bisected,
    why: 'Calls there would be compared with nothing.',
  },
  {
    name: 'calls that are on one side alone are not named',
    file: check('bisect'),
    find: 'return textOf(own, true) !== textOf(own, false)',
    replace: 'return own.length > 1 && textOf(own, true) !== textOf(own, false)',
    killedBy: bisected,
    why: 'A deleted row would be known to be gone, and nobody would know which.',
  },
  {
    name: 'ranges that differ are not looked into any further',
    file: check('bisect'),
    find: 'else open.push(part)',
    replace: '',
    killedBy: bisected,
    why: 'No call of a busy day would be named.',
  },
  {
    name: 'a search that ended early is told to be whole',
    file: check('bisect'),
    find: 'whole: false',
    replace: 'whole: true',
    killedBy: bisected,
    why: 'A day of which everything is gone would be told to lack a hundred calls.',
  },
  {
    name: 'the first record of a moment is left out',
    file: check('offset-at'),
    find: 'record.timestamp >= at',
    replace: 'record.timestamp > at',
    killedBy: found,
    why: 'Of records of one time some would be on the wrong side.',
  },
  {
    name: 'a gap in the log is taken for its end',
    file: check('offset-at'),
    find: 'else from = record.offset + 1n',
    replace: 'else from = middle + 1n + (to - middle) / 2n',
    killedBy: found,
    why: 'Records of the day would not be folded.',
  },
  {
    name: 'the first closed day is always the one',
    file: check('choose-day'),
    find: 'days[number % days.length]',
    replace: 'days[0]',
    killedBy: chosen,
    why: 'All other days could be changed unseen.',
  },
  {
    name: 'what was told long after the day is left out',
    file: check('check-day'),
    find: 'await folder.foldSingly(late)',
    replace: '',
    killedBy: checked('is equal, with what was told long after it'),
    why: 'Every price that came late would be an alarm.',
  },
  {
    name: 'parts of a call are not merged',
    file: check('check-day'),
    find: 'await mergeTold(db, account)',
    replace: '',
    killedBy: checked('is equal, with what was told long after it'),
    why: 'A call that is told of again would be an alarm.',
  },
  {
    name: 'only the digest of a row is compared',
    file: store('day-rows'),
    find: 'names(COMPARED)}',
    replace: `"account, call_sid, encode(digest, 'hex')"}`,
    killedBy: checked('a value'),
    why: 'A price changed under its old digest would not be seen.',
  },
  {
    name: 'the state of a row is not compared',
    file: store('day-rows'),
    find: 'export const COMPARED = [...CALL_KEY, ...CALL_COLUMNS]',
    replace: "export const COMPARED = [...CALL_KEY, ...CALL_COLUMNS].filter(({ name }) => name !== 'state')",
    killedBy: checked('a value of the state alone'),
    why: 'What the next merge is made of could be changed unseen.',
  },
  {
    name: 'the offsets of the day are where its rows say that they are',
    file: check('check-day'),
    find: 'await offsetsOf(log, from - BEFORE_MS, to + AFTER_MS)',
    replace: 'await offsetsOf(log, from, from)',
    killedBy: checked('a row that is deleted, with all that the projection knows of where it was told'),
    why: 'Who deletes a call with all its observations would not be found.',
  },
  {
    name: 'a day is checked before the projector is past it',
    file: check('check-day'),
    find: 'await untilPast(db, read, sleep)',
    replace: '',
    killedBy: checked('is not checked, and it is said how far the projector is'),
    why: 'Whoever is slow would be told to have changed the database.',
  },
  {
    name: 'the calls of a check are named in the audit topic',
    file: check('tell-check'),
    find: 'callSha256: hash(',
    replace: 'callSid, callSha256: hash(',
    killedBy: checked('tells the audit topic what it found, with no call by name'),
    why: 'The topic keeps everything for good, and nobody did anything about these calls.',
  },
  {
    name: 'a day that was put right stays an alarm',
    file: store('day-checks'),
    find: 'ORDER BY account, day DESC, started_at DESC',
    replace: 'ORDER BY account, day DESC, started_at',
    killedBy: checked('that finds all put right ends the alarm'),
    why: 'An alarm that never ends is soon looked at by nobody.',
  },
]
