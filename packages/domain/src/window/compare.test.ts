import fc from 'fast-check'
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
    ['the same amount, written otherwise', [facts('poll', { price: '1.50' })], held(facts('poll', { price: '1.5' })), { kind: 'exact', fields: [] }],
    ['the same length, written otherwise', [facts('poll', { leg1Seconds: '17.0' })], held(facts('webhook', { leg1Seconds: '17' })), { kind: 'exact', fields: [] }],
    [
      'an amount that a float could not tell',
      [facts('poll', { price: '9007199254740993.1' })],
      held(facts('poll', { price: '9007199254740993.2' })),
      { kind: 'mismatch', fields: ['price'] },
    ],
    ['numbers that are names', [facts('poll', { from: '09' })], held(facts('webhook', { from: '9' })), { kind: 'mismatch', fields: ['from'] }],
    ['times within two seconds, the other way round', [facts('poll', { endedAt: ENDED })], held(facts('webhook', { endedAt: '2026-01-01T00:00:12.000Z' })), { kind: 'exact' }],
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

  const values: fc.Arbitrary<Partial<Record<Field, string>>> = fc.record(
    {
      status: fc.constantFrom('completed', 'busy'),
      price: fc.constantFrom('1.5', '1.50', '1.51', '-1.5', '0', '0.0'),
      conversationSeconds: fc.constantFrom('12', '12.0', '12.5'),
      endedAt: fc.integer({ min: -4_000, max: 4_000 }).map((ms) => new Date(Date.parse(ENDED) + ms).toISOString()),
      from: fc.constantFrom('09000000001', '9000000001'),
    },
    { requiredKeys: [] },
  )
  const differing = (a: string, b: string, field: Field): boolean => {
    if (field === 'endedAt') return Math.abs(Date.parse(a) - Date.parse(b)) > 2_000
    return field === 'price' || field === 'conversationSeconds' ? Number(a) !== Number(b) : a !== b
  }

  it('says of every field what two people would who read both, whichever side is ours', () => {
    fc.assert(
      fc.property(values, values, (theirs, ours) => {
        const [verdict] = compare([facts('poll', theirs)], held(facts('poll', ours)))
        const stated = Object.keys(theirs) as Field[]
        const different = stated.filter((field) => ours[field] !== undefined && differing(theirs[field] ?? '', ours[field] ?? '', field))
        const lacking = stated.filter((field) => ours[field] === undefined)
        expect(verdict?.kind).toBe(different.length > 0 ? 'mismatch' : lacking.length > 0 ? 'partial' : 'exact')
        expect([...(verdict?.fields ?? [])].toSorted()).toEqual((different.length > 0 ? different : lacking).toSorted())
      }),
    )
  })

  it('differs the same way from either side, and never from itself', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const mismatch = (theirs: typeof a, ours: typeof a) => compare([facts('poll', theirs)], held(facts('poll', ours)))[0]?.kind === 'mismatch'
        expect(mismatch(a, b)).toBe(mismatch(b, a))
        expect(compare([facts('poll', a)], held(facts('poll', a)))[0]).toMatchObject({ kind: 'exact', isNew: false })
      }),
    )
  })

  it('that was appended as it was listed is exact ever after', () => {
    fc.assert(
      fc.property(values, values, (theirs, ours) => {
        const row = { ...facts('poll', theirs), vendorTime: 2 }
        const then = merge(held(facts('webhook', ours))[0] ?? null, [row])
        expect(compare([row], then === null ? [] : [then])).toMatchObject([{ kind: 'exact', isNew: false }])
      }),
    )
  })
})
