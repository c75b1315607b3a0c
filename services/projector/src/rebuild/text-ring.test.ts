import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LeavingText, newTextRing } from './text-ring.ts'

describe('a ring of texts', () => {
  it('loses none and changes none: each is in it until it is taken out or leaves, the oldest first', () => {
    const step = fc.record({ key: fc.integer({ min: 0, max: 12 }).map(String), text: fc.string({ unit: fc.constantFrom('a', 'é', 'अ', '😀'), maxLength: 9 }), take: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (steps, bytes) => {
        const ring = newTextRing(bytes)
        const kept = new Map<string, string>()
        const leave = (leaving: readonly LeavingText[]) => {
          for (const [key, text] of leaving) {
            expect([...kept][0]).toEqual([key, text])
            kept.delete(key)
          }
        }
        for (const { key, text, take } of steps) {
          if (take || kept.has(key)) {
            expect(ring.take(key)).toBe(kept.get(key) ?? null)
            kept.delete(key)
          } else if (Buffer.byteLength(text) > bytes) expect(ring.put(key, text)).toEqual([[key, text]])
          else {
            leave(ring.put(key, text))
            kept.set(key, text)
          }
          expect([...kept.values()].reduce((sum, one) => sum + Buffer.byteLength(one), 0)).toBeLessThanOrEqual(bytes)
        }
        expect([...ring.takeAll()]).toEqual([...kept])
        expect([...ring.takeAll()]).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('keeps as many as fit', () => {
    const ring = newTextRing(10)
    expect([ring.put('a', 'aaa'), ring.put('b', 'bbb'), ring.put('c', 'ccc')]).toEqual([[], [], []])
    expect(ring.put('d', 'dddd')).toEqual([
      ['a', 'aaa'],
      ['b', 'bbb'],
    ])
    expect(ring.take('c')).toBe('ccc')
    expect(ring.put('e', 'eeeeee')).toEqual([])
    expect([...ring.takeAll()]).toEqual([
      ['d', 'dddd'],
      ['e', 'eeeeee'],
    ])
  })

  it('makes room beyond an empty text that was put where the memory ends', () => {
    const ring = newTextRing(4)
    for (const [key, text] of [
      ['a', 'aaaa'],
      ['b', ''],
    ] as const)
      expect(ring.put(key, text)).toEqual([])
    expect(ring.put('c', 'ccc')).toEqual([
      ['a', 'aaaa'],
      ['b', ''],
    ])
    expect(ring.put('d', 'dd')).toEqual([['c', 'ccc']])
    expect([...ring.takeAll()]).toEqual([['d', 'dd']])
  })

  it('lets what lies beyond the turn leave before what lies at the beginning', () => {
    const ring = newTextRing(10)
    for (const [key, text] of [
      ['a', 'aaaa'],
      ['b', 'bbb'],
      ['c', 'ccc'],
    ] as const)
      expect(ring.put(key, text)).toEqual([])
    expect(ring.put('d', 'dddd')).toEqual([['a', 'aaaa']])
    expect(ring.put('e', 'eeeeeee')).toEqual([
      ['b', 'bbb'],
      ['c', 'ccc'],
      ['d', 'dddd'],
    ])
    expect([...ring.takeAll()]).toEqual([['e', 'eeeeeee']])
  })
})
