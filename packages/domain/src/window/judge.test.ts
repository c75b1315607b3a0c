import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallFacts } from '../call/fact.ts'
import { merge } from '../call/merge.ts'
import type { CallRecord } from '../call/record.ts'
import { canonicalTime, MINUTE } from '../time.ts'
import { type CoveragePolicy, defaultRules } from './coverage.ts'
import { judge, type KnownUpTo, MISS_REASONS, type MissEvidence } from './judge.ts'

const DEFAULTS: CoveragePolicy = { rules: defaultRules(MINUTE), phoneKey: (text) => text }
const ENDED = Date.UTC(2026, 0, 1)
const api: CallFacts = {
  account: 'acme',
  callSid: 'c1',
  source: 'poll',
  receivedAt: ENDED + MINUTE,
  vendorTime: ENDED,
  event: null,
  values: { direction: 'outbound-api', status: 'completed', endedAt: canonicalTime(ENDED) },
}
const webhook = (event: string, receivedAt: number): CallFacts => ({ ...api, source: 'webhook', event, receivedAt })
const call = (...facts: CallFacts[]): CallRecord => {
  const record = merge(null, facts)
  if (record === null) throw new Error('a call needs a fact')
  return record
}

/** Everything up to then is known, spools and all. */
const all = (readTo: number): KnownUpTo => ({ readTo, drainedTo: readTo })

describe('an expected webhook', () => {
  it.each<[string, CallRecord, number, object]>([
    ['arrived', call(api, webhook('status-callback/terminal', ENDED + 5)), ENDED + 5 * MINUTE, { outcome: 'arrived', reason: null, arrivedAt: ENDED + 5 }],
    ['arrived in its four-field form', call(api, webhook('status-callback/default', ENDED + 5)), ENDED + 5 * MINUTE, { outcome: 'arrived', reason: null }],
    ['arrived in the form of voice v3', call(api, webhook('voice-v3/terminal', ENDED + 5)), ENDED + 5 * MINUTE, { outcome: 'arrived', reason: null }],
    ['arrived at the last moment', call(api, webhook('status-callback/terminal', ENDED + MINUTE)), ENDED + 5 * MINUTE, { outcome: 'arrived', reason: null }],
    ['arrived, but late', call(api, webhook('status-callback/terminal', ENDED + 2 * MINUTE)), ENDED + 5 * MINUTE, { outcome: 'arrived', reason: 'late' }],
    ['never arrived', call(api), ENDED + MINUTE + 1, { outcome: 'missing', reason: 'never-arrived' }],
    ['may still come within the grace', call(api), ENDED + MINUTE, { outcome: 'pending' }],
    ['is not replaced by an answered event', call(api, webhook('status-callback/answered', ENDED + 5)), ENDED + 5 * MINUTE, { outcome: 'missing' }],
    ['is not missed for a call that has not ended', call({ ...api, values: { direction: 'outbound-api', status: 'in-progress' } }), ENDED + 500 * MINUTE, { outcome: 'pending' }],
    [
      'is not expected of an inbound call',
      call({ ...api, values: { ...api.values, direction: 'inbound' } }),
      ENDED + 500 * MINUTE,
      { outcome: 'not-expected', reason: 'not-expected', rule: 'default: no webhook is promised' },
    ],
    ['is not expected of a call that proves to be a campaign’s', call(api, webhook('campaign/call', ENDED + 5)), ENDED + 500 * MINUTE, { outcome: 'not-expected' }],
    ['is not expected of a dashboard call', call({ ...api, values: { ...api.values, direction: 'outbound-dial' } }), ENDED + 500 * MINUTE, { outcome: 'not-expected' }],
  ])('%s', (_case, record, now, judgement) => {
    expect(judge(record, DEFAULTS, all(now))).toMatchObject([judgement])
  })

  it.each<[string, CallFacts]>([
    ['is not judged on the word of a webhook alone', webhook('status-callback/answered', 1)],
    ['is not ruled out because a webhook did not say which way the call went', { ...webhook('status-callback/default', 1), values: { status: 'completed' } }],
  ])('%s', (_case, claim) => {
    expect(judge(call(claim), DEFAULTS, all(ENDED + 500 * MINUTE))).toEqual([])
  })
})

describe('an expected webhook that is not there', () => {
  const DEADLINE = ENDED + MINUTE
  const LATER = ENDED + 500 * MINUTE
  const said = (known: KnownUpTo, evidence: Partial<MissEvidence> = {}, ...facts: CallFacts[]) => {
    const [only] = judge(call(api, ...facts), DEFAULTS, known, { quarantined: [], refusedMinutes: new Set(), ...evidence })
    return only && [only.outcome, only.reason]
  }

  it.each<[string, KnownUpTo, string, string | null]>([
    ['is awaited while its time is not over, whatever is drained', { readTo: DEADLINE, drainedTo: LATER }, 'pending', null],
    ['may lie in a spool that is drained up to its last moment only', { readTo: LATER, drainedTo: DEADLINE }, 'pending', 'spooled'],
    ['may lie in the spool of a host that has been silent since before the call', { readTo: LATER, drainedTo: ENDED - 9 * MINUTE }, 'pending', 'spooled'],
    ['is missing when everything that came in its time is in the log', { readTo: LATER, drainedTo: DEADLINE + 1 }, 'missing', 'never-arrived'],
    ['is missing where no ingest host tells of its spool', { readTo: LATER, drainedTo: null }, 'missing', 'never-arrived'],
  ])('%s', (_case, known, outcome, reason) => {
    expect(said(known)).toEqual([outcome, reason])
  })

  it.each<[string, Partial<MissEvidence>, string]>([
    ['came, and no reader understood it', { quarantined: ['status-callback'] }, 'quarantined'],
    ['may be what came and could not even be recognised', { quarantined: ['unrecognised'] }, 'quarantined'],
    ['is not explained by an unread webhook of another surface', { quarantined: ['popup', 'status', 'status-callbacks'] }, 'never-arrived'],
    ['was turned away in the minute of its call’s end', { refusedMinutes: new Set([ENDED]) }, 'refused'],
    ['was turned away in the minute of its deadline', { refusedMinutes: new Set([DEADLINE]) }, 'refused'],
    ['was not turned away before its call ended', { refusedMinutes: new Set([ENDED - MINUTE]) }, 'never-arrived'],
    ['was not turned away after its deadline', { refusedMinutes: new Set([DEADLINE + MINUTE]) }, 'never-arrived'],
    ['is explained by what came rather than by what was turned away', { quarantined: ['status-callback'], refusedMinutes: new Set([ENDED]) }, 'quarantined'],
  ])('%s', (_case, evidence, reason) => {
    expect(said(all(LATER), evidence)).toEqual(['missing', reason])
  })

  it('needs no explaining before its time is over, nor when it came', () => {
    const evidence = { quarantined: ['status-callback'], refusedMinutes: new Set([ENDED]) }
    expect(said(all(DEADLINE), evidence)).toEqual(['pending', null])
    expect(said({ readTo: LATER, drainedTo: DEADLINE }, evidence)).toEqual(['pending', 'spooled'])
    expect(said(all(LATER), evidence, webhook('status-callback/terminal', ENDED + 5))).toEqual(['arrived', null])
  })

  it('is due from its call’s end on, in whatever minute that is', () => {
    const late = call({ ...api, values: { ...api.values, endedAt: canonicalTime(ENDED + 59_999) } })
    expect(judge(late, DEFAULTS, all(LATER), { quarantined: [], refusedMinutes: new Set([ENDED]) })).toMatchObject([{ reason: 'refused' }])
  })

  it('is never called missing, whatever is known of its call, while it may be under way, unread or spooled', () => {
    const moment = fc.integer({ min: ENDED - 10 * MINUTE, max: ENDED + 10 * MINUTE })
    const known = fc.record({ readTo: moment, drainedTo: fc.option(moment) })
    const evidence = fc.record({
      quarantined: fc.array(fc.constantFrom('status-callback', 'popup', 'unrecognised'), { maxLength: 2 }),
      refusedMinutes: fc.array(fc.integer({ min: -3, max: 3 })).map((minutes) => new Set(minutes.map((nth) => ENDED + nth * MINUTE))),
    })
    fc.assert(
      fc.property(known, evidence, fc.option(moment), (upTo, explains, cameAt) => {
        const came = cameAt === null ? [] : [webhook('status-callback/terminal', cameAt)]
        const [only] = judge(call(api, ...came), DEFAULTS, upTo, explains)
        const isOver = upTo.readTo > DEADLINE && (upTo.drainedTo ?? Number.POSITIVE_INFINITY) > DEADLINE
        expect(only?.outcome).toBe(came.length > 0 ? 'arrived' : isOver ? 'missing' : 'pending')
        if (only?.reason !== null) expect(MISS_REASONS).toContain(only?.reason)
        if (only?.outcome === 'missing') expect(['never-arrived', 'quarantined', 'refused']).toContain(only.reason)
      }),
    )
  })
})
