/**
 * How an embedded log is spoken to over HTTP (serve-embedded-log.ts, remote-event-log.ts). Records travel packed, as they are on disk:
 *
 *     append    per topic: name length u16 | name | record count u32 | per record: length u32 | packed record
 *     records   per partition: partition u32 | record count u32 | per record: offset u64 | length u32 | packed record
 *
 * All little-endian. Everything small travels as JSON, bigints as decimal text.
 */
import type { LogRecord, StoredRecord } from '../event-log.ts'
import { packRecord, unpackRecord } from '../pack-record.ts'

export const PATHS = {
  append: '/append',
  read: '/read',
  bounds: '/bounds',
  clusterId: '/cluster-id',
  topicId: '/topic-id',
  ensureTopics: '/ensure-topics',
  inspectTopics: '/inspect-topics',
} as const
/** A request without it is refused: a web page open on this machine can reach the port too, but may not send this header. */
export const PROTOCOL_HEADER = 'x-rollcall-log'
export const PROTOCOL_VERSION = '2'

/** `kind` in the answer to a request that failed, by the error it stands for. */
export type WireError =
  | { readonly kind: 'unavailable'; readonly message: string }
  | { readonly kind: 'position-gone'; readonly topic: string; readonly partition: number; readonly asked: string; readonly low: string; readonly next: string }
  | { readonly kind: 'topic-missing'; readonly topic: string }
  /** The caller knows the log by the first name; this one has the second. */
  | { readonly kind: 'replaced'; readonly opened: string; readonly answering: string }
  | { readonly kind: 'too-large'; readonly topic: string; readonly bytes: number }
  | { readonly kind: 'bad-request'; readonly message: string }

export interface WireRead {
  readonly topic: string
  readonly from: Readonly<Record<string, string>>
  readonly maxBytes: number
  readonly maxWaitMs: number
}

export type WireBounds = readonly { readonly partition: number; readonly low: string; readonly next: string }[]

export const encodeAppend = (batch: ReadonlyMap<string, readonly LogRecord[]>): Buffer => {
  const parts: Buffer[] = []
  for (const [topic, records] of batch) {
    const name = Buffer.from(topic)
    const head = Buffer.allocUnsafe(2 + name.length + 4)
    head.writeUInt16LE(name.length, 0)
    name.copy(head, 2)
    head.writeUInt32LE(records.length, 2 + name.length)
    parts.push(head)
    for (const record of records) {
      const packed = packRecord(record)
      const length = Buffer.allocUnsafe(4)
      length.writeUInt32LE(packed.length, 0)
      parts.push(length, packed)
    }
  }
  return Buffer.concat(parts)
}

export const decodeAppend = (bytes: Buffer): Map<string, LogRecord[]> => {
  const batch = new Map<string, LogRecord[]>()
  const take = taker(bytes)
  while (take.left() > 0) {
    const topic = take.bytes(take.u16()).toString()
    const count = take.u32()
    batch.set(
      topic,
      Array.from({ length: count }, () => unpackRecord(take.bytes(take.u32()))),
    )
  }
  return batch
}

export const encodeRecords = (records: ReadonlyMap<number, readonly StoredRecord[]>): Buffer => {
  const parts: Buffer[] = []
  for (const [partition, list] of records) {
    const head = Buffer.allocUnsafe(8)
    head.writeUInt32LE(partition, 0)
    head.writeUInt32LE(list.length, 4)
    parts.push(head)
    for (const record of list) {
      const packed = packRecord(record)
      const place = Buffer.allocUnsafe(12)
      place.writeBigUInt64LE(record.offset, 0)
      place.writeUInt32LE(packed.length, 8)
      parts.push(place, packed)
    }
  }
  return Buffer.concat(parts)
}

export const decodeRecords = (bytes: Buffer): Map<number, StoredRecord[]> => {
  const records = new Map<number, StoredRecord[]>()
  const take = taker(bytes)
  while (take.left() > 0) {
    const partition = take.u32()
    const count = take.u32()
    const list = Array.from({ length: count }, () => {
      const offset = take.u64()
      const { key, value, headers, timestamp } = unpackRecord(take.bytes(take.u32()))
      return { key, value, headers, timestamp, partition, offset }
    })
    records.set(partition, list)
  }
  return records
}

/** Takes fields off the front. Running out of bytes is a RangeError, as everywhere in Buffer. */
const taker = (from: Buffer) => {
  let at = 0
  const advance = (bytes: number): number => {
    const start = at
    at += bytes
    if (at > from.length) throw new RangeError(`a body of ${from.length} bytes ends before byte ${at}`)
    return start
  }
  return {
    left: () => from.length - at,
    u16: () => from.readUInt16LE(advance(2)),
    u32: () => from.readUInt32LE(advance(4)),
    u64: () => from.readBigUInt64LE(advance(8)),
    bytes: (length: number) => {
      const start = advance(length)
      return from.subarray(start, start + length)
    },
  }
}
