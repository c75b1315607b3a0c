import { gunzipSync } from 'node:zlib'
import { crc32c } from '@node-rs/crc32'
import { decompressFrameSync } from 'lz4-napi'
import type { StoredRecord } from '../event-log.ts'
import * as batch from './record-batch.ts'
import { VarintReader } from './varint.ts'

/** Bytes that are not the records a broker once acknowledged. Never skipped: what follows could not be trusted either. */
export class DamagedBatchError extends Error {
  override readonly name = 'DamagedBatchError'
}

/**
 * The records at and after `from` in what a broker answered for one partition. It answers with whole batches, so earlier records come
 * along and are left out, and it may cut the last batch short, which is then asked for again. Markers of transactions are not records.
 * @throws DamagedBatchError when a batch fails its checksum or cannot be read.
 */
export const decodeRecordBatches = (bytes: Buffer, partition: number, from: bigint): StoredRecord[] => {
  const records: StoredRecord[] = []
  for (let at = 0; at + batch.LENGTH_FROM <= bytes.length; ) {
    const end = at + batch.LENGTH_FROM + bytes.readInt32BE(at + batch.LENGTH_AT)
    if (end > bytes.length) break
    decodeOne(bytes.subarray(at, end), partition, from, records)
    at = end
  }
  return records
}

const decodeOne = (bytes: Buffer, partition: number, from: bigint, into: StoredRecord[]): void => {
  const base = bytes.readBigInt64BE(batch.BASE_OFFSET_AT)
  const where = `partition ${partition}, batch at offset ${base}`
  const magic = bytes[batch.MAGIC_AT]
  if (magic !== batch.MAGIC) throw new DamagedBatchError(`${where}: record format ${magic}, only ${batch.MAGIC} is read`)
  if (bytes.length < batch.RECORDS_AT || crc32c(bytes.subarray(batch.ATTRIBUTES_AT)) !== bytes.readUInt32BE(batch.CRC_AT)) throw new DamagedBatchError(`${where}: checksum differs`)
  const attributes = bytes.readInt16BE(batch.ATTRIBUTES_AT)
  if ((attributes & batch.CONTROL_FLAG) !== 0) return
  if (base + BigInt(bytes.readInt32BE(batch.LAST_OFFSET_DELTA_AT)) < from) return
  const reader = new VarintReader(decompress(attributes & batch.CODEC_MASK, bytes.subarray(batch.RECORDS_AT), where))
  const baseTimestamp = Number(bytes.readBigInt64BE(batch.BASE_TIMESTAMP_AT))
  const appendTime = (attributes & batch.LOG_APPEND_TIME_FLAG) !== 0 ? Number(bytes.readBigInt64BE(batch.MAX_TIMESTAMP_AT)) : null
  const repeated: RepeatedText[] = []
  for (let left = bytes.readInt32BE(batch.COUNT_AT); left > 0; left -= 1) {
    const size = reader.next()
    const end = reader.at + size
    reader.at += 1
    const timestamp = baseTimestamp + reader.next()
    const offset = base + BigInt(reader.next())
    if (offset >= from) {
      const key = readText(reader)
      const value = readBytes(reader)
      into.push({ partition, offset, key, value, headers: readHeaders(reader, repeated), timestamp: appendTime ?? timestamp })
    }
    reader.at = end
  }
}

const NOTHING = Buffer.alloc(0)

/** A null (length -1) reads as nothing. */
const readBytes = (reader: VarintReader): Buffer => {
  const length = reader.next()
  if (length <= 0) return NOTHING
  reader.at += length
  return reader.bytes.subarray(reader.at - length, reader.at)
}

const readText = (reader: VarintReader): string => {
  const length = reader.next()
  if (length <= 0) return ''
  reader.at += length
  return reader.bytes.toString('utf8', reader.at - length, reader.at)
}

/** Of headers with the same name the last one counts; one named __proto__ cannot be held and is left out. */
const readHeaders = (reader: VarintReader, repeated: RepeatedText[]): Record<string, string> => {
  const headers: Record<string, string> = {}
  const texts = 2 * Math.max(0, reader.next())
  for (let place = 0; place < texts; place += 2) headers[repeatedAt(repeated, place).read(reader)] = repeatedAt(repeated, place + 1).read(reader)
  return headers
}

const repeatedAt = (repeated: RepeatedText[], place: number): RepeatedText => {
  const known = repeated[place] ?? new RepeatedText()
  repeated[place] = known
  return known
}

/**
 * A text that the last record had in the same place: every record of a batch has nearly the same headers, names and all. To compare bytes costs
 * far less than to make a string of them, and the string that is there already is one less to collect.
 */
class RepeatedText {
  at = 0
  length = 0
  text = ''
  read(reader: VarintReader): string {
    const length = reader.next()
    if (length <= 0) return ''
    const at = reader.at
    reader.at += length
    if (length === this.length && isSame(reader.bytes, this.at, at, length)) return this.text
    this.at = at
    this.length = length
    this.text = reader.bytes.toString('utf8', at, at + length)
    return this.text
  }
}

const isSame = (bytes: Buffer, a: number, b: number, length: number): boolean => {
  for (let nth = 0; nth < length; nth += 1) if (bytes[a + nth] !== bytes[b + nth]) return false
  return true
}

/** Everything that may be in the log must be readable for ever: ours is LZ4; a stranger may bring none or gzip. */
const decompress = (codec: number, bytes: Buffer, where: string): Buffer => {
  switch (codec) {
    case 0:
      return bytes
    case 1:
      return gunzipSync(bytes)
    case batch.CODEC_LZ4:
      return decompressFrameSync(bytes)
    default:
      throw new DamagedBatchError(`${where}: compressed with codec ${codec}; producers of this topic must use none, gzip or lz4`)
  }
}
