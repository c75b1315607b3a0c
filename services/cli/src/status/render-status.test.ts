import { describe, expect, it } from 'vitest'
import { renderStatus } from './render-status.ts'
import type { AccountStatus, Status } from './status.ts'

const NOW = Date.UTC(2026, 0, 31, 4)
const account: AccountStatus = {
  account: 'acme',
  received: 1_002,
  projected: 1_000,
  lag: 2,
  lagIsExact: true,
  webhooks: 700,
  apiRows: 300,
  calls: 640,
  deadLetters: 1,
  exceptions: [
    { surface: 'status-callback', field: 'Status', kind: 'unknown-value', value: 'teleported', observations: 3 },
    { surface: 'call-list', field: 'EndTime', kind: 'unreadable-value', value: '', observations: 1 },
  ],
  heartbeat: { state: 'ok', statedAt: NOW - 200_000, receivedAt: NOW - 200_000, incoming: { count: 0, exoPhones: [] }, outgoing: { count: 0, exoPhones: [] } },
  sms: { failed: 3, sent: 12 },
  windows: { open: 1, settling: 1, provisional: 48, final: 12 },
  watermark: { at: NOW - 15_000_000, heldBy: { from: NOW - 15_000_000, state: 'provisional' } },
  audit: { waiting: 0, oldestAt: null },
  checks: null,
  callsFound: 31,
  webhooksMissing: 29,
  missingByReason: { 'never-arrived': 27, quarantined: 2 },
  webhooksSpooled: 0,
  webhooksSilentSince: null,
  callsUnverified: 0,
  callsDenied: 0,
  rpo: { atRisk: false, callsPerSecond: 9, neededPerMinute: 26.4, availablePerMinute: 49 },
  backfills: [],
  schedules: [
    {
      group: 'rpo',
      expression: '*/20 * * * * *',
      lastSlot: NOW - 20_000,
      nextSlot: NOW,
      onTime: 90,
      late: 1,
      coalesced: 2,
      missed: 60,
      lastLateMs: 31_000,
      missedFrom: NOW - 3_600_000,
      missedTo: NOW - 2_420_000,
    },
    {
      group: 'history',
      expression: '0 * * * *',
      lastSlot: NOW - 7_200_000,
      nextSlot: NOW - 3_600_000,
      onTime: 3,
      late: 0,
      coalesced: 0,
      missed: 0,
      lastLateMs: null,
      missedFrom: null,
      missedTo: null,
    },
  ],
  timeliness: [],
  lastRun: {
    runId: 'run',
    kind: 'cron',
    lanes: ['trailing', 'finalise'],
    plannedAt: NOW - 21_000,
    startedAt: NOW - 21_000,
    endedAt: NOW - 20_000,
    outcome: 'complete',
    scans: 2,
    requests: 9,
    windowsClosed: 0,
    callsFound: 4,
    webhooksMissing: 3,
    stopReason: null,
  },
}
const status: Status = {
  now: NOW,
  source: 'the environment',
  eventLog: { description: 'kafka at kafka-1:9092', received: 1_002, projected: 1_000, lag: 2, problems: [] },
  database: { address: 'db:5432/rollcall', version: '18.4' },
  ingestHosts: [],
  accounts: [account],
}
const linesOf = (changes: Partial<AccountStatus>) => renderStatus({ ...status, accounts: [{ ...account, ...changes }] })

describe('the status', () => {
  it('says per account what was received, projected, found and closed', () =>
    expect(renderStatus(status).join('\n')).toBe(`Configured by           the environment
Event log               kafka at kafka-1:9092
Database                PostgreSQL 18.4 at db:5432/rollcall
Observations            1002 received, 1000 projected, 2 behind
Ingest spools           not known: no ingest host tells of them. Give ingest DATABASE_URL, or webhooks may be called missing that are only spooled

Account acme
  received              1002 (700 webhooks and 300 API rows projected)
  projected             1000, which makes 640 calls
  lag                   2
  dead letters          1
  new to our readers    3 × status-callback Status "teleported": a word that is in no list of ours
                        1 × call-list EndTime: could not be read, and was left out
  heartbeat             3 min 20 s ago: ok
  SMS                   3 failed, 12 sent
  windows               1 open, 1 settling, 48 provisional, 12 final
  watermark             2026-01-30T23:50:00Z, held by a window that is provisional
  found by reconciling  31 calls that no webhook had told of
  webhooks missing      29: 27 never-arrived, 2 quarantined
  RPO of 20 minutes     9.0 calls/s take 27 of 49 requests a minute
  last run              20 s ago: complete, 4 calls found, 9 requests
  schedule              rpo (*/20 * * * * *): 91 runs, 1 late (last by 31 s), 2 slots coalesced; 60 MISSED, last 2026-01-31T03:00:00Z to 2026-01-31T03:19:40Z
                        history (0 * * * *): 3 runs; OVERDUE since 2026-01-31T03:00:00Z (1 h): no reconciler runs, or none gets to it`))

  it('names the ExoPhones that a heartbeat says are affected, with their alternates, and shows no escape', () => {
    const phone = { sid: 'exo-1', phoneNumber: '04000000003', state: 'major-outage', checkedAt: NOW, alternate: '04000000009' }
    const bare = { sid: '\u001b[2J', phoneNumber: null, state: null, checkedAt: null, alternate: null }
    const heartbeat = { ...account.heartbeat, state: 'critical', incoming: { count: 1, exoPhones: [phone] }, outgoing: { count: 9, exoPhones: [bare, ...Array(8).fill(phone)] } }
    const shown = linesOf({ heartbeat: heartbeat as never })
    const at = shown.indexOf('  heartbeat             3 min 20 s ago: critical')
    expect(shown.slice(at + 1, at + 3)).toEqual([
      '    cannot be called    04000000003 (major-outage, alternate 04000000009)',
      `    cannot call         \\u{1b}[2J (no alternate), ${Array(4).fill('04000000003 (major-outage, alternate 04000000009)').join(', ')}, and 4 more`,
    ])
  })

  it('says how soon facts were durable, and shouts where the objective is missed', () => {
    const counts = { facts: 10_000, late: 5, breached: 0 }
    const by = { webhook: { facts: 9_000, late: 0, breached: 0 }, trailing: { facts: 1_000, late: 5, breached: 0 } }
    const shown = linesOf({
      timeliness: [
        { fact: 'ended', counts, by, budgetLeft: 0.5, burning: [] },
        { fact: 'recorded', counts: { facts: 100, late: 50, breached: 3 }, by: {}, budgetLeft: -4, burning: ['fast'] },
      ],
    })
    expect(shown).toContain('  ends of calls         9995 of 10000 within 10 min in 30 days; 50 % of the budget left; by 9000 webhook, 1000 trailing')
    expect(shown.find((line) => line.startsWith('  recordings'))).toContain('-400 % of the budget left; 3 LATER THAN THE RPO of 5 min; BURNING (fast)')
  })

  it.each([
    ['webhooks that are silent', { webhooksSilentSince: NOW - 130_000 }, '  WEBHOOKS SILENT       the last came 2 min 10 s ago, and calls since should have told of themselves'],
    ['webhooks that may be spooled', { webhooksSpooled: 3 }, '  webhooks spooled      3 are awaited, since they may lie in a spool of ingest'],
    ['calls that only webhooks claim', { callsUnverified: 4 }, '  unverified            4 calls that only webhooks claim\n'],
    ['calls that Exotel denies', { callsUnverified: 4, callsDenied: 1 }, '4 calls that only webhooks claim; EXCEPTION: Exotel does not know 1 of them, which may be forged'],
    ['no reason where nothing is missing', { webhooksMissing: 0, missingByReason: {} }, '  webhooks missing      0\n'],
    ['an account without heartbeats', { heartbeat: null }, '  heartbeat             none received'],
    ['an account that was never reconciled', { lastRun: null }, '  last run              none yet'],
    ['a run that goes on', { lastRun: { ...account.lastRun, endedAt: null } as never }, '  last run              running for 21 s'],
    ['a run that left gaps', { lastRun: { ...account.lastRun, outcome: 'gaps-remain', stopReason: 'no answer' } as never }, 'gaps-remain, 4 calls found, 9 requests; no answer'],
    ['an account that no daemon reconciles', { schedules: [] }, '  schedule              none: no reconciler has run on a schedule'],
    ['gaps, which are always told', { windows: { final: 3, gap: 2 } }, '  windows               0 open, 0 settling, 0 provisional, 3 final, 2 gap'],
    [
      'a watermark that a gap holds',
      { watermark: { at: NOW, heldBy: { from: NOW, state: 'gap' } } },
      '  watermark             2026-01-31T04:00:00Z, held by a window that is a gap: Exotel does not answer for it any more',
    ],
    ['a watermark that nothing holds', { watermark: { at: NOW, heldBy: null } }, '  watermark             2026-01-31T04:00:00Z; every window is final'],
    ['an account without windows', { watermark: { at: null, heldBy: null } }, '  watermark             none: there are no windows yet'],
    ['audit records that wait', { audit: { waiting: 7, oldestAt: NOW - 60_000 } }, '  audit records waiting 7, the oldest noted 1 min ago'],
    ['a backlog too long to read', { lagIsExact: false, lag: 50_000 }, '  lag                   at least 50000'],
  ])('shows %s', (_, changes, expected) => expect(linesOf(changes as Partial<AccountStatus>).join('\n')).toContain(expected))

  it('says nothing of SMS where there was none', () => expect(linesOf({ sms: {} }).join('\n')).not.toContain('SMS'))

  it('tells an unsafe topic setting once, however many topics share it', () => {
    const problem = { setting: 'replication factor', value: '1', needed: '3', howToFix: 'add brokers' }
    const shown = renderStatus({
      ...status,
      eventLog: {
        ...status.eventLog,
        problems: [
          { topic: 'a', ...problem },
          { topic: 'b', ...problem },
          { topic: 'a', ...problem, setting: 'cleanup.policy', value: 'compact', needed: 'delete' },
        ],
      },
    })
    expect(shown.filter((line) => line.includes('unsafe'))).toEqual([
      '                        unsafe: replication factor is 1; needed is 3 (2 topics)',
      '                        unsafe: cleanup.policy is compact; needed is delete (a)',
    ])
  })

  it('says so when there is no account', () => expect(renderStatus({ ...status, accounts: [] }).at(-1)).toContain('No account'))
})
