import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packRecord, unpackRecord } from './pack-record.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', '__proto__', 'ce_id', 'आवाज़', '😀'))
const records = fc.record({
  key: text,
  value: fc.uint8Array(),
  headers: fc.array(fc.tuple(text, text)).map((pairs) => Object.fromEntries(pairs)),
  timestamp: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
})

describe('a packed record', () => {
  it('unpacks to the record it was', () => {
    fc.assert(
      fc.property(records, (record) => {
        const { value, ...rest } = unpackRecord(packRecord(record))
        const { value: expected, ...restExpected } = record
        expect(rest).toEqual(restExpected)
        expect(Object.entries(rest.headers)).toEqual(Object.entries(record.headers))
        expect(Buffer.compare(value, expected)).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  it('unpacks from the middle of a larger buffer', () => {
    const packed = packRecord({ key: 'k', value: Buffer.from('value'), headers: { a: 'b' }, timestamp: 1 })
    const within = Buffer.concat([Buffer.alloc(7, 9), packed, Buffer.alloc(3, 9)]).subarray(7, 7 + packed.length)
    expect(unpackRecord(within)).toEqual({ key: 'k', value: Buffer.from('value'), headers: { a: 'b' }, timestamp: 1 })
  })

  it.each([
    { name: 'of another version', bytes: Buffer.concat([Buffer.from([9]), Buffer.alloc(40)]), message: 'version 9' },
    { name: 'that is too short', bytes: Buffer.from([1, 2, 3]), message: 'this one 3' },
    { name: 'whose lengths do not fit', bytes: Buffer.concat([Buffer.from([1]), Buffer.alloc(40, 0xff)]), message: 'claims' },
  ])('$name is refused, saying why', ({ bytes, message }) => {
    expect(() => unpackRecord(bytes)).toThrow(RangeError)
    expect(() => unpackRecord(bytes)).toThrow(message)
  })
})
