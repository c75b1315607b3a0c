import type { CallFacts } from '@rollcall/domain/call/fact'
import { join, merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'
import { arbitraryFacts } from '@rollcall/domain/testing/arbitrary-facts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Leaving, newHeldCalls } from './held-calls.ts'

const keyOf = ({ account, callSid }: CallFacts): string => `${account}|${callSid}`
const add = (held: ReturnType<typeof newHeldCalls>, facts: CallFacts): void =>
  held.add(keyOf(facts), { account: facts.account, callSid: facts.callSid, facts: [facts], logOffset: 0n })

const told = (callSid: string, values: CallFacts['values'] = { status: 'completed' }): CallFacts => ({
  account: 'acme',
  callSid,
  source: 'webhook',
  receivedAt: 1,
  vendorTime: null,
  event: null,
  values,
})

describe('calls that are held', () => {
  it('leave as parts of which the merge is the record, however little is held', () => {
    const facts = fc.tuple(arbitraryFacts, fc.constantFrom('a', 'b', 'c', 'd')).map(([one, callSid]) => ({ ...one, callSid }))
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 40 }), fc.integer({ min: 0, max: 12_000 }), (all, bytesMax) => {
        const held = newHeldCalls(bytesMax)
        const parts: Leaving[] = []
        for (const one of all) {
          add(held, one)
          parts.push(...held.takeExcess())
        }
        parts.push(...held.takeAll())
        for (const [, record, state] of parts) if (state !== undefined) expect(state).toBe(canonicalState(record))
        for (const callSid of new Set(all.map((one) => one.callSid))) {
          const own = parts.filter(([, record]) => record.callSid === callSid).map(([, record]) => record)
          const whole = merge(
            null,
            all.filter((one) => one.callSid === callSid),
          ) as CallRecord
          expect(canonicalState(own.reduce(join))).toBe(canonicalState(whole))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('leave when they are too many, first those that nothing was told of for longest', () => {
    // Of records there may be three, and of texts a few.
    const held = newHeldCalls(24_000)
    const texts = Array.from({ length: 300 }, (_, nth) => `older-${nth}`)
    for (const callSid of texts) add(held, told(callSid))
    const first = [...held.takeExcess()].map(([key]) => key)
    const textsThatFit = Math.floor(16_000 / canonicalState(merge(null, [told('any')]) as CallRecord).length)
    expect(first.length).toBe(texts.length - textsThatFit - 3)
    expect(first).toEqual(texts.slice(0, first.length).map((callSid) => `acme|${callSid}`))
    const [oldest, next] = texts.slice(first.length)
    add(held, told(oldest ?? '', { status: 'completed', customField: 'told again' }))
    for (const callSid of ['a', 'b', 'c', 'd']) add(held, told(callSid))
    const second = [...held.takeExcess()].map(([key]) => key)
    expect(second[0]).toBe(`acme|${next}`)
    const rest = [...held.takeAll()]
    expect(second).not.toContain(`acme|${oldest}`)
    expect(rest.find(([key]) => key === `acme|${oldest}`)?.[1].fields.customField?.value).toBe('told again')
    expect(rest.slice(-3).map(([key]) => key)).toEqual(['acme|b', 'acme|c', 'acme|d'])
    expect([...held.takeAll()]).toEqual([])
  })

  it('go to the end when they are told of again', () => {
    const held = newHeldCalls(24_000)
    for (const callSid of ['a', 'b', 'c', 'a', 'd']) add(held, told(callSid))
    expect([...held.takeExcess()]).toEqual([])
    expect([...held.takeAll()].map(([key]) => key)).toEqual(['acme|b', 'acme|c', 'acme|a', 'acme|d'])
  })

  it('leave when what was told of them is too long', () => {
    const held = newHeldCalls(6_000)
    add(held, told('a'))
    add(held, told('b', { customField: 'x'.repeat(6_000) }))
    expect([...held.takeExcess()].map(([key, record]) => [key, record.fields.customField?.value.length])).toEqual([['acme|b', 6_000]])
    expect([...held.takeAll()].map(([key]) => key)).toEqual(['acme|a'])
  })

  it('take no more memory than they may, however often long ones come back from among the older', () => {
    const bytesMax = 150_000
    const long = 'x'.repeat(24_000)
    const held = newHeldCalls(bytesMax)
    const records = new Map<string, CallRecord>()
    const tell = (callSid: string, customField: string): void => {
      const facts = told(callSid, { customField })
      add(held, facts)
      records.set(callSid, merge(records.get(callSid) ?? null, [facts]) as CallRecord)
      for (const [, { callSid: left }] of held.takeExcess()) records.delete(left)
      expect([...records.values()].reduce((sum, record) => sum + canonicalState(record).length, 0)).toBeLessThanOrEqual(bytesMax)
    }
    const returning = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const callSid of returning) tell(callSid, long)
    for (let nth = 0; nth < 12; nth += 1) {
      tell(`new-${nth}`, long)
      for (const callSid of returning) tell(callSid, 'x')
    }
  })
})
