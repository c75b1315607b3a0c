import { createRequire } from 'node:module'
import fc from 'fast-check'
import kafkajs from 'kafkajs'
import { compressFrameSync, decompressFrameSync } from 'lz4-napi'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../event-log.ts'
import { DamagedBatchError, decodeRecordBatches } from './decode-record-batches.ts'
import { encodeRecordBatch } from './encode-record-batch.ts'
import { BASE_OFFSET_AT, CRC_AT } from './record-batch.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const record: fc.Arbitrary<LogRecord> = fc.record({
  key: text,
  value: fc.uint8Array({ maxLength: 300 }),
  headers: fc
    .dictionary(
      text.filter((name) => name !== '__proto__'),
      text,
      { maxKeys: 5 },
    )
    .map((given) => ({ ...given })),
  timestamp: fc.integer({ min: 0, max: 4_102_444_800_000 }),
})
const records = fc.array(record, { minLength: 1, maxLength: 20 })

/** As the broker stores it: the base offset, which no checksum covers, is its to set. */
const at = (offset: bigint, given: readonly LogRecord[]): Buffer => {
  const batch = encodeRecordBatch(given)
  batch.writeBigInt64BE(offset, BASE_OFFSET_AT)
  return batch
}
const plain = ({ key, value, headers, timestamp }: LogRecord) => ({ key, value: Buffer.from(value).toString('hex'), headers: { ...headers }, timestamp })

describe('a record batch', () => {
  it('gives back its records, numbered from its base offset', () => {
    fc.assert(
      fc.property(records, fc.bigInt({ min: 0n, max: 2n ** 53n }), (given, base) => {
        const read = decodeRecordBatches(at(base, given), 3, base)
        expect(read.map(plain)).toEqual(given.map(plain))
        expect(read.map(({ partition, offset }) => [partition, offset])).toEqual(given.map((_, index) => [3, base + BigInt(index)]))
      }),
    )
  })

  it('gives back headers that are nearly those of the record before', () => {
    const near = fc.constantFrom('a', 'b', 'aa', 'ab', 'ba', 'é', 'è', 'ｅ', '', 'a'.repeat(70), `${'a'.repeat(69)}b`)
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(near, near), { maxLength: 4 }), { minLength: 2, maxLength: 8 }), (given) => {
        const similar = given.map((headers): LogRecord => ({ key: '', value: Buffer.alloc(0), headers: Object.fromEntries(headers), timestamp: 0 }))
        expect(decodeRecordBatches(at(0n, similar), 0, 0n).map(plain)).toEqual(similar.map(plain))
      }),
    )
  })

  it('is read alike by kafkajs, which knows nothing of ours', async () => {
    kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({ decompress: async (buffer: Buffer) => decompressFrameSync(buffer) })
    const require = createRequire(import.meta.url)
    const Decoder = require('kafkajs/src/protocol/decoder')
    const decode = require('kafkajs/src/protocol/recordBatch/v0/decoder')
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        // kafkajs mixes what an object inherits into headers of that name.
        fc.pre(given.every(({ headers }) => Object.keys(headers).every((name) => !(name in {}))))
        const { records: read } = await decode(new Decoder(at(0n, given)))
        expect(
          read.map((each: { key: Buffer; value: Buffer; timestamp: string; headers: Record<string, Buffer> }) => ({
            key: each.key.toString(),
            value: each.value.toString('hex'),
            headers: Object.fromEntries(Object.entries(each.headers).map(([name, value]) => [name, value.toString()])),
            timestamp: Number(each.timestamp),
          })),
        ).toEqual(given.map(plain))
      }),
    )
  })

  it('made by kafkajs, which knows nothing of ours, gives back its records', async () => {
    kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({ compress: async ({ buffer }: { buffer: Buffer }) => compressFrameSync(buffer) })
    const require = createRequire(import.meta.url)
    const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0')
    const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0')
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        const firstTimestamp = given[0]?.timestamp ?? 0
        const { buffer } = await RecordBatch({
          compression: kafkajs.CompressionTypes.LZ4,
          firstTimestamp,
          maxTimestamp: Math.max(...given.map(({ timestamp }) => timestamp)),
          lastOffsetDelta: given.length - 1,
          records: given.map((each, offsetDelta) => encodeRecord({ ...each, value: Buffer.from(each.value), offsetDelta, timestampDelta: each.timestamp - firstTimestamp })),
        })
        expect(decodeRecordBatches(buffer, 0, 0n).map(plain)).toEqual(given.map(plain))
      }),
    )
  })

  it('gives only what is at the position or after it', () => {
    fc.assert(
      fc.property(records, records, fc.nat({ max: 45 }), (first, second, from) => {
        const bytes = Buffer.concat([at(0n, first), at(BigInt(first.length), second)])
        expect(decodeRecordBatches(bytes, 0, BigInt(from)).map(plain)).toEqual([...first, ...second].slice(from).map(plain))
      }),
    )
  })

  it('that the broker cut short is left for the next fetch', () => {
    fc.assert(
      fc.property(records, records, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (first, second, part) => {
        const tail = at(BigInt(first.length), second)
        const bytes = Buffer.concat([at(0n, first), tail.subarray(0, Math.floor(tail.length * part))])
        expect(decodeRecordBatches(bytes, 0, 0n).map(plain)).toEqual(first.map(plain))
      }),
    )
  })

  it('with any bit flipped in what the checksum covers, or in the checksum, is refused', () => {
    fc.assert(
      fc.property(records, fc.nat(), (given, nth) => {
        const bytes = at(0n, given)
        const bit = nth % ((bytes.length - CRC_AT) * 8)
        const where = CRC_AT + (bit >> 3)
        bytes[where] = (bytes[where] ?? 0) ^ (1 << (bit & 7))
        expect(() => decodeRecordBatches(bytes, 0, 0n)).toThrow(DamagedBatchError)
      }),
      { numRuns: 1_000 },
    )
  })
})
