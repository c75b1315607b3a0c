import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryFacts } from '../testing/arbitrary-facts.ts'
import { conflictsOf } from './conflicts.ts'
import type { CallFacts, Field } from './fact.ts'
import { join, learn, merge, recordOf } from './merge.ts'
import type { CallRecord } from './record.ts'
import { fieldOf, firstTold, isVerified } from './record.ts'
import { canonicalState, recordFrom, StoredState, storedState } from './state.ts'

/** Each history is permuted, duplicated, split and partly backfilled: 4 × 5,000 histories in all, or as many as are asked for. */
const RUNS = { numRuns: Number(process.env.MERGE_HISTORIES ?? 5_000) }

const digestOf = (record: CallRecord | null): string => (record === null ? 'nothing' : canonicalState(record))
const history = fc.array(arbitraryFacts, { minLength: 1, maxLength: 8 })
const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length })

const facts = (given: Partial<CallFacts> & { values?: Partial<Record<Field, string>> }): CallFacts => ({
  account: 'acme',
  callSid: 'c1',
  source: 'webhook',
  receivedAt: 1_000,
  vendorTime: null,
  event: null,
  values: {},
  ...given,
})

describe('the merge of a call’s facts', () => {
  it('does not depend on their order', () => {
    fc.assert(
      fc.property(
        history.chain((all) => fc.tuple(fc.constant(all), shuffled(all))),
        ([all, permuted]) => digestOf(merge(null, all)) === digestOf(merge(null, permuted)),
      ),
      RUNS,
    )
  })

  it('does not count a fact twice', () => {
    fc.assert(
      fc.property(
        history.chain((all) => fc.tuple(fc.constant(all), fc.array(fc.constantFrom(...all), { maxLength: 5 }))),
        ([all, repeats]) => digestOf(merge(null, all)) === digestOf(merge(null, [...all, ...repeats])),
      ),
      RUNS,
    )
  })

  it('does not depend on how they are grouped', () => {
    fc.assert(
      fc.property(
        history.chain((all) => fc.tuple(fc.constant(all), fc.nat({ max: all.length }))),
        ([all, at]) => {
          const [left, right] = [merge(null, all.slice(0, at)), merge(null, all.slice(at))]
          const joined = left === null ? right : right === null ? left : join(left, right)
          return digestOf(merge(null, all)) === digestOf(joined)
        },
      ),
      RUNS,
    )
  })

  it('ends the same when facts are dropped and backfilled later', () => {
    fc.assert(
      fc.property(
        history.chain((all) => fc.tuple(fc.constant(all), fc.subarray([...all]))),
        ([all, dropped]) => {
          const survivors = all.filter((fact) => !dropped.includes(fact))
          return digestOf(merge(null, all)) === digestOf(merge(merge(null, survivors), dropped))
        },
      ),
      RUNS,
    )
  })

  it('returns the same record exactly when nothing was learned', () => {
    fc.assert(
      fc.property(history, arbitraryFacts, (all, one) => {
        const known = merge(null, all)
        if (known === null) return true
        const after = join(known, recordOf(one))
        return (after === known) === (digestOf(after) === digestOf(known))
      }),
    )
  })

  it('learns facts as it joins a record of them, and stays itself where nothing was learned', () => {
    fc.assert(
      fc.property(history, arbitraryFacts, fc.boolean(), (all, other, repeat) => {
        const known = merge(null, all)
        if (known === null) return
        const facts = repeat ? (all[0] ?? other) : other
        const joined = join(known, recordOf(facts))
        expect(learn(known, facts)).toEqual(joined)
        expect(learn(known, facts) === known).toBe(joined === known)
      }),
      RUNS,
    )
  })

  it('survives storage byte for byte', () => {
    fc.assert(
      fc.property(history, (all) => {
        const record = merge(null, all)
        if (record === null) return true
        const stored = StoredState.parse(JSON.parse(canonicalState(record)))
        return canonicalState(recordFrom('acme', 'c1', stored)) === canonicalState(record)
      }),
    )
  })

  it('refuses two different calls', () => {
    expect(() => join(recordOf(facts({})), recordOf(facts({ callSid: 'c2' })))).toThrow(/two records of one call/)
    expect(() => learn(recordOf(facts({})), facts({ callSid: 'c2' }))).toThrow(/two records of one call/)
  })

  it.each<[string, CallFacts[], Field, string]>([
    [
      'a late answered event never undoes completed',
      [facts({ values: { status: 'completed' }, vendorTime: 1 }), facts({ values: { status: 'in-progress' }, vendorTime: 9 })],
      'status',
      'completed',
    ],
    [
      'an API read beats a webhook that claims a later time',
      [facts({ values: { price: '9' }, vendorTime: 99 }), facts({ source: 'poll', values: { price: '1' }, vendorTime: 1 })],
      'price',
      '1',
    ],
    [
      'a terminal status from the API beats another from a webhook',
      [facts({ values: { status: 'completed' }, vendorTime: 99 }), facts({ source: 'poll', values: { status: 'failed' }, vendorTime: 1 })],
      'status',
      'failed',
    ],
    [
      'a later read of the list beats an earlier lookup',
      [facts({ source: 'lookup', values: { price: '0' }, vendorTime: 1 }), facts({ source: 'poll', values: { price: '1.5' }, vendorTime: 2 })],
      'price',
      '1.5',
    ],
    [
      'of two reads with one time the greater amount wins',
      [facts({ source: 'poll', values: { price: '9' }, vendorTime: 1 }), facts({ source: 'poll', values: { price: '10.25' }, vendorTime: 1 })],
      'price',
      '10.25',
    ],
    ['a fact without vendor time loses to one with', [facts({ values: { customField: 'z' } }), facts({ values: { customField: 'a' }, vendorTime: 1 })], 'customField', 'a'],
    [
      'a missing field never blanks a known one',
      [facts({ values: { recordingUrl: 'https://recordings.example.com/a.mp3' }, vendorTime: 1 }), facts({ source: 'poll', vendorTime: 2 })],
      'recordingUrl',
      'https://recordings.example.com/a.mp3',
    ],
  ])('%s', (_rule, all, field, winner) => {
    const record = merge(null, all)
    expect(record && fieldOf(record, field)).toBe(winner)
  })

  it('is verified once an authenticated read has contained the call, and not before', () => {
    expect(isVerified(recordOf(facts({})))).toBe(false)
    expect(isVerified(recordOf(facts({ source: 'poll' })))).toBe(true)
    expect(isVerified(recordOf(facts({ source: 'lookup' })))).toBe(true)
  })

  it('remembers when each source and each webhook was first seen', () => {
    const record = merge(null, [facts({ receivedAt: 5, event: 'passthru' }), facts({ receivedAt: 3, event: 'passthru' }), facts({ source: 'poll', receivedAt: 9 })])
    expect(record).toMatchObject({ firstSeen: { webhook: 3, poll: 9 }, events: { passthru: 3 } })
  })

  it('remembers when each source first told that the call is over, and of its recording, and who was first', () => {
    const recordingUrl = 'https://recordings.example.com/a.mp3'
    const record = merge(null, [
      facts({ receivedAt: 1, values: { status: 'in-progress' } }),
      facts({ source: 'poll', receivedAt: 9, values: { status: 'completed' } }),
      facts({ receivedAt: 7, values: { status: 'busy' } }),
      facts({ source: 'lookup', receivedAt: 12, values: { recordingUrl } }),
    ]) as CallRecord
    expect(record.told).toEqual({ ended: { webhook: 7, poll: 9 }, recorded: { lookup: 12 } })
    expect([firstTold(record, 'ended'), firstTold(record, 'recorded')]).toEqual([
      { source: 'webhook', at: 7 },
      { source: 'lookup', at: 12 },
    ])
    expect(firstTold(recordOf(facts({ values: { status: 'ringing' } })), 'ended')).toBeNull()
  })
})

describe('sources that contradict each other', () => {
  it.each<[string, Field, string, string, string | null]>([
    ['two terminal states', 'status', 'completed', 'busy', 'terminal_conflict'],
    ['a state and its successor', 'status', 'in-progress', 'busy', null],
    ['times two seconds apart', 'endedAt', '2025-10-09T08:53:20.000Z', '2025-10-09T08:53:22.000Z', null],
    ['times more than two seconds apart', 'endedAt', '2025-10-09T08:53:20.000Z', '2025-10-09T08:53:22.001Z', 'field_mismatch'],
    ['two callers', 'from', '09000000001', '09000000002', 'identity_conflict'],
    ['one caller in two spellings', 'from', '09000000001', '+919000000001', null],
  ])('%s', (_name, field, one, other, kind) => {
    const record = merge(null, [facts({ values: { [field]: one } }), facts({ source: 'poll', values: { [field]: other } })])
    expect(record && conflictsOf(record).map((conflict) => conflict.kind)).toEqual(kind === null ? [] : [kind])
  })
})

describe('the stored state', () => {
  it('holds the winner of each field with the claim that won it', () => {
    const record = merge(null, [facts({ values: { status: 'completed', price: '1.5' }, vendorTime: 7, event: 'passthru' })])
    expect(record && storedState(record)).toEqual({
      fields: { status: ['completed', 'webhook', 7], price: ['1.5', 'webhook', 7] },
      spreads: { status: ['completed', 'completed'] },
      firstSeen: { webhook: 1_000 },
      events: { passthru: 1_000 },
      told: { ended: { webhook: 1_000 } },
    })
  })
})

describe('a leg', () => {
  it.each<Field>(['leg1Status', 'leg2Status'])('that is over does not go back, though a webhook of before is told again later with a newer time (%s)', (field) => {
    const over = facts({ vendorTime: 2_000, values: { [field]: 'completed' } })
    const toldAgain = facts({ vendorTime: 3_000, values: { [field]: 'in-progress' } })
    for (const order of [
      [over, toldAgain],
      [toldAgain, over],
    ])
      expect(fieldOf(merge(null, order) as CallRecord, field)).toBe('completed')
  })

  it('is as the API says where two ends are told', () => {
    const claimed = facts({ vendorTime: 3_000, values: { leg1Status: 'failed' } })
    const listed = facts({ source: 'poll', vendorTime: 2_000, values: { leg1Status: 'completed' } })
    expect(fieldOf(merge(null, [claimed, listed]) as CallRecord, 'leg1Status')).toBe('completed')
  })
})
