/** The command line against a real database: calls as the projector writes them, judgements as the reconciler does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalTime, MINUTE, SECOND } from '@rollcall/domain/time'
import { judge } from '@rollcall/domain/window/judge'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { createPool, type Pool } from '@rollcall/store/pool'
import { upsertCalls } from '@rollcall/store/projection/upsert-calls'
import { saveJudgements } from '@rollcall/store/reconcile/save-judgements'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { runCommandLine } from '../run-command-line.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

const NOW = Date.UTC(2026, 0, 31, 4)
const COVERAGE = [{ name: 'sales line', exophones: ['+914000000003'], expects: [{ anyOf: ['passthru' as const] }] }]

let directory: string
let database: TestDatabase
let pool: Pool
let env: Record<string, string>

/** A call by the API that ended so long ago, with these webhooks, each a second after its end. */
const call = (account: string, callSid: string, endedAgo: number, exophone: string, ...events: string[]): CallRecord => {
  const endedAt = NOW - endedAgo
  const facts: CallFacts = {
    account,
    callSid,
    source: 'poll',
    receivedAt: endedAt + MINUTE,
    vendorTime: endedAt,
    event: null,
    values: { direction: 'inbound', exophone, status: 'completed', createdAt: canonicalTime(endedAt - MINUTE), endedAt: canonicalTime(endedAt) },
  }
  return merge(null, [facts, ...events.map((event): CallFacts => ({ ...facts, source: 'webhook', event, receivedAt: endedAt + SECOND }))]) as CallRecord
}

const run = async (line: string) => {
  const said = { out: '', err: '' }
  const never = new AbortController().signal
  const context = {
    env,
    root: PROJECT_ROOT,
    clock: () => NOW,
    out: (text: string) => {
      said.out += text
    },
    err: (text: string) => {
      said.err += text
    },
    screen: null,
  }
  const exitCode = await runCommandLine(line.split(' '), context, () => ({ stop: never, force: never }))
  return { exitCode, ...said }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-coverage-'))
  await writeFile(join(directory, 'secret'), 'obviously-fake-0123456789-0123456789', { mode: 0o400 })
  const account = { cluster: 'mumbai', apiKeyFile: 'secret', apiTokenFile: 'secret', webhookSecretFiles: ['secret'] }
  const file = join(directory, 'accounts.json')
  await writeFile(
    file,
    JSON.stringify({
      accounts: [
        { sid: 'acme', ...account, coverage: COVERAGE },
        { sid: 'beta', ...account },
      ],
    }),
  )
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  env = { DATABASE_URL: database.databaseUrl, KAFKA_BROKERS: 'unused:9092', ROLLCALL_ACCOUNTS_FILE: file, ROLLCALL_DATA_DIR: directory }

  const had = Array.from({ length: 24 }, (_, nth) => call('acme', `had-${nth}`, 60 * MINUTE, nth % 2 === 0 ? '04000000005' : '+914000000005', 'passthru', 'popup/dial'))
  const calls = [
    call('acme', 'lost', 30 * MINUTE, '04000000003'),
    call('acme', 'shared', 30 * MINUTE, '04000000003'),
    call('beta', 'shared', 30 * MINUTE, '04000000003'),
    // Its Passthru may still be under way.
    call('acme', 'fresh', MINUTE, '04000000005'),
    call('acme', 'hadnot', 60 * MINUTE, '04000000005', 'popup/answered'),
    ...had,
  ]
  await upsertCalls(
    pool,
    calls.map((record) => ({ record, baseVersion: 0n, changed: [], logOffset: 0n })),
  )
  const [lost] = calls as [CallRecord]
  const before = coveragePolicyOf({ coverage: [], webhookGraceSeconds: 60 })
  const since = coveragePolicyOf({ coverage: COVERAGE, webhookGraceSeconds: 60 })
  await saveJudgements(pool, 'acme', judge(lost, before, { readTo: NOW - 20 * MINUTE, drainedTo: null }), NOW - 20 * MINUTE)
  await saveJudgements(pool, 'acme', judge(lost, since, { readTo: NOW - 10 * MINUTE, drainedTo: null }), NOW - 10 * MINUTE)
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
  if (directory !== undefined) await rm(directory, { recursive: true, force: true })
})

describe('coverage explain', () => {
  it('tells which rule applied, what is missing by when, and what was said before', async () => {
    const { exitCode, out } = await run('coverage explain lost')
    expect(exitCode).toBe(0)
    expect(out.split('\n')).toEqual(
      expect.arrayContaining([
        '  1. sales line: applies',
        '       ExoPhone is one of +914000000003: yes',
        "  passthru        passthru, 60 s after the call's end: by 2026-01-31T03:31:00Z; none came",
        'No webhook came.',
        '  passthru        missing, it never arrived; said 2026-01-31T03:50:00Z',
        '  nothing         expected, by "default: no webhook is promised"; from 2026-01-31T03:40:00Z to 2026-01-31T03:50:00Z',
      ]),
    )
  })

  it('tells the same as JSON', async () => {
    expect(JSON.parse((await run('coverage explain lost --json')).out)).toMatchObject({
      account: 'acme',
      callSid: 'lost',
      call: { direction: 'inbound', origin: 'inbound', exophone: '04000000003', verified: true },
      rule: 'sales line',
      rules: [{ result: 'applies' }, { result: 'not-tried' }, { result: 'not-tried' }, { result: 'not-tried' }],
      expected: [{ name: 'passthru', anyOf: ['passthru'], withinSeconds: 60, due: '2026-01-31T03:31:00.000Z', came: [] }],
      came: [],
      judgements: [{ expectation: 'passthru', rule: 'sales line', outcome: 'missing', reason: 'never-arrived', arrivedAt: null }],
      before: [{ expectation: 'none', outcome: 'not-expected', replacedAt: '2026-01-31T03:50:00.000Z' }],
    })
  })

  it.each([
    ['coverage explain nobody', 1, 'No call nobody is known of acme, beta'],
    ['coverage explain shared', 2, 'Several accounts have a call shared; needed is --account with one of acme, beta'],
    ['coverage explain shared --account gamma', 2, '--account is "gamma"; needed is one of acme, beta'],
  ])('%s ends with %d', async (line, code, message) => {
    const { exitCode, err } = await run(line)
    expect([exitCode, err]).toEqual([code, expect.stringContaining(message)])
  })

  it("goes by the account's own rules", async () => expect((await run('coverage explain shared --account beta')).out).toContain('  3. default: no webhook is promised: applies'))
})

describe('coverage suggest', () => {
  it('proposes a rule where nearly all calls had a webhook, and leaves out what may be under way', async () => {
    const { exitCode, out } = await run('coverage suggest --account acme --json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toEqual({
      account: 'acme',
      from: '2026-01-24T04:00:00.000Z',
      to: '2026-01-31T04:00:00.000Z',
      groups: [
        {
          direction: 'inbound',
          exophone: '+914000000005',
          calls: 25,
          webhooks: [
            { name: 'passthru', calls: 24, percent: 96 },
            { name: 'popup', calls: 25, percent: 100 },
          ],
        },
        { direction: 'inbound', exophone: '+914000000003', calls: 2, webhooks: [] },
      ],
      coverage: [{ name: 'inbound on +914000000005', direction: 'inbound', exophones: ['+914000000005'], expects: [{ anyOf: ['passthru'] }, { anyOf: ['popup'] }] }],
    })
  })

  it('says so in words', async () => expect((await run('coverage suggest --account acme')).out).toContain('\n"coverage": [\n'))

  it('looks at the time that it is given', async () =>
    expect((await run('coverage suggest --account acme --from 2026-01-31T03:20:00Z --to 2026-01-31T03:30:00Z --json')).out).toContain('"calls":2'))

  it('refuses a time that ends before it begins', async () =>
    expect(await run('coverage suggest --account acme --from 2026-01-31 --to 2026-01-30')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('needed is a --to after --from'),
    }))
})
