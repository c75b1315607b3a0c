import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunRecord } from './run-record.ts'
import { addRun, readRuns } from './tally-file.ts'

const run = (seed: number): RunRecord => ({
  commit: 'abc1234',
  seed,
  from: 0,
  rounds: 1,
  perSecond: 100,
  haproxy: true,
  acknowledged: 1,
  givenUp: 0,
  calls: 1,
  logRecords: 1,
  findings: [],
  rebuiltEqual: true,
  seconds: 1,
  cpuSeconds: 1,
  faults: { promote: { alone: 1, paired: 0, idle: 0, load: 1, backlog: 0 } },
  notMade: { 'kill-ingest': { 'ingest-a was not running': 1 } },
  notHealed: {},
})

describe('a tally file', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-tally-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('is none at first, and keeps every run that is added', async () => {
    const file = join(directory, 'kept')
    expect(await readRuns(file)).toEqual([])
    await Promise.all([1, 2, 3].map((seed) => addRun(file, run(seed))))
    expect((await readRuns(file)).map(({ seed }) => seed).sort()).toEqual([1, 2, 3])
    expect((await readRuns(file)).find(({ seed }) => seed === 2)).toEqual(run(2))
  })

  it('says which line is not a run, and leaves none out', async () => {
    const file = join(directory, 'damaged')
    await addRun(file, run(1))
    await appendFile(file, '{"commit":"abc"}\n')
    await expect(readRuns(file)).rejects.toThrow('line 2: no run of chaos')
  })
})
