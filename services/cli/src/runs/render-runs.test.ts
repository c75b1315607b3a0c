import { LANES } from '@rollcall/domain/schedule/lane'
import type { Run } from '@rollcall/store/status/read-runs'
import { describe, expect, it } from 'vitest'
import { renderRuns } from './render-runs.ts'

const NOW = Date.UTC(2026, 0, 31, 4)
const run: Run = {
  runId: 'run',
  kind: 'cron',
  lanes: [...LANES],
  plannedAt: NOW - 60_000,
  startedAt: NOW - 60_000,
  endedAt: NOW - 48_000,
  outcome: 'complete',
  scans: 2,
  requests: 9,
  windowsClosed: 1,
  callsFound: 4,
  webhooksMissing: 3,
  stopReason: null,
}

describe('runs', () => {
  it.each<[string, Partial<Run>, string]>([
    ['a run in time', {}, '  2026-01-31T03:59:00Z cron; took 12 s; all lanes; 2 scans, 9 requests, 4 calls found, 1 windows closed; complete'],
    ['one that began late', { plannedAt: NOW - 100_000 }, '; 40 s late, took 12 s; '],
    ['one of few lanes', { lanes: ['finalise', 'ageing'] }, '; lanes finalise ageing; '],
    ['one that goes on', { endedAt: null, outcome: 'running' }, '; running for 1 min; '],
    ['one that stopped, showing no escape', { outcome: 'gaps-remain', stopReason: 'HTTP 401\u001b[2J' }, '; gaps-remain: HTTP 401\\u{1b}[2J'],
  ])('%s', (_, changes, expected) => expect(renderRuns('acme', [{ ...run, ...changes }], NOW)[1]).toContain(expected))

  it('that never were', () => expect(renderRuns('acme', [], NOW)).toEqual(['Account acme: no run yet']))
})
