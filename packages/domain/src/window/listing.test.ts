import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareListings } from './listing.ts'

const listing = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('1', '2')).map((rows) => new Map(Object.entries(rows)))

describe('two listings of a window', () => {
  it('differ by the calls that appeared, disappeared and changed, each counted once', () => {
    const before = new Map(Object.entries({ gone: '1', kept: '1', changed: '1' }))
    const after = new Map(Object.entries({ kept: '1', changed: '2', new1: '1', new2: '1' }))
    expect(compareListings(before, after)).toEqual({ appeared: 2, disappeared: 1, changed: 1 })
  })

  it('do not differ where they are equal, and differ by everything where one is empty', () => {
    fc.assert(
      fc.property(listing, (calls) => {
        expect(compareListings(calls, new Map([...calls].reverse()))).toEqual({ appeared: 0, disappeared: 0, changed: 0 })
        expect(compareListings(new Map(), calls)).toEqual({ appeared: calls.size, disappeared: 0, changed: 0 })
      }),
    )
  })

  it('differ the other way round when they change places, and account for every call', () => {
    fc.assert(
      fc.property(listing, listing, (a, b) => {
        const there = compareListings(a, b)
        expect(compareListings(b, a)).toEqual({ appeared: there.disappeared, disappeared: there.appeared, changed: there.changed })
        expect(a.size + there.appeared - there.disappeared).toBe(b.size)
      }),
    )
  })
})
