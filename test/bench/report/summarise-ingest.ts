import type { IngestSample } from '../ingest/measure-ingest.ts'
import { median } from '../median.ts'

/** One contestant under one load: medians over the rounds, worst cases for memory, sums for what should be zero. */
export interface IngestCell {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMicrosPerRequest: number
  readonly coresOfOthers: number
  /** Of each process, the primary of a cluster first. */
  readonly peakRssBytes: readonly number[]
  readonly otherAnswers: number
  readonly errors: number
  readonly spooledOnly: number
}

export interface IngestRow {
  readonly flushed: boolean
  readonly connections: number
  readonly processes: number
  readonly floor: IngestCell
  readonly ingest: IngestCell
  /** Ingest by the floor with as many processes. */
  readonly ratio: number
  /** Ingest by the floor with one process. */
  readonly ratioToOne: number
}

/** Floor and ingest side by side, for every load that was measured. Pure. */
export const summariseIngest = (samples: readonly IngestSample[]): readonly IngestRow[] => {
  const loads = new Map(samples.map(({ flushed, connections, processes }) => [`${flushed} ${connections} ${processes}`, { flushed, connections, processes }]))
  return [...loads.values()]
    .sort((a, b) => Number(b.flushed) - Number(a.flushed) || a.connections - b.connections || a.processes - b.processes)
    .map((load) => {
      const floor = cellOf(samples, 'floor', load)
      const ingest = cellOf(samples, 'ingest', load)
      return { ...load, floor, ingest, ratio: ingest.perSecond / floor.perSecond, ratioToOne: ingest.perSecond / cellOf(samples, 'floor', { ...load, processes: 1 }).perSecond }
    })
}

const cellOf = (
  samples: readonly IngestSample[],
  contestant: 'floor' | 'ingest',
  { flushed, connections, processes }: Pick<IngestSample, 'flushed' | 'connections' | 'processes'>,
): IngestCell => {
  const rounds = samples.filter((one) => one.contestant === contestant && one.flushed === flushed && one.connections === connections && one.processes === processes)
  const middle = (of: (sample: IngestSample) => number): number => median(rounds.map(of))
  const sum = (of: (sample: IngestSample) => number): number => rounds.reduce((total, sample) => total + of(sample), 0)
  const processCount = rounds[0]?.peakRssBytes.length ?? 0
  return {
    perSecond: middle(({ perSecond }) => perSecond),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    cpuMicrosPerRequest: middle(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest),
    coresOfOthers: middle(({ coresOfOthers }) => coresOfOthers),
    peakRssBytes: Array.from({ length: processCount }, (_, process) => Math.max(...rounds.map(({ peakRssBytes }) => peakRssBytes[process] ?? 0))),
    otherAnswers: sum(({ otherAnswers }) => otherAnswers),
    errors: sum(({ errors }) => errors),
    spooledOnly: sum(({ spooledOnly }) => spooledOnly ?? 0),
  }
}
