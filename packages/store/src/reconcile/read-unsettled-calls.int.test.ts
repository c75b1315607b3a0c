import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalTime, HOUR, MINUTE } from '@rollcall/domain/time'
import { type CoveragePolicy, type CoverageRule, defaultRules, turnsOf } from '@rollcall/domain/window/coverage'
import { type Judgement, judge } from '@rollcall/domain/window/judge'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { insertDeadLetters } from '../projection/insert-dead-letters.ts'
import { upsertCalls } from '../projection/upsert-calls.ts'
import { aDeadLetter, aWrite } from '../testing/a-batch.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readQuarantined } from './read-quarantined.ts'
import { readUnsettledCalls } from './read-unsettled-calls.ts'
import { saveJudgements } from './save-judgements.ts'

const ENDED = Date.UTC(2026, 0, 1)
const POPUP: CoverageRule = { name: 'popups', when: { direction: 'inbound' }, expects: [{ name: 'popup', anyOf: ['popup'], withinMs: HOUR }] }
const POLICY: CoveragePolicy = { rules: [POPUP, ...defaultRules(MINUTE)], phoneKey: (text) => text }

describe('calls whose judgement no longer says what their record does', () => {
  let database: TestDatabase
  let pool: Pool

  beforeAll(async () => {
    database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  })
  afterAll(async () => {
    await pool?.end()
    await database?.drop()
  })
  beforeEach(() => pool.query('TRUNCATE rollcall.judgements, rollcall.judgement_history, projection.calls, projection.dead_letters'))

  const call = (direction: string, ended: boolean, ...events: string[]): CallRecord => {
    const values = { direction, ...(ended ? { status: 'completed', endedAt: canonicalTime(ENDED) } : { status: 'in-progress' }) }
    const facts: CallFacts = { account: 'acme', callSid: 'c1', source: 'poll', receivedAt: ENDED, vendorTime: ENDED, event: null, values }
    return merge(null, [facts, ...events.map((event): CallFacts => ({ ...facts, source: 'webhook', event }))]) as CallRecord
  }
  const write = (record: CallRecord) => upsertCalls(pool, [aWrite('c1', { record })])
  const unsettled = (at: number, drainedTo: number | null = null) =>
    readUnsettledCalls(pool, 'acme', { turns: turnsOf(POLICY), known: { readTo: at, drainedTo }, missingSince: at - 48 * HOUR, limit: 10 })

  it.each<[string, [string, boolean, ...string[]], Pick<Judgement, 'expectation' | 'rule' | 'outcome'>, number, boolean]>([
    ['an awaited webhook is not due yet', ['inbound', true], { expectation: 'popup', rule: 'popups', outcome: 'pending' }, HOUR, false],
    ['an awaited webhook can be awaited no longer', ['inbound', true], { expectation: 'popup', rule: 'popups', outcome: 'pending' }, HOUR + 1, true],
    ['the call has not ended', ['inbound', false], { expectation: 'popup', rule: 'popups', outcome: 'pending' }, 9 * HOUR, false],
    ['it came, as an event of the surface', ['inbound', true, 'popup/dial'], { expectation: 'popup', rule: 'popups', outcome: 'missing' }, 9 * HOUR, true],
    ['another came, whose name begins alike', ['inbound', true, 'popups/dial'], { expectation: 'popup', rule: 'popups', outcome: 'missing' }, 9 * HOUR, false],
    [
      'another came, which another rule would expect by this name',
      ['inbound', true, 'popup/dial'],
      { expectation: 'popup', rule: 'default: api calls report their end', outcome: 'missing' },
      9 * HOUR,
      false,
    ],
    [
      'it came, as the one event that is meant',
      ['outbound-api', true, 'status-callback/terminal'],
      { expectation: 'status-callback', rule: 'default: api calls report their end', outcome: 'missing' },
      HOUR,
      true,
    ],
    [
      'an event came that is not meant',
      ['outbound-api', true, 'status-callback/answered'],
      { expectation: 'status-callback', rule: 'default: api calls report their end', outcome: 'missing' },
      HOUR,
      false,
    ],
    [
      'the call proved to be a campaign’s',
      ['outbound-api', true, 'campaign/call'],
      { expectation: 'status-callback', rule: 'default: api calls report their end', outcome: 'missing' },
      HOUR,
      true,
    ],
    ['it has been missing for too long', ['inbound', true, 'popup/dial'], { expectation: 'popup', rule: 'popups', outcome: 'missing' }, 50 * HOUR, false],
    ['it arrived', ['inbound', true, 'popup/dial'], { expectation: 'popup', rule: 'popups', outcome: 'arrived' }, HOUR, false],
  ])('are met where %s', async (_case, record, said, after, met) => {
    await write(call(...record))
    await saveJudgements(pool, 'acme', [{ callSid: 'c1', reason: null, arrivedAt: null, ...said }], ENDED)
    expect(await unsettled(ENDED + after)).toEqual(met ? ['c1'] : [])
  })

  it.each([['popup/dial'], ['campaign/call'], []])('are not met again once they are judged: %s', async (...events) => {
    for (const direction of ['inbound', 'outbound-api']) {
      await pool.query('TRUNCATE projection.calls')
      const at = ENDED + 9 * HOUR
      await saveJudgements(pool, 'acme', judge(call(direction, true), POLICY, { readTo: at, drainedTo: null }), at)
      await write(call(direction, true, ...events))
      await saveJudgements(pool, 'acme', judge(call(direction, true, ...events), POLICY, { readTo: at, drainedTo: null }), at)
      expect(await unsettled(at)).toEqual([])
    }
  })

  it.each<[string, Judgement['reason'], number, number | null, boolean]>([
    ['whose time is over, until it is said to be spooled', null, MINUTE + 1, MINUTE, true],
    ['that is spooled, while the spool is not drained beyond its time', 'spooled', 9 * HOUR, MINUTE, false],
    ['that is spooled, once it is', 'spooled', 9 * HOUR, MINUTE + 1, true],
    ['that is spooled, once no host tells of a spool any more', 'spooled', 9 * HOUR, null, true],
    ['that is spooled, only as far as the log was read', 'spooled', MINUTE, 9 * HOUR, false],
  ])('are met for a webhook %s', async (_case, reason, after, drained, met) => {
    await write(call('outbound-api', true))
    const rule = 'default: api calls report their end'
    await saveJudgements(pool, 'acme', [{ callSid: 'c1', expectation: 'status-callback', rule, outcome: 'pending', reason, arrivedAt: null }], ENDED)
    expect(await unsettled(ENDED + after, drained === null ? null : ENDED + drained)).toEqual(met ? ['c1'] : [])
  })

  const letter = (of: { account?: string; callSid?: string; surface?: string }) =>
    insertDeadLetters(pool, 0, [aDeadLetter(0n, { headers: { ce_account: of.account ?? 'acme', ce_subject: of.callSid ?? 'c1', ce_surface: of.surface ?? 'status-callback' } })])

  it.each<[string, Parameters<typeof letter>[0], Judgement['reason'], boolean]>([
    ['came since, and no reader understood it', {}, 'never-arrived', true],
    ['may be what came since and could not even be recognised', { surface: 'unrecognised' }, 'refused', true],
    ['is known to be quarantined', {}, 'quarantined', false],
    ['is not of the surface that could not be read', { surface: 'popup' }, 'never-arrived', false],
    ['is not of the campaign’s callback that could not be read', { surface: 'campaign' }, 'never-arrived', false],
    ['is another call’s', { callSid: 'c2' }, 'never-arrived', false],
    ['is another account’s', { account: 'beta' }, 'never-arrived', false],
  ])('are met where a missing webhook %s', async (_case, of, reason, met) => {
    await write(call('outbound-api', true))
    const said: Judgement = { callSid: 'c1', expectation: 'status-callback', rule: 'default: api calls report their end', outcome: 'missing', reason, arrivedAt: null }
    await saveJudgements(pool, 'acme', [said], ENDED)
    await letter(of)
    expect(await unsettled(ENDED + HOUR)).toEqual(met ? ['c1'] : [])
    // What is said then is not met again.
    const quarantined = await readQuarantined(pool, 'acme', ['c1'])
    const evidence = { quarantined: quarantined.get('c1') ?? [], refusedMinutes: new Set<number>() }
    await saveJudgements(pool, 'acme', judge(call('outbound-api', true), POLICY, { readTo: ENDED + HOUR, drainedTo: null }, evidence), ENDED)
    expect(await unsettled(ENDED + HOUR)).toEqual([])
  })

  it('are met when a quarantined webhook is replayed, however long that took', async () => {
    const said: Judgement = {
      callSid: 'c1',
      expectation: 'status-callback',
      rule: 'default: api calls report their end',
      outcome: 'missing',
      reason: 'quarantined',
      arrivedAt: null,
    }
    await saveJudgements(pool, 'acme', [said], ENDED)
    await write(call('outbound-api', true, 'status-callback/terminal'))
    expect(await unsettled(ENDED + 5_000 * HOUR)).toEqual(['c1'])
  })
})
