import { createHistogram, monitorEventLoopDelay, performance, type RecordableHistogram } from 'node:perf_hooks'

const NS_PER_MS = 1e6
const SAMPLED_EVERY_MS = 1

type Kind = 'facts' | 'no-call' | 'unreadable'

interface Row {
  readonly counts: Record<Kind, number>
  slowestMs: number
}

export interface FuzzReport {
  turnStarts(): void
  turnEnds(kind: Kind, tricks: readonly string[], bytes: number): void
  /** Markdown: a row for each trick, then how long readings took and how long the event loop had to wait. */
  render(): string
}

/** Counts readings by what was done to their bodies, and measures them and the event loop's delay from now on. */
export const createFuzzReport = (): FuzzReport => {
  const rows = new Map<string, Row>()
  const all: Row = { counts: { facts: 0, 'no-call': 0, unreadable: 0 }, slowestMs: 0 }
  const reading = createHistogram()
  const loop = monitorEventLoopDelay({ resolution: SAMPLED_EVERY_MS })
  const beganAt = performance.now()
  let startedAt = 0
  let bytesRead = 0
  loop.enable()

  const record = (row: Row, kind: Kind, ms: number): void => {
    row.counts[kind] += 1
    row.slowestMs = Math.max(row.slowestMs, ms)
  }

  return {
    turnStarts: () => {
      startedAt = performance.now()
    },
    turnEnds: (kind, tricks, bytes) => {
      const ms = performance.now() - startedAt
      reading.record(Math.max(1, Math.round(ms * NS_PER_MS)))
      bytesRead += bytes
      record(all, kind, ms)
      for (const trick of new Set(tricks)) {
        const row = rows.get(trick) ?? { counts: { facts: 0, 'no-call': 0, unreadable: 0 }, slowestMs: 0 }
        rows.set(trick, row)
        record(row, kind, ms)
      }
    },
    render: () => {
      loop.disable()
      const seconds = (performance.now() - beganAt) / 1_000
      const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([trick, row]) => line(trick, row))
      return [
        '| made by | facts | no call | unreadable | slowest ms |',
        '| --- | --: | --: | --: | --: |',
        ...lines,
        line('all', all),
        '',
        `reading: ${quantiles(reading, 0)}`,
        `event loop delay, making of bodies included: ${quantiles(loop, SAMPLED_EVERY_MS)}`,
        `${(bytesRead / 1e6).toFixed(0)} MB in ${seconds.toFixed(0)} s`,
        '',
      ].join('\n')
    },
  }
}

const line = (name: string, { counts, slowestMs }: Row): string => `| ${name} | ${counts.facts} | ${counts['no-call']} | ${counts.unreadable} | ${slowestMs.toFixed(1)} |`

/** Of nanoseconds, in milliseconds. A monitor's samples hold the time between them, which is taken off. */
const quantiles = (histogram: Pick<RecordableHistogram, 'percentile' | 'max'>, offMs: number): string => {
  const ms = (ns: number) => Math.max(0, ns / NS_PER_MS - offMs).toFixed(3)
  return `p50 ${ms(histogram.percentile(50))} ms, p99 ${ms(histogram.percentile(99))} ms, p99.9 ${ms(histogram.percentile(99.9))} ms, max ${ms(histogram.max)} ms`
}
