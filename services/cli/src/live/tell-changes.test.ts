import { describe, expect, it } from 'vitest'
import type { AccountPicture, LivePicture } from './live-picture.ts'
import { tellChanges, tellSummary } from './tell-changes.ts'

const run = (runId: string, changes: object = {}) => ({
  runId,
  kind: 'cron',
  lanes: [],
  plannedAt: 0,
  windowsClosed: 0,
  startedAt: 0,
  endedAt: 1_000,
  outcome: 'complete',
  scans: 1,
  requests: 3,
  callsFound: 0,
  webhooksMissing: 0,
  stopReason: null,
  ...changes,
})
const account = (changes: Partial<AccountPicture>): AccountPicture => ({ account: 'demo', callsFound: 0, webhooksMissing: 0, windows: {}, lastRun: null, ...changes })
const simulator = (lostCalls: number, lostCallsFound: number) => ({ callsMade: 20, webhooksDelivered: 10, webhooksLost: lostCalls, webhooksRefused: 0, lostCalls, lostCallsFound })
const picture = (changes: Partial<LivePicture>): LivePicture => ({
  now: 75_000,
  startedAt: 0,
  eventLog: '',
  database: '',
  unsafeTopics: false,
  services: [],
  simulator: null,
  log: { records: 12, projected: 10 },
  accounts: [],
  places: { audit: '', webhooks: '', metrics: [], simulator: null, logs: '' },
  ...changes,
})
const changes = (before: AccountPicture, after: AccountPicture) => tellChanges(picture({ accounts: [before] }), picture({ accounts: [after] }))

describe('what is told in a pipe', () => {
  it('is lost calls that were found', () =>
    expect(tellChanges(picture({ simulator: simulator(5, 1) }), picture({ simulator: simulator(6, 4) }))).toEqual(['found again 3 calls that had lost a webhook; 2 still missing']))

  it('is a run that found something, or went wrong, once', () => {
    const found = account({ lastRun: run('b', { callsFound: 2 }) })
    expect(changes(account({ lastRun: run('a') }), found)).toEqual(['reconciled demo: complete, 2 calls found, 3 requests'])
    expect(changes(account({ lastRun: run('b', { endedAt: null }) }), found)).toHaveLength(1)
    expect(changes(found, found)).toEqual([])
    expect(changes(account({}), account({ lastRun: run('c', { outcome: 'failed', stopReason: 'no answer' }) }))).toEqual([
      'reconciled demo: failed, 0 calls found, 3 requests (no answer)',
    ])
  })

  it('is not a run that found nothing, nor one that still goes on', () => {
    expect(changes(account({ lastRun: run('a') }), account({ lastRun: run('b') }))).toEqual([])
    expect(changes(account({ lastRun: run('a') }), account({ lastRun: run('b', { endedAt: null, callsFound: 2 }) }))).toEqual([])
  })

  it('is windows that closed', () =>
    expect(changes(account({ windows: { provisional: 1 } }), account({ windows: { provisional: 2, final: 2 } }))).toEqual([
      '1 window of demo became provisional',
      '2 windows of demo became final',
    ]))

  it('is nothing of what an earlier start left', () => expect(tellChanges(picture({ accounts: null }), picture({ accounts: [account({ windows: { final: 9 } })] }))).toEqual([]))

  it('is a summary of the whole', () => {
    expect(tellSummary(picture({ simulator: simulator(5, 3), accounts: [account({ windows: { open: 1 } })] }))).toBe(
      'running for 1 min 15 s; 20 calls made, 5 webhooks lost on purpose; 12 received, 10 projected, 2 behind; 3 of 5 lost calls found again, 2 still missing; windows: 1 open, 0 settling, 0 provisional, 0 final',
    )
    expect(tellSummary(picture({ log: null }))).toBe('running for 1 min 15 s; log not readable')
  })
})
