import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames, FRAME_HEADER_BYTES, framedBytes, RECORD_BYTES_MAX } from './frame.ts'

const payloads = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 8 })
const seeds = fc.integer({ min: 0, max: 0xffff_ffff })
const stamps = fc.record({ firstSeq: fc.nat({ max: Number.MAX_SAFE_INTEGER - 100 }), appendedAt: fc.nat({ max: Number.MAX_SAFE_INTEGER }), seed: seeds })

const frameOf = (payload: Uint8Array, stamp = { firstSeq: 7, appendedAt: 1_700_000_000_000, seed: 0x9f3ab2c1 }) => encodeFrames([[payload]], framedBytes([payload]), stamp)

describe('a frame', () => {
  it('comes back as it went in, whatever the batches', () => {
    fc.assert(
      fc.property(fc.array(payloads, { maxLength: 4 }), stamps, (batches, stamp) => {
        const bytes = encodeFrames(batches, framedBytes(batches.flat()), stamp)
        let at = 0
        for (const [index, payload] of batches.flat().entries()) {
          const frame = decodeFrame(bytes, at, stamp.seed)
          if (typeof frame === 'string') throw new Error(frame)
          expect(frame.seq).toBe(stamp.firstSeq + index)
          expect(frame.appendedAt).toBe(stamp.appendedAt)
          expect(Buffer.compare(frame.payload, payload)).toBe(0)
          at = frame.end
        }
        expect(at).toBe(bytes.length)
      }),
    )
  })

  it('with any single bit flipped is not a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), stamps, (payload, stamp) => {
        const bytes = frameOf(payload, stamp)
        for (let bit = 0; bit < bytes.length * 8; bit += 1) {
          const flipped = Buffer.from(bytes)
          flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
          expect(typeof decodeFrame(flipped, 0, stamp.seed), `bit ${bit}`).toBe('string')
        }
      }),
      { numRuns: 30 },
    )
  })

  it('cut at any byte is short', () => {
    const bytes = frameOf(Buffer.from('a webhook'))
    for (let length = 0; length < bytes.length; length += 1) expect(decodeFrame(bytes.subarray(0, length), 0, 0x9f3ab2c1), `${length} bytes`).toBe('short')
  })

  it('of another segment is not one of ours: a payload cannot pretend to be a record', () => {
    fc.assert(
      fc.property(seeds, seeds, (ours, theirs) => {
        fc.pre(ours !== theirs)
        expect(decodeFrame(frameOf(Buffer.from('forged'), { firstSeq: 7, appendedAt: 1, seed: theirs }), 0, ours)).toBe('bad')
      }),
    )
  })

  it.each([
    { name: 'a length beyond the longest record', spoil: (bytes: Buffer) => bytes.writeUInt32LE(RECORD_BYTES_MAX + 1, 0) },
    { name: 'a seq beyond safe numbers', spoil: (bytes: Buffer) => bytes.writeUInt32LE(0xffff_ffff, 12) },
    { name: 'a time beyond safe numbers', spoil: (bytes: Buffer) => bytes.writeUInt32LE(0xffff_ffff, 20) },
  ])('with $name is bad, not short', ({ spoil }) => {
    const bytes = frameOf(Buffer.from('x'))
    spoil(bytes)
    expect(decodeFrame(bytes, 0, 0x9f3ab2c1)).toBe('bad')
  })

  it('costs 24 bytes beside its payload', () => {
    expect(frameOf(Buffer.alloc(100))).toHaveLength(100 + FRAME_HEADER_BYTES)
  })
})
