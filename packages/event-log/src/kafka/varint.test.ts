import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VarintReader, varintBytes, writeVarint } from './varint.ts'

describe('a varint', () => {
  it('reads back as the number that was written, in as many bytes as foretold', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }))), (numbers) => {
        const bytes = Buffer.alloc(numbers.reduce((sum, number) => sum + varintBytes(number), 0))
        expect(numbers.reduce((at, number) => writeVarint(bytes, number, at), 0)).toBe(bytes.length)
        const reader = new VarintReader(bytes)
        expect(numbers.map(() => reader.next())).toEqual(numbers)
      }),
    )
  })

  it.each([
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [63, '7e'],
    [64, '8001'],
    [-65, '8101'],
    [2 ** 31, '8080808010'],
  ])('%i is %s, as Protocol Buffers have it', (number, hex) => {
    const bytes = Buffer.alloc(varintBytes(number))
    writeVarint(bytes, number, 0)
    expect(bytes.toString('hex')).toBe(hex)
  })

  it('that has no end is refused', () => {
    expect(() => new VarintReader(Buffer.from('8080', 'hex')).next()).toThrow(RangeError)
    expect(() => new VarintReader(Buffer.alloc(20, 0xff)).next()).toThrow(RangeError)
  })
})
