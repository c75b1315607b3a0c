/**
 * Rounds of faults against the real processes:
 *
 *   round:   load at the round's rate ► faults, each after its time and for its time ► healed
 *   settle:  every so many rounds: no faults, no load ► spools drained, log folded ► book, log and projection compared (oracle/check-books.ts)
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Heal } from './inject/fault.ts'
import { injectFault } from './inject/inject-fault.ts'
import { NotMadeError } from './inject/not-made-error.ts'
import { checkBooks } from './oracle/check-books.ts'
import { foldLog, type LogFold } from './oracle/fold-log.ts'
import { type ToldCalls, toldCalls } from './oracle/told-calls.ts'
import { createPhases, type Phases } from './phases.ts'
import { createFaultTally, type PlayedFault } from './plan/fault-tally.ts'
import type { PlannedFault, Round, State } from './plan/plan-round.ts'
import type { FaultTroubles } from './tally/run-record.ts'
import { makeWhole, untilSettled } from './world/make-whole.ts'
import { createCeilings } from './world/process-ceilings.ts'
import type { ChaosWorld } from './world/start-chaos-world.ts'

const IDLE_PER_SECOND = 2
/** While the projectors stand still, before the faults come. */
const BACKLOG_MS = 1_200
const BACKLOG_TIMES = 2
const CALM_BEFORE_MS = 150
const CALM_AFTER_MS = 350
const SETTLE_EVERY_ROUNDS = 10
const TOLD_CHARACTERS = 300
/** On however busy a machine. */
const HOST_BACK_MS_MAX = 120_000

export interface ChaosOptions {
  readonly world: ChaosWorld
  /** Ends where it gives null. */
  readonly nextRound: (number: number) => Round | null
  /** Webhooks a second in a loaded round. */
  readonly perSecond: number
  readonly onLine: (line: string) => void
}

export interface ChaosReport {
  readonly rounds: number
  readonly webhooks: { readonly acknowledged: number; readonly givenUp: number }
  /** How many webhooks the sender gave up, by the faults of their round and the one before, and by what it was answered. */
  readonly givenUpIn: Readonly<Record<string, number>>
  readonly calls: number
  readonly logRecords: number
  /** Calls of which an acknowledged webhook told, and fields that such webhooks told: each was held against the simulator's ledger, at every settling. */
  readonly truth: { readonly calls: number; readonly fields: number }
  readonly settled: number
  /** From the end of the last fault until the spools were empty and the log was folded. */
  readonly slowestRecoveryMs: number
  readonly faults: ReturnType<ReturnType<typeof createFaultTally>['used']>
  /** Planned faults that did not come about, or did not end as they should: each reason, and how often. */
  readonly notMade: FaultTroubles
  readonly notHealed: FaultTroubles
  readonly ceilings: ReturnType<ReturnType<typeof createCeilings>['seen']>
  readonly ended: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Seconds. */
  readonly phases: Readonly<Record<string, number>>
  readonly findings: readonly string[]
}

/** Plays rounds until there is none left, or something was found. */
export const runChaos = async ({ world, nextRound, perSecond, onLine }: ChaosOptions): Promise<ChaosReport> => {
  const tally = createFaultTally()
  const phases = createPhases()
  const ceilings = createCeilings()
  const findings: string[] = []
  const log = await world.openLog()
  const fold = foldLog(log)
  const told = toldCalls()
  const totals = { rounds: 0, acknowledged: 0, givenUp: 0, settled: 0, slowestRecoveryMs: 0, truth: { calls: 0, fields: 0 } }
  const services = [...world.ingests, ...world.projectors, world.third, world.twin]

  const played: { readonly beganAt: number; readonly faults: string }[] = []
  const givenUpIn = new Map<string, number>()

  const settle = async (since: number): Promise<void> => {
    try {
      const { books, recoveryMs } = await settleAndCheck(world, log, { fold, told }, phases)
      totals.acknowledged += books.acknowledged
      totals.givenUp += books.givenUp.length
      totals.truth = books.truth
      for (const { sentAt, answers } of books.givenUp) {
        const last = played.findLastIndex(({ beganAt }) => beganAt <= sentAt)
        // What one round did to a host may not be over in the next.
        const faults = [played[last - 1], played[last]].map((round) => round?.faults ?? 'none').join(', then ')
        const what = `${faults}: answered ${answers.join(', ')}`
        givenUpIn.set(what, (givenUpIn.get(what) ?? 0) + 1)
      }
      totals.settled += 1
      totals.slowestRecoveryMs = Math.max(totals.slowestRecoveryMs, recoveryMs)
      findings.push(...books.findings.map((finding) => `rounds ${since} to ${totals.rounds - 1}: ${finding}`))
      onLine(
        `rounds ${since} to ${totals.rounds - 1}: ${books.acknowledged} webhooks acknowledged, ${books.givenUp.length} given up, ${books.calls} calls, ${books.truth.fields} fields of ${books.truth.calls} calls compared with the truth, recovered in ${recoveryMs} ms, ${books.findings.length} findings`,
      )
    } catch (error) {
      findings.push(`rounds ${since} to ${totals.rounds - 1}: ${(error as Error).message}`)
    }
  }

  let since = 0
  try {
    for (let round = nextRound(0); round !== null && findings.length === 0; round = nextRound(totals.rounds)) {
      // A host that the round before took must be back: two that are away at once are more than a pair of hosts is made for.
      if (world.balancer !== null) await phases.time('both hosts ready', () => untilBothHostsServe(world))
      played.push({ beganAt: Date.now(), faults: round.faults.map(({ name }) => name).join(' and ') })
      tally.count(round.state, await phases.time('rounds', () => playRound(world, round, perSecond, phases, onLine)))
      for (const service of services) ceilings.look(service.name, service.pid())
      totals.rounds += 1
      if (totals.rounds % SETTLE_EVERY_ROUNDS !== 0) continue
      await settle(since)
      since = totals.rounds
    }
    if (since < totals.rounds && findings.length === 0) await settle(since)
  } finally {
    await log.close()
  }
  return {
    rounds: totals.rounds,
    webhooks: { acknowledged: totals.acknowledged, givenUp: totals.givenUp },
    givenUpIn: Object.fromEntries(givenUpIn),
    calls: fold.calls(),
    logRecords: fold.records(),
    truth: totals.truth,
    settled: totals.settled,
    slowestRecoveryMs: totals.slowestRecoveryMs,
    faults: tally.used(),
    notMade: tally.notMade(),
    notHealed: tally.notHealed(),
    ceilings: ceilings.seen(),
    ended: Object.fromEntries(services.map(({ name, ended }) => [name, Object.fromEntries(ended)])),
    phases: phases.seconds(),
    findings: [...findings, ...ceilings.findings()],
  }
}

/** HAProxy may not have noticed yet that a host is away: the hosts are asked first. */
const untilBothHostsServe = async ({ ingests, balancer }: ChaosWorld): Promise<void> => {
  for (const ingest of ingests) await ingest.ready(HOST_BACK_MS_MAX)
  await balancer?.bothReady()
}

const playRound = async (
  world: ChaosWorld,
  { number, state, faults }: Round,
  perSecond: number,
  phases: Phases,
  onLine: (line: string) => void,
): Promise<readonly PlayedFault[]> => {
  const began = performance.now()
  world.load.rate(rateOf(state, perSecond))
  if (state === 'backlog') {
    for (const projector of world.projectors) projector.signal('SIGSTOP')
    await sleep(BACKLOG_MS)
    for (const projector of world.projectors) projector.signal('SIGCONT')
  }
  await sleep(CALM_BEFORE_MS)
  const played = await Promise.all(faults.map((fault) => play(world, fault, phases)))
  await sleep(CALM_AFTER_MS)
  onLine(`round ${number} (${state}): ${played.map(inWords).join(' and ')}, ${Math.round(performance.now() - began)} ms`)
  return played
}

const inWords = ({ name, notMade, notHealed }: PlayedFault): string =>
  `${name}${notMade === null ? '' : ` (not made: ${notMade})`}${notHealed === null ? '' : ` (not healed: ${notHealed})`}`

/** What a fault left that could not be ended, because another was in its way, is made whole before the books are checked. */
const play = async (world: ChaosWorld, { name, afterMs, forMs, draw }: PlannedFault, phases: Phases): Promise<PlayedFault> => {
  await sleep(afterMs)
  let heal: Heal
  try {
    heal = await phases.time(`making ${name}`, () => injectFault(world, name, draw))
  } catch (error) {
    return { name, notMade: reasonOf(error), notHealed: null }
  }
  await sleep(forMs)
  try {
    await phases.time(`healing ${name}`, heal)
    return { name, notMade: null, notHealed: null }
  } catch (error) {
    return error instanceof NotMadeError ? { name, notMade: reasonOf(error), notHealed: null } : { name, notMade: null, notHealed: reasonOf(error) }
  }
}

const reasonOf = (error: unknown): string => String(error instanceof Error ? error.message : error).slice(0, TOLD_CHARACTERS)

const rateOf = (state: State, perSecond: number): number => {
  switch (state) {
    case 'idle':
      return IDLE_PER_SECOND
    case 'load':
      return perSecond
    case 'backlog':
      return BACKLOG_TIMES * perSecond
    default:
      return state satisfies never
  }
}

const settleAndCheck = async (
  world: ChaosWorld,
  log: Awaited<ReturnType<ChaosWorld['openLog']>>,
  { fold, told }: { readonly fold: LogFold; readonly told: ToldCalls },
  phases: Phases,
) => {
  const began = performance.now()
  await phases.time('settle: servers whole', () => makeWhole(world))
  const entries = await phases.time('settle: senders done', () => world.load.settle())
  const db = new pg.Client({ connectionString: world.primaryUrl() })
  db.on('error', () => {})
  await db.connect()
  try {
    await phases.time('settle: drained and projected', () => untilSettled(world, log, db))
    const recoveryMs = Math.round(performance.now() - began)
    return { books: await phases.time('settle: books checked', () => checkBooks(entries, fold, told, db)), recoveryMs }
  } finally {
    await db.end()
  }
}
