import type { Mutant } from '../mutant.ts'

const JUDGE = 'packages/domain/src/window/judge.ts'
const OURS = 'packages/domain/src/window/only-ours.ts'
const COVERAGE = 'packages/domain/src/window/coverage.ts'
const judged = [{ file: 'packages/domain/src/window/judge.test.ts' }]
const explained = [{ file: 'packages/domain/src/window/only-ours.test.ts' }]
const covered = [{ file: 'packages/domain/src/window/coverage.test.ts' }]

/** Which webhooks were missed, and which calls are claims alone. */
export const JUDGING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a webhook is judged by what webhooks say',
    file: JUDGE,
    find: 'if (!isVerified(call)) return []',
    replace: '',
    killedBy: judged,
    why: 'A forged call would miss a webhook.',
  },
  {
    name: 'a webhook that came at the last moment has not come',
    file: JUDGE,
    find: 'known.readTo <= deadline',
    replace: 'known.readTo < deadline',
    killedBy: judged,
    why: 'Missing would be said of what is in time.',
  },
  {
    name: 'a webhook that came late came in time',
    file: JUDGE,
    find: "arrivedAt > deadline ? 'late' : null",
    replace: 'null',
    killedBy: judged,
    why: 'Exotel’s lateness would not show.',
  },
  {
    name: 'what may lie in a spool is missing',
    file: JUDGE,
    find: 'known.drainedTo !== null && known.drainedTo <= deadline',
    replace: 'false',
    killedBy: judged,
    why: 'An outage of ours would be told as one of Exotel’s.',
  },
  {
    name: 'a webhook that nobody could read never arrived',
    file: JUDGE,
    find: "anyOf.some((word) => isMeantBy(surface, word)))) return 'quarantined'",
    replace: "anyOf.some((word) => isMeantBy(surface, word)))) return 'never-arrived'",
    killedBy: judged,
    why: 'It lies with us, and nobody would look there.',
  },
  {
    name: 'any webhook is the one that was expected',
    file: JUDGE,
    find: 'anyOf.some((word) => isMeantBy(word, event))',
    replace: 'anyOf.length > 0',
    killedBy: judged,
    why: 'A call whose end was never told would count as told.',
  },
  {
    name: 'one absence is enough',
    file: OURS,
    find: 'absences.times >= ABSENCES_NEEDED',
    replace: 'absences.times >= 1',
    killedBy: explained,
    why: 'A call that Exotel mislaid for a moment would be a forgery.',
  },
  {
    name: 'absences of one minute are enough',
    file: OURS,
    find: 'absences.lastAt - absences.firstAt >= ABSENCE_SPAN_MS',
    replace: 'absences.lastAt >= absences.firstAt',
    killedBy: explained,
    why: 'A short outage of one of Exotel’s hosts would make calls forgeries.',
  },
  {
    name: 'a webhook’s word explains a call',
    file: OURS,
    find: "status !== undefined && status.source !== 'webhook' && TERMINAL.has(status.value) && endedAt !== undefined && endedAt.source !== 'webhook'",
    replace: 'status !== undefined && TERMINAL.has(status.value) && endedAt !== undefined',
    killedBy: explained,
    why: 'Whoever forges a call would forge its explanation too.',
  },
  {
    name: 'a call that may be running is asked for at once',
    file: OURS,
    find: '+ policy.maximumCallMs + policy.settleMs',
    replace: '+ policy.settleMs',
    killedBy: explained,
    why: 'Every long call would cost requests for hours.',
  },
  {
    name: 'where a rule cannot be decided the next one decides',
    file: COVERAGE,
    find: "if (trial.result === 'does-not-apply') continue",
    replace: "if (trial.result !== 'applies') continue",
    killedBy: covered,
    why: 'A call of which little is known would be held to what it never promised.',
  },
  {
    name: 'a rule holds at the moment at which it ends',
    file: COVERAGE,
    find: 'Date.parse(actual) < createdBefore',
    replace: 'Date.parse(actual) <= createdBefore',
    killedBy: covered,
    why: 'The first call after a change of rules would be judged by the old ones.',
  },
  {
    name: 'a campaign’s calls promise what the API’s do',
    file: COVERAGE,
    find: "=== undefined ? 'api' : 'campaign'",
    replace: "=== undefined ? 'api' : 'api'",
    killedBy: [...covered, ...judged],
    why: 'All of a campaign’s calls would miss a webhook that Exotel never sends.',
  },
]
