import { crc32c } from '@node-rs/crc32'
import { compressFrameSync } from 'lz4-napi'
import type { LogRecord } from '../event-log.ts'
import * as batch from './record-batch.ts'
import { varintBytes, writeVarint } from './varint.ts'

/** One record batch, LZ4 inside, as a producer sends it: the broker sets the base offset. At least one record. */
export const encodeRecordBatch = (records: readonly LogRecord[]): Buffer => {
  const base = records[0]?.timestamp ?? 0
  const sizes = records.map((record, delta) => recordSize(record, delta, base))
  const plain = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + varintBytes(size) + size, 0))
  let at = 0
  let latest = base
  for (const [delta, record] of records.entries()) {
    at = writeRecord(plain, at, record, sizes[delta] ?? 0, delta, base)
    latest = Math.max(latest, record.timestamp)
  }
  const compressed = compressFrameSync(plain)

  const encoded = Buffer.allocUnsafe(batch.RECORDS_AT + compressed.length)
  encoded.writeBigInt64BE(0n, batch.BASE_OFFSET_AT)
  encoded.writeInt32BE(encoded.length - batch.LENGTH_FROM, batch.LENGTH_AT)
  encoded.writeInt32BE(-1, batch.LEADER_EPOCH_AT)
  encoded.writeInt8(batch.MAGIC, batch.MAGIC_AT)
  encoded.writeInt16BE(batch.CODEC_LZ4, batch.ATTRIBUTES_AT)
  encoded.writeInt32BE(records.length - 1, batch.LAST_OFFSET_DELTA_AT)
  encoded.writeBigInt64BE(BigInt(base), batch.BASE_TIMESTAMP_AT)
  encoded.writeBigInt64BE(BigInt(latest), batch.MAX_TIMESTAMP_AT)
  encoded.writeBigInt64BE(-1n, batch.PRODUCER_ID_AT)
  encoded.writeInt16BE(-1, batch.PRODUCER_EPOCH_AT)
  encoded.writeInt32BE(-1, batch.BASE_SEQUENCE_AT)
  encoded.writeInt32BE(records.length, batch.COUNT_AT)
  compressed.copy(encoded, batch.RECORDS_AT)
  encoded.writeUInt32BE(crc32c(encoded.subarray(batch.ATTRIBUTES_AT)), batch.CRC_AT)
  return encoded
}

/** Bytes of a record behind its length. */
const recordSize = ({ key, value, headers, timestamp }: LogRecord, delta: number, base: number): number => {
  let size = 1 + varintBytes(timestamp - base) + varintBytes(delta) + textSize(key) + varintBytes(value.byteLength) + value.byteLength
  let count = 0
  for (const name in headers) {
    size += textSize(name) + textSize(headers[name] ?? '')
    count += 1
  }
  return size + varintBytes(count)
}

const writeRecord = (into: Buffer, from: number, { key, value, headers, timestamp }: LogRecord, size: number, delta: number, base: number): number => {
  let at = writeVarint(into, size, from)
  into[at++] = 0
  at = writeVarint(into, timestamp - base, at)
  at = writeVarint(into, delta, at)
  at = writeText(into, key, at)
  at = writeVarint(into, value.byteLength, at)
  into.set(value, at)
  at = writeVarint(into, Object.keys(headers).length, at + value.byteLength)
  for (const name in headers) at = writeText(into, headers[name] ?? '', writeText(into, name, at))
  return at
}

const textSize = (text: string): number => {
  const bytes = Buffer.byteLength(text)
  return varintBytes(bytes) + bytes
}

const writeText = (into: Buffer, text: string, at: number): number => {
  const start = writeVarint(into, Buffer.byteLength(text), at)
  return start + into.write(text, start)
}
