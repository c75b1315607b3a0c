import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFrames, framedBytes, RECORD_BYTES_MAX } from './frame.ts'
import { scanSegment } from './scan-segment.ts'

const SEED = 0x12345678
const bounds = { seed: SEED, firstSeq: 5, seqBelow: Number.POSITIVE_INFINITY }
const payloads = ['first', 'second', 'third', 'fourth'].map((text) => Buffer.from(text))
const frames = (records: readonly Uint8Array[], firstSeq = 5, seed = SEED) => encodeFrames([records], framedBytes(records), { firstSeq, appendedAt: 99, seed })
const segment = frames(payloads)
/** Where each of the four frames ends. */
const ends = payloads.map((_, index) => framedBytes(payloads.slice(0, index + 1)))
const endOf = (count: number): number => ends[count - 1] ?? 0

describe('a segment', () => {
  it('ends where its frames do, with or without zeros after them', () => {
    for (const bytes of [segment, Buffer.concat([segment, Buffer.alloc(1000)])]) {
      expect(scanSegment(bytes, bounds)).toMatchObject({ lastSeq: 8, lastAppendedAt: 99, end: segment.length, writtenEnd: segment.length, tail: 'clean', damaged: [] })
    }
  })

  it('cut anywhere keeps the frames before the cut, and calls the rest torn', () => {
    for (let cut = 0; cut < segment.length; cut += 1) {
      const whole = ends.filter((end) => end <= cut).length
      const scan = scanSegment(segment.subarray(0, cut), bounds)
      expect(scan, `cut at ${cut}`).toMatchObject({ end: endOf(whole), lastSeq: whole === 0 ? null : 4 + whole, damaged: [] })
      expect(scan.tail, `cut at ${cut}`).toBe(cut === endOf(whole) || scan.writtenEnd === scan.end ? 'clean' : 'torn')
    }
  })

  it('gives every frame but the damaged one, and says which bytes are damaged', () => {
    fc.assert(
      fc.property(fc.nat({ max: endOf(3) - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bytes = Buffer.from(segment)
        bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at)
        const hit = ends.findIndex((end) => at < end)
        expect(scanSegment(bytes, bounds)).toMatchObject({ lastSeq: 8, tail: 'clean', damaged: [{ from: endOf(hit), to: endOf(hit + 1) }] })
      }),
    )
  })

  it.each([0, 1, 255, 256, 65_535, 65_536, 200_000, RECORD_BYTES_MAX])('goes on behind damage at a frame of %d bytes', (length) => {
    const records = [Buffer.from('damaged'), Buffer.alloc(length, 1)]
    const bytes = frames(records)
    bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30)
    expect(scanSegment(bytes, bounds)).toMatchObject({ lastSeq: 6, end: bytes.length, tail: 'clean', damaged: [{ from: 0, to: framedBytes([Buffer.from('damaged')]) }] })
  })

  it('was written up to the last byte that is not zero, however much was allocated behind it', () => {
    for (const written of [1, 4_095, 4_096, 4_097, 9_000]) {
      for (const allocated of [0, 1, 4_094, 4_095, 4_096, 4_097, 8_192, 100_000]) {
        const bytes = Buffer.alloc(written + allocated)
        bytes.writeUInt8(1, written - 1)
        expect(scanSegment(bytes, bounds), `${written} bytes and ${allocated} zeros`).toMatchObject({ writtenEnd: written, end: 0, lastSeq: null })
      }
    }
  })

  it('whose last frame is all there and wrong ends in damage', () => {
    const bytes = Buffer.from(segment)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    expect(scanSegment(bytes, bounds)).toMatchObject({ lastSeq: 7, end: endOf(3), writtenEnd: segment.length, tail: 'damaged' })
  })

  it('never takes a frame hidden in a payload for a record when the record around it is damaged', () => {
    const forged = frames([Buffer.from('I was never received')], 6, 0)
    const bytes = frames([Buffer.from('one'), forged, Buffer.from('three')])
    bytes.writeUInt8(0xff, framedBytes([Buffer.from('one')]) + 4)
    const scan = scanSegment(bytes, bounds)
    expect(scan.damaged).toEqual([{ from: 27, to: 27 + framedBytes([forged]) }])
    expect(scan.lastSeq).toBe(7)
  })

  it('ends where the next one begins: what was rejected here was numbered again there', () => {
    expect(scanSegment(segment, { ...bounds, seqBelow: 7 })).toMatchObject({ lastSeq: 6, end: endOf(2), tail: 'clean' })
  })

  it('of zeros alone is empty, from number 0 too', () => {
    expect(scanSegment(Buffer.alloc(4096), { ...bounds, firstSeq: 0 })).toMatchObject({ lastSeq: null, end: 0, tail: 'clean' })
  })

  it('of noise alone holds nothing and does not throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => scanSegment(Buffer.from(noise), bounds).lastSeq === null))
  })
})
