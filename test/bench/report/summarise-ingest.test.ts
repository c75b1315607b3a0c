import { expect, it } from 'vitest'
import type { IngestSample } from '../ingest/measure-ingest.ts'
import { summariseIngest } from './summarise-ingest.ts'

const sample = (contestant: 'floor' | 'ingest', processes: number, perSecond: number, more: Partial<IngestSample> = {}): IngestSample => ({
  contestant,
  flushed: true,
  processes,
  connections: 64,
  answered: perSecond,
  perSecond,
  p50Ms: 1,
  p99Ms: 2,
  otherAnswers: 0,
  errors: 0,
  cpuSeconds: 1,
  cpuMicrosPerRequest: 100,
  coresOfOthers: 0,
  peakRssBytes: [1],
  spooledOnly: null,
  ...more,
})

it('compares medians with the floor of as many processes and with that of one', () => {
  const rows = summariseIngest([
    sample('floor', 1, 100),
    sample('floor', 1, 10),
    sample('floor', 1, 110),
    sample('floor', 2, 200),
    sample('ingest', 1, 80),
    sample('ingest', 2, 150),
  ])
  expect(rows.map(({ processes, ratio, ratioToOne }) => ({ processes, ratio, ratioToOne }))).toEqual([
    { processes: 1, ratio: 0.8, ratioToOne: 0.8 },
    { processes: 2, ratio: 0.75, ratioToOne: 1.5 },
  ])
})

it('keeps the worst memory of each process and every answer that was no success', () => {
  const rows = summariseIngest([
    sample('floor', 1, 100),
    sample('ingest', 1, 100, { peakRssBytes: [5, 20], otherAnswers: 1, spooledOnly: 2 }),
    sample('ingest', 1, 100, { peakRssBytes: [7, 10], errors: 3, spooledOnly: 1 }),
  ])
  expect(rows[0]?.ingest).toMatchObject({ peakRssBytes: [7, 20], otherAnswers: 1, errors: 3, spooledOnly: 3 })
})
