import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryFacts } from '../testing/arbitrary-facts.ts'
import { type CallFacts, FIELDS } from './fact.ts'
import { merge } from './merge.ts'
import { provenanceOf } from './provenance.ts'
import { canonicalState } from './state.ts'

const says = (source: CallFacts['source'], vendorTime: number | null, values: CallFacts['values'], receivedAt = 0): CallFacts => ({
  account: 'acme',
  callSid: 'c1',
  source,
  receivedAt,
  vendorTime,
  event: null,
  values,
})

describe('who told what of a call', () => {
  it('is, of each field, the first who made the claim that won', () => {
    const found = provenanceOf([
      says('webhook', 1, { status: 'ringing', from: '1' }),
      says('webhook', 2, { status: 'completed', price: '0' }),
      null,
      says('poll', 2, { status: 'completed', from: '2', price: '1.5' }),
      says('poll', 2, { status: 'completed', from: '2', price: '1.5' }),
    ])
    expect(found?.wonBy).toEqual({ status: 3, from: 3, price: 3 })
    expect(found?.lost).toEqual({ status: [{ value: 'ringing', by: 0 }], from: [{ value: '1', by: 0 }], price: [{ value: '0', by: 1 }] })
    expect(found?.changed).toEqual([['status', 'from'], ['status', 'price'], [], ['from', 'price'], []])
  })

  it('is nobody where nobody told of it', () => expect(provenanceOf([null, null])).toBeNull())

  it('has a winner for every field of the record, which is the merge of all', () =>
    fc.assert(
      fc.property(fc.array(arbitraryFacts, { minLength: 1, maxLength: 8 }), (facts) => {
        const found = provenanceOf(facts)
        const merged = merge(null, facts)
        if (found === null || merged === null) throw new Error('nothing came out')
        expect(canonicalState(found.record)).toBe(canonicalState(merged))
        for (const field of FIELDS) {
          const register = found.record.fields[field]
          const winner = facts[found.wonBy[field] ?? -1]
          expect(winner && [winner.values[field], winner.source, winner.vendorTime]).toEqual(register && [register.value, register.source, register.vendorTime])
        }
      }),
    ))
})
