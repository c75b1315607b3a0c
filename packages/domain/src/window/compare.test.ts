import { describe, expect, it } from 'vitest'
import type { CallFacts, Field } from '../call/fact.ts'
import { merge } from '../call/merge.ts'
import type { CallRecord } from '../call/record.ts'
import { compare } from './compare.ts'

const facts = (source: CallFacts['source'], values: Partial<Record<Field, string>>, callSid = 'c1'): CallFacts => ({
  account: 'acme',
  callSid,
  source,
  receivedAt: 1,
  vendorTime: 1,
  event: null,
  values,
})
const held = (...all: CallFacts[]): CallRecord[] => {
  const record = merge(null, all)
  return record === null ? [] : [record]
}
const ENDED = '2026-01-01T00:00:10.000Z'

describe('comparing a listed call with ours', () => {
  it.each<[string, CallFacts[], CallRecord[], object]>([
    ['a call we never heard of', [facts('poll', { status: 'completed' })], [], { kind: 'only-theirs', isNew: true }],
    ['a call the list does not have', [], held(facts('webhook', { status: 'completed' })), { kind: 'only-ours', isNew: false }],
    ['a row we already hold', [facts('poll', { price: '1.5' })], held(facts('poll', { price: '1.5' })), { kind: 'exact', isNew: false }],
    ['the first read of a call a webhook told us of', [facts('poll', { status: 'completed' })], held(facts('webhook', { status: 'completed' })), { kind: 'exact', isNew: true }],
    [
      'a row that knows more',
      [facts('poll', { status: 'completed', price: '1.5' })],
      held(facts('webhook', { status: 'completed' })),
      { kind: 'partial', fields: ['price'], isNew: true },
    ],
    ['another amount, however close', [facts('poll', { price: '1.51' })], held(facts('poll', { price: '1.5' })), { kind: 'mismatch', fields: ['price'], isNew: true }],
    ['times within two seconds', [facts('poll', { endedAt: '2026-01-01T00:00:12.000Z' })], held(facts('webhook', { endedAt: ENDED })), { kind: 'exact' }],
    [
      'times more than two seconds apart',
      [facts('poll', { endedAt: '2026-01-01T00:00:12.001Z' })],
      held(facts('webhook', { endedAt: ENDED })),
      { kind: 'mismatch', fields: ['endedAt'] },
    ],
    [
      'a row that says less than we hold',
      [facts('poll', { status: 'completed' })],
      held(facts('poll', { status: 'completed', recordingUrl: 'https://recordings.example.com/a.mp3' })),
      { kind: 'exact', isNew: false },
    ],
    [
      'an older row that lost to a newer one',
      [{ ...facts('poll', { price: '0' }), vendorTime: 0 }],
      held(facts('poll', { price: '1.5' })),
      { kind: 'mismatch', fields: ['price'], isNew: false },
    ],
  ])('%s', (_case, theirs, ours, verdict) => {
    expect(compare(theirs, ours)).toMatchObject([verdict])
  })

  it('gives one verdict for every call of either side', () => {
    const verdicts = compare([facts('poll', {}, 'b'), facts('poll', {}, 'c')], [...held(facts('webhook', {}, 'a')), ...held(facts('webhook', {}, 'b'))])
    expect(verdicts.map((verdict) => [verdict.callSid, verdict.kind])).toEqual([
      ['a', 'only-ours'],
      ['b', 'exact'],
      ['c', 'only-theirs'],
    ])
  })
})
