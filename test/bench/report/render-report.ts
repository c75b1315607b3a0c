import type { LoadResult } from '../load/load.ts'
import type { MachineFacts } from '../machine-facts.ts'
import { median } from '../median.ts'
import type { ProjectorFigures } from '../projector/measure-projector.ts'
import type { IngestCell, IngestRow } from './summarise-ingest.ts'

const MIB = 1024 ** 2

export interface Report {
  readonly machine: MachineFacts
  readonly rounds: number
  readonly seconds: number
  /** What the load generator drives at most, against a server that does nothing. */
  readonly loadCeiling: readonly (LoadResult & { readonly connections: number })[] | null
  readonly ingest: readonly IngestRow[] | null
  readonly projector: ProjectorFigures | null
}

/** The report as Markdown. Pure. */
export const renderReport = ({ machine, rounds, seconds, loadCeiling, ingest, projector }: Report): string =>
  [
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGib} GiB; Node ${machine.node}, Kafka ${machine.kafka} (one node), PostgreSQL ${machine.postgres}; ${machine.fileSystem}, ` +
      `4 kB to the disk in ${machine.flushMs.toFixed(2)} ms; load before the run ${machine.loadBefore.toFixed(1)}. Medians of ${rounds} interleaved rounds of ${seconds} s.`,
    ...(loadCeiling === null ? [] : [`The load generator alone: ${loadCeiling.map((one) => `${whole(one.perSecond)} req/s at ${one.connections} connections`).join(', ')}.`]),
    ...(ingest === null ? [] : [true, false].flatMap((flushed) => ['', ingestTable(ingest, flushed)])),
    ...(projector === null ? [] : ['', projectorTable(projector)]),
    '',
  ].join('\n')

const ingestTable = (rows: readonly IngestRow[], flushed: boolean): string =>
  table(
    [
      `topic ${flushed ? 'flushed per write' : 'not flushed'}`,
      'floor req/s',
      'ingest req/s',
      'ratio',
      'to 1-process floor',
      'p50 ms',
      'p99 ms',
      'CPU µs/req',
      'cores of others',
      'peak RSS MiB',
      'not 2xx',
    ],
    rows
      .filter((row) => row.flushed === flushed)
      .map(({ connections, processes, floor, ingest, ratio, ratioToOne }) => [
        `${connections} connections, ${processes} ${processes === 1 ? 'process' : 'processes'}`,
        whole(floor.perSecond),
        whole(ingest.perSecond),
        ratio.toFixed(2),
        ratioToOne.toFixed(2),
        both(floor, ingest, ({ p50Ms }) => p50Ms.toFixed(1)),
        both(floor, ingest, ({ p99Ms }) => p99Ms.toFixed(1)),
        both(floor, ingest, ({ cpuMicrosPerRequest }) => whole(cpuMicrosPerRequest)),
        both(floor, ingest, ({ coresOfOthers }) => coresOfOthers.toFixed(1)),
        both(floor, ingest, ({ peakRssBytes }) => peakRssBytes.map((bytes) => whole(bytes / MIB)).join('+')),
        both(floor, ingest, troubles),
      ]),
  )

/** Answers other than 2xx and errors; deliveries answered from the spool alone are a success, but not the one that is compared. */
const troubles = ({ otherAnswers, errors, spooledOnly }: IngestCell): string => `${otherAnswers + errors}${spooledOnly > 0 ? ` (spool only: ${spooledOnly})` : ''}`

const both = (floor: IngestCell, ingest: IngestCell, of: (cell: IngestCell) => string): string => `${of(floor)} / ${of(ingest)}`

const projectorTable = ({ observations, calls, drains, ceilingSeconds }: ProjectorFigures): string => {
  const drained = observations / median(drains.map(({ seconds }) => seconds))
  const ceiling = observations / median(ceilingSeconds)
  return table(
    ['projector', 'bare SQL obs/s', 'projector obs/s', 'ratio', 'records a transaction', 'CPU µs/obs', 'peak RSS MiB', 'changes unpublished at the end'],
    [
      [
        `${observations} observations of ${calls} calls`,
        whole(ceiling),
        whole(drained),
        (drained / ceiling).toFixed(2),
        whole(median(drains.map(({ recordsPerTransaction }) => recordsPerTransaction))),
        whole((median(drains.map(({ cpuSeconds }) => cpuSeconds)) / observations) * 1e6),
        whole(Math.max(...drains.map(({ peakRssBytes }) => peakRssBytes)) / MIB),
        whole(median(drains.map(({ unpublished }) => unpublished))),
      ],
    ],
  )
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const whole = (number: number): string => Math.round(number).toString()
