import { Buffer } from 'node:buffer'
import { compareListings } from '@rollcall/domain/window/listing'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packListing, unpackListing, windowDigest } from './window-listing.ts'

const row = (callSid: string, price: string): ApiRow => ({
  callSid,
  createdAt: 0,
  bytes: Buffer.from(''),
  facts: { account: 'acme', callSid, source: 'poll', receivedAt: 0, vendorTime: 0, event: null, values: { price } },
})
const rows = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2')).map((calls) => Object.entries(calls).map(([sid, price]) => row(sid, price)))

describe('a listing that is kept', () => {
  it('takes 16 bytes a call', () => expect(packListing([row('a', '1'), row('b', '1')])).toHaveLength(32))

  it('differs from another by the same calls as the rows did', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const plain = (listed: readonly ApiRow[]) => new Map(listed.map(({ callSid, facts }) => [callSid, facts.values.price ?? '']))
        expect(compareListings(unpackListing(packListing(before)), unpackListing(packListing(after)))).toEqual(compareListings(plain(before), plain(after)))
      }),
    )
  })

  it('has the same digest in whatever order its rows came', () => {
    fc.assert(fc.property(rows, (listed) => windowDigest(listed.toReversed()) === windowDigest(listed)))
  })

  it('is the same whether or not the list gives details', () => {
    const plain = row('a', '1')
    const detailed = { ...plain, facts: { ...plain.facts, values: { ...plain.facts.values, conversationSeconds: '12', leg1Status: 'completed', leg2Seconds: '11' } } }
    expect(windowDigest([detailed])).toBe(windowDigest([plain]))
    expect(packListing([detailed])).toEqual(packListing([plain]))
  })

  it('has the same digest as another exactly where nothing differs, in whatever order', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const { appeared, disappeared, changed } = compareListings(unpackListing(packListing(before)), unpackListing(packListing(after)))
        expect(windowDigest(before) === windowDigest(after.toReversed())).toBe(appeared + disappeared + changed === 0)
      }),
    )
  })
})
