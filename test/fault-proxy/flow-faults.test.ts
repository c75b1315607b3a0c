import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FlowFaults, type Line, shapeChunk } from './flow-faults.ts'

const never = () => 0.999
const idle = (): Line => ({ freeAt: 0 })
const flow = fc.record(
  {
    latencyMs: fc.nat(10_000),
    jitterMs: fc.nat(1_000),
    bytesPerSecond: fc.integer({ min: 1, max: 1_000_000 }),
    lostShare: fc.double({ min: 0, max: 0.9, noNaN: true }),
    sliceBytes: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: [] },
)
const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }).map(Buffer.from), { maxLength: 10 })

describe('a flow through the fault proxy', () => {
  it('passes everything at once, whole and unchanged where no fault is set', () => {
    expect(shapeChunk({}, Buffer.from('webhook'), 7, idle(), never)).toEqual([{ bytes: Buffer.from('webhook'), at: 7 }])
  })

  it('keeps every byte and their order whatever is set but corruption, and lets nothing arrive before it was sent', () => {
    fc.assert(
      fc.property(flow as fc.Arbitrary<FlowFaults>, chunks, fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (faults, sent, draws) => {
        const line = idle()
        const pieces = sent.flatMap((chunk, index) => shapeChunk(faults, chunk, index, line, () => draws.next().value as number).map((piece) => ({ ...piece, sentAt: index })))
        expect(Buffer.concat(pieces.map(({ bytes }) => bytes))).toEqual(Buffer.concat(sent))
        for (const [index, { at, sentAt, bytes }] of pieces.entries()) {
          expect(at).toBeGreaterThanOrEqual(Math.max(pieces[index - 1]?.at ?? 0, sentAt + (faults.latencyMs ?? 0)))
          expect(bytes.length).toBeLessThanOrEqual(faults.sliceBytes ?? Number.POSITIVE_INFINITY)
        }
      }),
    )
  })

  it('has a piece that is lost arrive when it was sent again often enough, as late as TCP would have it', () => {
    const draws =
      (...values: number[]) =>
      () =>
        values.shift() ?? 0.999
    const arrival = (...lost: number[]) => shapeChunk({ lostShare: 0.3 }, Buffer.from('x'), 1_000, idle(), draws(0, ...lost))[0]?.at
    expect([arrival(0.3), arrival(0.29, 0.3), arrival(0.1, 0.1, 0.5)]).toEqual([1_000, 1_200, 1_600])
    expect(shapeChunk({ lostShare: 1 }, Buffer.from('x'), 0, idle(), () => 0)[0]?.at).toBe(12_600)
  })

  it('is late by the latency and by a share of the jitter', () => {
    expect(shapeChunk({ latencyMs: 100, jitterMs: 50 }, Buffer.from('x'), 1_000, idle(), () => 0.5)[0]?.at).toBe(1_125)
  })

  it('takes as long as its rate says, also for what waits behind it', () => {
    const line = idle()
    expect(shapeChunk({ bytesPerSecond: 1_000 }, Buffer.alloc(500), 0, line, never)[0]?.at).toBe(500)
    expect(shapeChunk({ bytesPerSecond: 1_000 }, Buffer.alloc(100), 10, line, never)[0]?.at).toBe(600)
  })

  it('flips one bit in about so many bytes, in a copy', () => {
    const chunk = Buffer.alloc(64)
    // One draw for the jitter, then one for each byte, and one more for which bit where it flips.
    const draws = [0, ...Array.from({ length: 64 }, (_, index) => (index === 10 ? [0.001, 0.5] : [0.9])).flat()][Symbol.iterator]()
    const [flipped] = shapeChunk({ corruptOneIn: 100 }, chunk, 0, idle(), () => draws.next().value as number)
    expect([...(flipped?.bytes ?? [])].flatMap((byte, at) => (byte === 0 ? [] : [[at, byte]]))).toEqual([[10, 16]])
    expect(chunk.every((byte) => byte === 0)).toBe(true)
  })
})
