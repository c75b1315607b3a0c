import { CLUSTER_URLS } from '@rollcall/contracts/accounts-file'
import { judgeSkew } from '@rollcall/domain/clock-skew'
import { DAY, SECOND } from '@rollcall/domain/time'
import type { PreflightProblem } from '@rollcall/event-log/preflight'
import type { ExotelError } from '@rollcall/exotel/client/exotel-error'
import { LIST_FEATURES, type ListFeature, type ListFeatures } from '@rollcall/exotel/client/list-features'
import { memorySpoolProblem } from '@rollcall/service/memory-file-system'
import { foreignLogProblem } from '@rollcall/store/projection/check-log'
import { tellProblems } from '../status/tell-problems.ts'
import { durationText } from '../terminal/duration-text.ts'
import type { AccountFacts, DirectoryFacts, Facts, Found } from './facts.ts'

export interface Check {
  readonly name: string
  readonly outcome: 'ok' | 'warning' | 'failed'
  readonly found: string
  /** What to do; null when nothing is. */
  readonly advice: string | null
}

const NODE_MIN = [20, 19] as const
const GIB = 1_024 ** 3
/** A day of webhooks at 50 a second, and room for the database beside it. */
export const FREE_BYTES_WARNING = 10 * GIB
export const FREE_BYTES_FAILED = GIB

/** One check for each thing that must be right, in the order in which a service would need them. Pure. */
export const evaluateFacts = (facts: Facts): readonly Check[] => [
  nodeCheck(facts),
  ...logChecks(facts),
  ...databaseChecks(facts),
  ...accountChecks(facts),
  ...directoryChecks(facts),
]

const ok = (name: string, found: string): Check => ({ name, outcome: 'ok', found, advice: null })
const warning = (name: string, found: string, advice: string): Check => ({ name, outcome: 'warning', found, advice })
const failed = (name: string, found: string, advice: string): Check => ({ name, outcome: 'failed', found, advice })

const nodeCheck = ({ nodeVersion }: Facts): Check => {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  const enough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])
  return enough ? ok('Node', nodeVersion) : failed('Node', nodeVersion, `Install Node ${NODE_MIN.join('.')} or newer.`)
}

const logChecks = ({ eventLog, database, unsafeTopicsAllowed }: Facts): readonly Check[] => {
  if (eventLog.kind === 'failed') return [failed('event log', eventLog.why, 'Start it, or correct KAFKA_BROKERS (EMBEDDED_LOG_URL).')]
  const { description, problems, missingTopics, clusterId } = eventLog.value
  const projected = database.kind === 'found' ? database.value.foldedFrom : null
  if (projected !== null && projected !== clusterId) return [failed('event log', description, foreignLogProblem(projected, clusterId))]
  const reached = ok('event log', description)
  if (missingTopics.length > 0) return [reached, warning('topics', `not there yet: ${missingTopics.join(', ')}`, 'Nothing: the first service that starts creates them.')]
  if (problems.length === 0) return [reached, ok('topics', 'safe')]
  const found = tellProblems(problems).join('; ')
  const advice = howToFix(problems)
  return [
    reached,
    unsafeTopicsAllowed ? warning('topics', `${found}; allowed here`, `For real calls: ${advice}; then unset ROLLCALL_ALLOW_UNSAFE_TOPICS.`) : failed('topics', found, advice),
  ]
}

/** Topics share their troubles: what is to be done is told for the first topic of each. */
const howToFix = (problems: readonly PreflightProblem[]): string => {
  const first = new Map<string, PreflightProblem>()
  for (const problem of problems) if (!first.has(problem.setting)) first.set(problem.setting, problem)
  const advice = [...first.values()].map((problem) => problem.howToFix).join('; ')
  return first.size === problems.length ? advice : `${advice} (and the same for the other topics)`
}

const databaseChecks = ({ database, unsafeTopicsAllowed }: Facts): readonly Check[] => {
  if (database.kind === 'failed') return [failed('Postgres', database.why, 'Start it, or correct DATABASE_URL.')]
  const { address, version, role, roleProblems, serverProblems, pendingMigrations, clockAheadMs, ingestSpools, auditRoleProblem } = database.value
  return [
    ok('Postgres', `${version} at ${address}`),
    roleProblems.length === 0 ? ok('role', role) : failed('role', role, roleProblems.join(' ')),
    durabilityCheck(serverProblems, unsafeTopicsAllowed),
    pendingMigrations.length === 0
      ? ok('migrations', 'current')
      : warning('migrations', `not applied yet: ${pendingMigrations.join(', ')}`, 'Start the projector or the reconciler: each migrates first, and waits for the other.'),
    clockCheck("clock against Postgres's", clockAheadMs),
    ...(ingestSpools === null ? [] : [spoolCheck(ingestSpools)]),
    auditRoleProblem === null
      ? ok('roles of auditors', 'read what they may, and change nothing')
      : warning('roles of auditors', 'the audit service cannot start', auditRoleProblem),
  ]
}

const durabilityCheck = (problems: readonly string[], allowed: boolean): Check => {
  const name = 'durability of commits'
  if (problems.length === 0) return ok(name, 'on disk before they are acknowledged')
  return (allowed ? warning : failed)(name, allowed ? 'not certain; allowed here' : 'not certain', problems.join(' '))
}

const spoolCheck = (spools: number): Check => {
  const name = 'ingest spools'
  if (spools > 0) return ok(name, `${spools} known to Postgres`)
  return warning(name, 'no ingest host has told of its spool', 'Start ingest with DATABASE_URL: until then webhooks that are only spooled may be called missing.')
}

const accountChecks = ({ accounts }: Facts): readonly Check[] => {
  if (accounts.kind === 'failed') return [failed('accounts file', accounts.why, 'Correct the file, or ROLLCALL_ACCOUNTS_FILE.')]
  const { file, accounts: all, sharedSecrets } = accounts.value
  return [
    ok('accounts file', `${file}: ${all.length} ${all.length === 1 ? 'account' : 'accounts'}, secrets readable by their owner only`),
    ...sharedSecrets.map((problem) => warning('webhook secrets', problem, 'Give each account a secret of its own: whoever knows a shared one can write in the name of both.')),
    ...all.flatMap(accountCheck),
  ]
}

const accountCheck = (account: AccountFacts): readonly Check[] => {
  const { sid, baseUrl, check } = account
  const name = `account ${sid}`
  if (check.kind === 'failed') return [failed(name, `${baseUrl}: ${check.error.message}`, `${check.error.advice}${otherCluster(baseUrl, check.error)}`)]
  const accepted = `${baseUrl} accepts its credentials`
  return [
    isInTheClear(baseUrl)
      ? warning(name, `${accepted}, which go there in the clear`, 'Use https for baseUrl: whoever is on the way can read the API key and token.')
      : ok(name, accepted),
    ...listCheck(account),
    ...exoPhoneCheck(account),
    ...(check.clockSkewMs === null ? [] : [clockCheck(`clock against Exotel's (${sid})`, check.clockSkewMs)]),
  ]
}

/** An account lives in one cluster, and the other one answers as if its credentials were wrong or it did not exist. */
const otherCluster = (baseUrl: string, { kind }: ExotelError): string => {
  const clusters = Object.entries(CLUSTER_URLS)
  const asked = clusters.find(([, url]) => url === baseUrl)?.[0]
  if (asked === undefined || (kind !== 'not-authenticated' && kind !== 'not-found')) return ''
  return ` Asked was the cluster ${asked}; the other one is ${clusters.find(([cluster]) => cluster !== asked)?.[0]}.`
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/
const isInTheClear = (baseUrl: string): boolean => {
  const { protocol, hostname } = new URL(baseUrl)
  return protocol === 'http:' && !LOOPBACK.test(hostname)
}

const listCheck = ({ sid, list, listFeatures }: AccountFacts): readonly Check[] => {
  if (list === null) return []
  const name = `list of calls (${sid})`
  return [list.kind === 'failed' ? failed(name, list.error.message, list.error.advice) : ok(name, `can be read; ${featuresText(listFeatures ?? {})}`)]
}

const FEATURE_WORDS = { details: 'details=true', duration: 'Duration', recordingUrlValidity: 'RecordingUrlValidity' } as const satisfies Record<ListFeature, string>

/** As the reconciler found them; it asks once, as soon as it lists a call that can tell. */
const featuresText = (features: ListFeatures): string => {
  const those = (taken: boolean | undefined) => LIST_FEATURES.filter((feature) => features[feature] === taken).map((feature) => FEATURE_WORDS[feature])
  const parts = [
    ['takes', those(true)],
    ['does not take', those(false)],
    ['not known yet whether it takes', those(undefined)],
  ] as const
  return parts.flatMap(([words, names]) => (names.length === 0 ? [] : [`${words} ${names.join(', ')}`])).join('; ')
}

const exoPhoneCheck = ({ sid, exoPhones, health }: AccountFacts): readonly Check[] => {
  if (exoPhones === null) return []
  const name = `ExoPhones (${sid})`
  if (exoPhones.kind === 'failed') return [ok(name, `cannot be listed (${exoPhones.error.message}); nothing depends on it`)]
  const count = exoPhones.exoPhones.length
  const troubled = Object.entries(health).flatMap(([exoPhone, { incoming, outgoing }]) => [
    ...(incoming.endsWith('outage') ? [`incoming calls of ${exoPhone}: ${incoming}`] : []),
    ...(outgoing.endsWith('outage') ? [`outgoing calls of ${exoPhone}: ${outgoing}`] : []),
  ])
  if (troubled.length > 0)
    return [warning(name, `${count}; ${troubled.join(', ')}`, 'Exotel knows; calls over these numbers fail until it is over, so fewer calls are no fault of Rollcall.')]
  const asked = Object.keys(health).length
  return [ok(name, `${count}${asked === 0 ? '' : `; of the first ${asked} no outage is known`}`)]
}

const clockCheck = (name: string, aheadMs: number): Check => {
  const skew = Math.abs(aheadMs)
  // A Date header has whole seconds.
  if (skew <= SECOND) return ok(name, 'in step')
  const found = skew > DAY ? 'more than a day apart' : `ours is ${durationText(skew)} ${aheadMs > 0 ? 'behind' : 'ahead'}`
  const advice = 'Let NTP set the clock of this machine (timedatectl set-ntp true).'
  const outcome = judgeSkew(skew)
  return { name, outcome, found, advice: outcome === 'ok' ? null : advice }
}

const directoryChecks = ({ dataDirectory, spoolDirectory, unsafeTopicsAllowed }: Facts): readonly Check[] => [
  directoryCheck('data folder', 'ROLLCALL_DATA_DIR', dataDirectory, unsafeTopicsAllowed),
  ...(spoolDirectory === null ? [] : [directoryCheck('spool folder', 'INGEST_SPOOL_DIR', spoolDirectory, unsafeTopicsAllowed)]),
]

const directoryCheck = (name: string, setting: string, directory: Found<DirectoryFacts>, unsafeTopicsAllowed: boolean): Check => {
  if (directory.kind === 'failed') return failed(name, directory.why, `Make it writable for the user that runs ingest, or name another one with ${setting}.`)
  const { path, freeBytes, inMemory } = directory.value
  if (inMemory) return (unsafeTopicsAllowed ? warning : failed)(name, `${path} is in memory`, memorySpoolProblem(path))
  const found = `${path} is writable, ${(freeBytes / GIB).toFixed(1)} GiB free`
  const advice = 'Free some space: ingest keeps webhooks here before it acknowledges them, and refuses them when the disk is full.'
  if (freeBytes < FREE_BYTES_FAILED) return failed(name, found, advice)
  return freeBytes < FREE_BYTES_WARNING ? warning(name, found, advice) : ok(name, found)
}
