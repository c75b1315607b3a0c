import { join, recordOf } from '@rollcall/domain/call/merge'
import { type CallRecord, fieldOf } from '@rollcall/domain/call/record'
import { describe, expect, it } from 'vitest'
import { mergedWith } from './merge-told-again.ts'

const AT = Date.UTC(2026, 0, 15)
const told = (values: Parameters<typeof recordOf>[0]['values']): CallRecord =>
  recordOf({ account: 'acme', callSid: 'c', source: 'webhook', receivedAt: AT, vendorTime: null, event: null, values })
const parts = [told({ status: 'completed' }), told({ price: '1.50' }), told({ durationSeconds: '60' })] as const
const held = (record: CallRecord, version: bigint) => new Map([['acme|c', { record, version }]])

describe('what was told again of a call', () => {
  it('is merged, every part of it, into what was written first', () => {
    const [written] = mergedWith(held(told({ from: '09000000001' }), 4n), [parts])
    expect(written?.baseVersion).toBe(4n)
    expect((['from', 'status', 'price', 'durationSeconds'] as const).map((field) => written && fieldOf(written.record, field))).toEqual(['09000000001', 'completed', '1.50', '60'])
  })

  it('is a call of its own where nothing was written of it', () => {
    expect(mergedWith(new Map(), [parts])).toEqual([{ record: parts.reduce(join), baseVersion: 0n }])
  })

  it('is not written where it says nothing new', () => {
    expect(mergedWith(held(parts.reduce(join), 2n), [parts])).toEqual([])
  })
})
