import { describe, expect, it } from 'vitest'
import { renderTally } from './render-tally.ts'
import type { RunRecord } from './run-record.ts'

const run = (own: Partial<RunRecord>): RunRecord => ({
  commit: 'abc1234',
  seed: 7,
  from: 0,
  rounds: 10,
  perSecond: 100,
  haproxy: false,
  acknowledged: 1_000,
  givenUp: 0,
  calls: 400,
  logRecords: 1_010,
  findings: [],
  rebuiltEqual: true,
  seconds: 40,
  cpuSeconds: 15,
  faults: {},
  notMade: {},
  notHealed: {},
  ...own,
})
const used = (alone: number, paired: number) => ({ alone, paired, idle: 0, load: alone + paired, backlog: 0 })

describe('the tally of several runs of chaos', () => {
  const lines = renderTally(
    [
      run({ faults: { 'kill-ingest': used(1, 0), promote: used(0, 2) } }),
      run({ from: 10, rounds: 30, haproxy: true, givenUp: 3, seconds: 80, cpuSeconds: 65, faults: { 'kill-ingest': used(2, 1) } }),
    ],
    ['kill-ingest', 'promote', 'full-disk'],
  )

  it('names each run by what it takes to play it again', () =>
    expect(lines.slice(0, 2)).toEqual([
      'commit abc1234 --seed 7 --from 0 --rounds 10 --per-second 100: 1000 acknowledged, 0 given up, 0 findings',
      'commit abc1234 --seed 7 --from 10 --rounds 30 --per-second 100 --haproxy: 1000 acknowledged, 3 given up, 0 findings',
    ]))

  it('adds up how often each fault was made, alone and in a pair', () => {
    expect(lines.find((line) => line.startsWith('kill-ingest'))?.split(/\s+/)).toEqual(['kill-ingest', '3', '1', '0', '4', '0', '0'])
    expect(lines.find((line) => line.startsWith('promote'))?.split(/\s+/)).toEqual(['promote', '0', '2', '0', '2', '0', '0'])
  })

  it('names what was never made', () => {
    expect(lines).toContain('never alone: promote, full-disk')
    expect(lines).toContain('never in a pair: full-disk')
  })

  it('tells apart what was planned and not made, or did not end as it should, and why', () => {
    const told = renderTally(
      [
        run({ faults: { promote: used(1, 0) }, notMade: { promote: { 'it is down': 2 }, descriptors: { 'it is down': 1 } } }),
        run({ notMade: { promote: { 'it is down': 1, 'it is slow': 1 } }, notHealed: { promote: { 'no disk': 1 } } }),
      ],
      ['promote'],
    )
    expect(told.find((line) => line.startsWith('promote '))?.split(/\s+/)).toEqual(['promote', '1', '0', '0', '1', '0', '4'])
    expect(told).toContain('planned, not made: promote, 4 times (it is down; it is slow)')
    expect(told).toContain('planned, not made: descriptors, 1 times (it is down)')
    expect(told).toContain('made, not healed by itself: promote, 1 times (no disk)')
    expect(told).toContain('never alone: descriptors')
  })

  it('counts rounds, webhooks, findings and seconds of all', () => {
    expect(lines.at(-2)).toBe('40 rounds in 2 runs: 2000 webhooks acknowledged, 3 given up, 800 calls, 2020 records in the logs, 0 findings')
    expect(lines.at(-1)).toBe('120 s of stacks (3.0 a round), 80 s of processors (2.0 a round)')
  })

  it('counts a rebuild that came to something else as a finding', () => {
    const found = renderTally([run({ findings: ['a webhook is missing'], rebuiltEqual: false })], [])
    expect(found[0]).toMatch(/ 2 findings$/)
    expect(found.at(-2)).toMatch(/ 2 findings$/)
  })

  it('gives no figure a round where there was none', () => expect(renderTally([], [])?.at(-1)).toBe('0 s of stacks (- a round), 0 s of processors (- a round)'))
})
