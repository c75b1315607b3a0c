import { describe, expect, it } from 'vitest'
import type { CallFacts } from '../call/fact.ts'
import { merge } from '../call/merge.ts'
import type { CallRecord } from '../call/record.ts'
import { canonicalTime, MINUTE } from '../time.ts'
import { type CoveragePolicy, defaultRules } from './coverage.ts'
import { judge } from './judge.ts'

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
      { outcome: 'not-expected', rule: 'default: no webhook is promised' },
    ],
    ['is not expected of a call that proves to be a campaign’s', call(api, webhook('campaign/call', ENDED + 5)), ENDED + 500 * MINUTE, { outcome: 'not-expected' }],
    ['is not expected of a dashboard call', call({ ...api, values: { ...api.values, direction: 'outbound-dial' } }), ENDED + 500 * MINUTE, { outcome: 'not-expected' }],
  ])('%s', (_case, record, now, judgement) => {
    expect(judge(record, DEFAULTS, now)).toMatchObject([judgement])
  })

  it.each<[string, CallFacts]>([
    ['is not judged on the word of a webhook alone', webhook('status-callback/answered', 1)],
    ['is not ruled out because a webhook did not say which way the call went', { ...webhook('status-callback/default', 1), values: { status: 'completed' } }],
  ])('%s', (_case, claim) => {
    expect(judge(call(claim), DEFAULTS, ENDED + 500 * MINUTE)).toEqual([])
  })
})
