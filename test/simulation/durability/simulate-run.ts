/**
 * One run: Exotel sends, a host receives and forwards, one or two projectors fold, and meanwhile processes, disks, networks, clocks and
 * databases fail as the seed says. Then all is well, and everything that was acknowledged has to be where it belongs.
 */
import { CALLS_TOPIC, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { createBook, type Finding } from './book.ts'
import { createExotelSender } from './exotel-sender.ts'
import { createIngestHost } from './ingest-host.ts'
import { putNodeInVirtualTime } from './node-in-virtual-time.ts'
import { checkEnd } from './oracle.ts'
import { type Happening, planRun, type RunPlan } from './plan-run.ts'
import { createProjectorHost } from './projector-host.ts'
import { createSimulatedDisk } from './simulated-disk.ts'
import { createSimulatedLog } from './simulated-log.ts'
import { createSimulatedPostgres } from './simulated-postgres.ts'
import { createVirtualTime } from './virtual-time.ts'

export interface RunReport {
  readonly seed: number
  /** What cannot be right, in the order in which it was found. */
  readonly findings: readonly Finding[]
  /** Two runs of one seed have the same: what happened, how often, and when each of it did. */
  readonly fingerprint: string
  /** The fingerprint's part that is a number of 32 bits: see VirtualTime. */
  readonly history: number
  readonly counts: RunCounts
}

export interface RunCounts {
  readonly webhooks: number
  readonly attempts: number
  readonly acknowledged: number
  readonly logRecords: number
  readonly ingestStarts: number
  readonly projectorStarts: number
  readonly powerCuts: number
  readonly diskFaults: number
  readonly bitFlips: number
  readonly badPages: number
  readonly commitsLost: number
  readonly commitsUndone: number
  readonly events: number
  readonly virtualMs: number
}

const START = Date.UTC(2026, 0, 5, 4, 30)
const LOOK_MS = 250
/** So long after the last fault everything has to be where it belongs: the longest lease, backoff and watchdog, each a few times. */
const DRAINED_WITHIN_MS = 150_000

export const simulateRun = async (seed: number): Promise<RunReport> => {
  const plan = planRun(seed)
  const time = createVirtualTime(START)
  const giveBack = putNodeInVirtualTime(time, createRandom(seed, 2))
  try {
    return await runPlan(plan, time)
  } finally {
    giveBack()
  }
}

const runPlan = async (plan: RunPlan, time: ReturnType<typeof createVirtualTime>): Promise<RunReport> => {
  const stream = (nth: number) => createRandom(plan.seed, nth)
  const disk = createSimulatedDisk(time, stream(3))
  const callerOf = () => {
    const life = time.current()
    return (answer: () => void) => time.deliver(life, answer)
  }
  const log = createSimulatedLog({ after: (delayMs, work) => void time.after(delayMs, null, work), caller: callerOf }, stream(4))
  const postgres = createSimulatedPostgres(time, stream(5))
  const book = createBook(log.holdsId)
  const host = createIngestHost({ plan, time, disk, log, book, random: stream(6) })
  const sender = createExotelSender(plan, time, host, stream(7))
  const projectors = Array.from({ length: plan.projectors }, (_, nth) => createProjectorHost({ name: `projector-${nth}`, time, log, postgres, book }))
  const counts = { powerCuts: 0, bitFlips: 0, badPages: 0, commitsUndone: 0 }

  const happen = (happening: Happening): void => {
    switch (happening.what) {
      case 'ingest-killed':
        host.kill(happening.downMs)
        break
      case 'ingest-stopped':
        host.stop(happening.downMs)
        break
      case 'ingest-paused':
        host.pause(happening.forMs)
        break
      case 'ingest-clock':
        host.setClock(happening.aheadMs)
        break
      case 'power-cut':
        counts.powerCuts += 1
        host.powerCut(happening.downMs)
        break
      case 'bit-flip':
        counts.bitFlips += disk.flipBit() ? 1 : 0
        break
      case 'page-bad':
        counts.badPages += disk.spoilPage() ? 1 : 0
        break
      case 'reads-fail':
        disk.setReadFaults(happening.rate)
        break
      case 'disk':
        disk.setFault(happening.fault, happening.rate)
        break
      case 'log':
        log.setWeather(happening.weather)
        break
      case 'projector-killed':
        projectors[happening.which]?.kill(happening.downMs)
        break
      case 'projector-stopped':
        projectors[happening.which]?.stop(happening.downMs)
        break
      case 'projector-paused':
        projectors[happening.which]?.pause(happening.forMs)
        break
      case 'postgres-crashed':
        counts.commitsUndone += postgres.crash(happening.commitsLost)
        break
      case 'postgres-away':
        postgres.setAway(happening.isAway)
        break
      case 'commits-lost':
        postgres.setLostCommits(happening.rate)
        break
      default:
        happening satisfies never
    }
  }

  let isOver = false
  const isQuiet = (): boolean => {
    if (!sender.isDone() || host.spool()?.isDrained !== true || postgres.tables.outbox.rows.size > 0) return false
    const ends = log.held(OBSERVATIONS_TOPIC).map(({ length }) => length)
    return ends.every((end, partition) => Number(postgres.tables.positions.rows.get(`${OBSERVATIONS_TOPIC}[${partition}]`)?.next_offset ?? -1) === end)
  }
  const look = (): void => {
    if (isQuiet()) isOver = true
    else if (time.now() > START + plan.calmFromMs + DRAINED_WITHIN_MS) {
      book.find('never-drained', `spool ${JSON.stringify(host.spool())}, outbox ${postgres.tables.outbox.rows.size}, sender done ${sender.isDone()}`)
      isOver = true
    } else time.after(LOOK_MS, null, look)
  }

  const setUp = log.connect()
  void setUp.ensureTopics([
    { name: OBSERVATIONS_TOPIC, partitions: plan.partitions, cleanup: 'delete' },
    { name: CALLS_TOPIC, partitions: 1, cleanup: 'compact' },
  ])
  time.after(5, null, () => {
    for (const happening of plan.happenings) time.after(happening.atMs, null, () => happen(happening))
    host.start()
    for (const projector of projectors) projector.start()
    sender.begin()
  })
  time.after(plan.calmFromMs, null, () => {
    sender.calm()
    time.after(LOOK_MS, null, look)
  })
  await time.run(() => isOver)
  const diskFaults = [...disk.struck().values()].reduce((sum, times) => sum + times, 0)
  const mayBeTorn = counts.powerCuts > 0 || diskFaults > 0
  checkEnd({
    book,
    sender,
    log,
    tables: postgres.tables,
    damage: { flips: counts.bitFlips, badPages: counts.badPages, quarantinedBytes: host.quarantinedBytesMax(), mayBeTorn },
    running: host.running(),
  })
  const all: RunCounts = {
    webhooks: plan.webhooks.length,
    attempts: sender.attempts(),
    acknowledged: sender.acknowledged().size,
    logRecords: log.held(OBSERVATIONS_TOPIC).flat().length,
    ingestStarts: host.starts(),
    projectorStarts: projectors.reduce((sum, projector) => sum + projector.starts(), 0),
    powerCuts: counts.powerCuts,
    diskFaults,
    bitFlips: counts.bitFlips,
    badPages: counts.badPages,
    commitsLost: postgres.lostCommits(),
    commitsUndone: counts.commitsUndone,
    events: time.events(),
    virtualMs: Math.round(time.now() - START),
  }
  return { seed: plan.seed, findings: book.findings(), fingerprint: `${JSON.stringify(all)}@${time.now()}#${time.history()}`, history: time.history(), counts: all }
}
