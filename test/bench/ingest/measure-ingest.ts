/**
 * Floor and ingest in turns on one stack: for each way the topics are flushed, in each round, every contestant is started, warmed up, loaded
 * with each number of connections, looked at, and stopped.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { FLOOR_TOPIC, startFloor } from '../floor/start-floor.ts'
import type { LoadResult } from '../load/load.ts'
import { runLoad } from '../load/run-load.ts'
import { cpuSeconds, machineCpuSeconds, treeUsage } from '../process-usage.ts'
import { prepareTopics } from './bench-topics.ts'
import type { Contestant } from './contestant.ts'
import { startIngest } from './start-ingest.ts'

const WARM_UP_SECONDS = 1
const CONNECTIONS = [64, 256] as const
const PROCESSES = [1, 2] as const
const CONTESTANTS = [
  { name: 'floor', topic: FLOOR_TOPIC, start: startFloor },
  { name: 'ingest', topic: OBSERVATIONS_TOPIC, start: startIngest },
] as const

export interface IngestSample extends LoadResult {
  readonly contestant: 'floor' | 'ingest'
  /** Whether the topic flushes every write to the disk. */
  readonly flushed: boolean
  readonly processes: number
  readonly connections: number
  readonly cpuMicrosPerRequest: number
  /** Cores that were kept busy by neither the contestant, nor the broker, nor the load: somebody else’s work, which slows all three. */
  readonly coresOfOthers: number
  /** Of each of its processes since it started, the primary of a cluster first. */
  readonly peakRssBytes: readonly number[]
  readonly spooledOnly: number | null
}

export interface MeasureIngestOptions {
  readonly brokers: readonly string[]
  readonly brokerPid: number
  readonly directory: string
  readonly seconds: number
  readonly rounds: number
  readonly profileDirectory: string | null
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}

export const measureIngest = async (options: MeasureIngestOptions): Promise<readonly IngestSample[]> => {
  const { brokers, rounds, onLine, signal } = options
  const samples: IngestSample[] = []
  for (const flushed of [true, false]) {
    await prepareTopics(
      brokers,
      CONTESTANTS.map(({ topic }) => topic),
      flushed,
    )
    for (let round = 1; round <= rounds; round += 1) {
      for (const processes of PROCESSES) {
        for (const contestant of CONTESTANTS) {
          signal.throwIfAborted()
          const found = await measureOne(options, contestant, { flushed, processes })
          samples.push(...found)
          const rates = found.map(({ connections, perSecond }) => `${Math.round(perSecond)}/s at ${connections}`)
          onLine(`  ${flushed ? 'flushed' : 'not flushed'}, round ${round}: ${contestant.name} × ${processes}: ${rates.join(', ')}`)
        }
      }
    }
  }
  return samples
}

const measureOne = async (
  { brokers, brokerPid, directory, seconds, profileDirectory, signal }: MeasureIngestOptions,
  { name, topic, start }: (typeof CONTESTANTS)[number],
  { flushed, processes }: { readonly flushed: boolean; readonly processes: number },
): Promise<readonly IngestSample[]> => {
  const own = join(directory, `${name}-at-work`)
  await mkdir(own, { recursive: true })
  const contestant = await start({ processes, brokers, directory: own, profileDirectory, signal })
  try {
    await runLoad({ url: contestant.url, connections: CONNECTIONS[0], seconds: WARM_UP_SECONDS, mark: newMark() }, signal)
    const samples: IngestSample[] = []
    for (const connections of CONNECTIONS) {
      const recordsBefore = await recordsIn(brokers, topic)
      const load = await loadOnce(contestant, brokerPid, { connections, seconds }, signal)
      const appended = (await recordsIn(brokers, topic)) - recordsBefore
      if (appended + (load.spooledOnly ?? 0) < load.answered) throw new Error(`${name} answered ${load.answered} callbacks with 2xx, but ${topic} grew by ${appended} records only`)
      samples.push({ contestant: name, flushed, processes, connections, ...load })
    }
    return samples
  } finally {
    await contestant.stop()
    await rm(own, { recursive: true, force: true })
  }
}

const loadOnce = async (
  { url, pid, spooledOnly }: Contestant,
  brokerPid: number,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
  signal: AbortSignal,
) => {
  const used = () => ({ contestant: cpuSeconds(treeUsage(pid)), broker: cpuSeconds(treeUsage(brokerPid)), machine: machineCpuSeconds() })
  const spooledBefore = await spooledOnly()
  const [before, began] = [used(), performance.now()]
  const load = await runLoad({ url, connections, seconds, mark: newMark() }, signal)
  const [after, took] = [used(), (performance.now() - began) / 1_000]
  const spooled = await spooledOnly()
  const contestantSeconds = after.contestant - before.contestant
  return {
    ...load,
    cpuMicrosPerRequest: (contestantSeconds / load.answered) * 1e6,
    coresOfOthers: Math.max(0, after.machine - before.machine - contestantSeconds - (after.broker - before.broker) - load.cpuSeconds) / took,
    peakRssBytes: treeUsage(pid).map(({ peakRssBytes }) => peakRssBytes),
    spooledOnly: spooled === null ? null : spooled - (spooledBefore ?? 0),
  }
}

let marks = 0
/** Keeps the CallSids of all loads apart. */
const newMark = (): string => (marks++).toString(16).padStart(4, '0')

const recordsIn = async (brokers: readonly string[], topic: string): Promise<number> => {
  const log = await openEventLog({ kafkaBrokers: brokers, clientId: 'bench' })
  try {
    return [...(await log.bounds(topic)).values()].reduce((sum, { low, next }) => sum + Number(next - low), 0)
  } finally {
    await log.close()
  }
}
