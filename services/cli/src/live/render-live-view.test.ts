import { describe, expect, it } from 'vitest'
import type { LivePicture } from './live-picture.ts'
import { renderLiveView } from './render-live-view.ts'

const NOW = Date.UTC(2026, 0, 31, 4)
const RUN = {
  runId: 'run',
  kind: 'cron',
  lanes: [],
  plannedAt: 0,
  windowsClosed: 0,
  startedAt: NOW - 13_000,
  endedAt: NOW - 12_000,
  outcome: 'complete',
  scans: 2,
  requests: 9,
  callsFound: 4,
  webhooksMissing: 3,
  stopReason: null,
}

const picture: LivePicture = {
  now: NOW,
  startedAt: NOW - 134_000,
  eventLog: 'Apache Kafka, one node, at 127.0.0.1:23111',
  database: 'PostgreSQL from npm at 127.0.0.1:25432',
  unsafeTopics: true,
  services: [
    { name: 'ingest', up: true },
    { name: 'projector', up: true },
  ],
  simulator: { callsMade: 268, webhooksDelivered: 230, webhooksLost: 58, webhooksRefused: 0, lostCalls: 55, lostCallsFound: 48 },
  log: { records: 702, projected: 700 },
  accounts: [{ account: 'demo', callsFound: 71, webhooksMissing: 40, windows: { open: 1, provisional: 1, final: 3 }, lastRun: RUN }],
  places: {
    audit: 'http://127.0.0.1:8090/#token=rca_0123456789abcdefghijklmnopqrstuv',
    webhooks: 'http://127.0.0.1:8080/hooks/<account>/<secret>',
    metrics: ['http://127.0.0.1:9464/metrics', ':9465', ':9466'],
    simulator: 'http://127.0.0.1:8180/sim/stats  /sim/ledger',
    logs: '.rollcall/logs',
  },
}
const view = (changes: Partial<LivePicture>, columns = 80) => renderLiveView({ ...picture, ...changes }, { columns, colour: false })

describe('the live view', () => {
  it('says what arrived, what was lost and what was found, and where to look', () => {
    expect(view({}).join('\n')).toBe(`
Rollcall has been running for 2 min 14 s

Event log    Apache Kafka, one node, at 127.0.0.1:23111 · unsafe topics allowed
Database     PostgreSQL from npm at 127.0.0.1:25432

Exotel       simulated: calls, numbers and losses are made up
Calls made   268
Webhooks     230 sent, 58 lost on purpose
Observations 702 received, 700 projected, 2 behind
Lost calls   55, of which 48 found again by reconciliation, 7 still missing
Windows      1 open, 0 settling, 1 provisional, 3 final
Last run     12 s ago: complete, 4 calls found, 9 requests

Open this    http://127.0.0.1:8090/#token=rca_0123456789abcdefghijklmnopqrstuv
Metrics      http://127.0.0.1:9464/metrics  :9465  :9466
Simulator    http://127.0.0.1:8180/sim/stats  /sim/ledger
Logs         .rollcall/logs

Ctrl-C stops everything and loses nothing.`)
  })

  it('shows real accounts with what reconciliation found, and where webhooks go', () => {
    const second = { account: 'acme', callsFound: 2, webhooksMissing: 1, windows: { open: 1 }, lastRun: null }
    const third = { ...second, lastRun: { ...RUN, endedAt: null } }
    const lines = view({ simulator: null, accounts: [second, third], places: { ...picture.places, simulator: null } }, 200)
    expect(lines.filter((line) => /acme|run|hooks/.test(line))).toEqual([
      'Rollcall has been running for 2 min 14 s',
      'acme         2 found by reconciliation, 1 webhooks missing; windows: 1 open, 0 settling, 0 provisional, 0 final',
      '             no run yet',
      'acme         2 found by reconciliation, 1 webhooks missing; windows: 1 open, 0 settling, 0 provisional, 0 final',
      '             running for 13 s',
      'Webhooks     http://127.0.0.1:8080/hooks/<account>/<secret>',
    ])
  })

  it.each([
    ['a service that is not up', { services: [{ name: 'projector', up: false }] }, 'Not up       projector'],
    ['webhooks that ingest did not accept', { simulator: { ...picture.simulator, webhooksRefused: 3 } as never }, 'Webhooks     233 sent, 58 lost on purpose, 3 not accepted'],
    ['a log that cannot be read', { log: null }, 'Observations not readable just now'],
    ['a database that cannot be read', { accounts: null }, 'Accounts     not readable just now'],
    ['why a run stopped', { accounts: [{ ...picture.accounts?.[0], lastRun: { ...RUN, outcome: 'gaps-remain', stopReason: 'not-reached' } }] as never }, '; not-reached'],
  ])('shows %s', (_, changes, expected) => expect(view(changes).join('\n')).toContain(expected))

  it('fits a terminal of 80 × 24 in its longest form, and the narrowest one without wrapping', () => {
    const account = { ...picture.accounts?.[0], account: 'an-account-with-a-very-long-name-indeed' } as never
    const longest = { simulator: null, services: [{ name: 'ingest', up: false }], accounts: Array.from({ length: 12 }, () => account) }
    for (const changes of [{}, longest]) {
      expect(view(changes).length).toBeLessThanOrEqual(23)
      for (const columns of [80, 40, 10]) for (const line of view(changes, columns)) expect(line.length).toBeLessThanOrEqual(columns)
    }
  })

  it('uses colour only where there is one', () => {
    expect(renderLiveView(picture, { columns: 80, colour: true }).join('')).toContain('\x1b[')
    expect(view({}).join('')).not.toContain('\x1b[')
  })
})
