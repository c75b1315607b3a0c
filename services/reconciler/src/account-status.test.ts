import { describe, expect, it } from 'vitest'
import { type AccountStatus, afterRun, FAILED_RUNS_MAX, newAccountStatus, readinessOf } from './account-status.ts'
import type { RunDone, RunResult } from './run-result.ts'
import type { ScanReport } from './scan-report.ts'

const report = (of: Partial<ScanReport>): ScanReport => ({
  lane: 'trailing',
  outcome: 'complete',
  reason: null,
  trouble: null,
  requests: 1,
  callsListed: 1,
  callsFound: 0,
  webhooksMissing: 0,
  windowsClosed: 0,
  ...of,
})
const run = (outcome: RunDone['outcome'], ...reports: ScanReport[]): RunDone => ({
  outcome,
  runId: 'run',
  stopReason: reports.find(({ reason }) => reason !== null)?.reason ?? null,
  reports,
  passesShed: [],
  sweepAgeMs: 0,
  scans: reports.length,
  requests: reports.length,
  windowsClosed: 0,
  callsFound: 2,
  webhooksMissing: 1,
})
const after = (...results: (RunResult | Error)[]): AccountStatus => results.reduce<AccountStatus>((status, result) => afterRun(status, result, 7), newAccountStatus('acme'))

const good = run('complete', report({}))
const idle = run('complete')
const futile = run('gaps-remain', report({ outcome: 'incomplete', reason: 'Exotel answered HTTP 502', trouble: 'passing' }))
const refused = run('gaps-remain', report({ outcome: 'incomplete', reason: 'Exotel answered HTTP 401', trouble: 'refused' }))
const partly = run('gaps-remain', report({}), report({ outcome: 'incomplete', reason: 'rows are not in ascending order', trouble: 'range' }))
const failed = new Error('connection refused')
const held: RunResult = { outcome: 'lease-held' }
const times = <T>(count: number, result: T): T[] => Array.from({ length: count }, () => result)

describe('an account', () => {
  it.each<[string, (RunResult | Error)[], string | null]>([
    ['is ready before any run', [], null],
    ['is ready after a good run', [good], null],
    ['is ready while single runs fail', times(FAILED_RUNS_MAX - 1, futile), null],
    ['is not ready when the last runs were futile', times(FAILED_RUNS_MAX, futile), 'account acme: the last 3 runs failed: Exotel answered HTTP 502'],
    ['is not ready when the last runs failed', times(FAILED_RUNS_MAX, failed), 'account acme: the last 3 runs failed: Error: connection refused'],
    ['is ready again after one good run', [...times(FAILED_RUNS_MAX, futile), good], null],
    ['is ready while some ranges can be read', times(FAILED_RUNS_MAX, partly), null],
    ['is not ready as soon as its credentials are refused', [refused], 'account acme: Exotel answered HTTP 401'],
    ['stays refused while nothing is asked', [refused, idle], 'account acme: Exotel answered HTTP 401'],
    ['is ready when it is answered again', [refused, good], null],
    ['is ready on a host that stands by', [...times(FAILED_RUNS_MAX, failed), refused, held], null],
  ])('%s', (_rule, results, reason) => {
    expect(readinessOf([newAccountStatus('other'), after(...results)])).toEqual(reason === null ? { ready: true } : { ready: false, reason })
  })

  it('counts its runs, scans and findings', () => {
    expect(after(good, good, partly, held, failed)).toMatchObject({
      runs: { complete: 2, 'gaps-remain': 1, 'lease-held': 1, failed: 1 },
      scans: { 'trailing complete': 3, 'trailing incomplete': 1 },
      callsFound: 6,
      webhooksMissing: 3,
      lastRun: { outcome: 'failed', reason: 'Error: connection refused', endedAt: 7 },
    })
  })

  it('count a trailing pass that was left out once, in however many runs it was', () => {
    const shedding = (...from: number[]): RunDone => ({ ...good, passesShed: from.map((each) => ({ from: each, pass: 0 })), sweepAgeMs: 7 })
    expect(after(shedding(0), shedding(0, 300_000), good, shedding(300_000))).toMatchObject({ passesShed: 2, sweepAgeMs: 7 })
  })
})
