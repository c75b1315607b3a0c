/**
 * Kafka's record batch, format 2 (KIP-98), as far as we write and read it: no transactions, no producer state.
 *
 *     base offset i64 | length i32 | leader epoch i32 | magic i8 = 2 | crc32c u32 | attributes i16 | last offset delta i32
 *     | base timestamp i64 | max timestamp i64 | producer id i64 | producer epoch i16 | base sequence i32 | count i32 | records
 *
 * The checksum covers everything from the attributes on; the records are compressed as one. kafkajs has an encoder of its own, which makes
 * a 512-byte buffer per record and per header and spends most of a producer's CPU in it, and a decoder that ignores the checksum.
 */
export const BASE_OFFSET_AT = 0
export const LENGTH_AT = 8
export const LEADER_EPOCH_AT = 12
export const MAGIC_AT = 16
export const CRC_AT = 17
export const ATTRIBUTES_AT = 21
export const LAST_OFFSET_DELTA_AT = 23
export const BASE_TIMESTAMP_AT = 27
export const MAX_TIMESTAMP_AT = 35
export const PRODUCER_ID_AT = 43
export const PRODUCER_EPOCH_AT = 51
export const BASE_SEQUENCE_AT = 53
export const COUNT_AT = 57
export const RECORDS_AT = 61

/** What `length` does not count: the base offset and itself. */
export const LENGTH_FROM = 12
export const MAGIC = 2

export const CODEC_MASK = 0x07
export const CODEC_LZ4 = 3
export const LOG_APPEND_TIME_FLAG = 0x08
export const CONTROL_FLAG = 0x20
