import type { KafkaBroker } from './kafka-cluster.ts'

/** The first Metadata with ids of topics; kafkajs speaks an older one. Of Kafka 2.8, and topics need settings of a later one. */
const METADATA = { apiKey: 3, apiName: 'Metadata', apiVersion: 10 }
const UUID_BYTES = 16

/** What a broker says of itself. */
export interface ToldIdentity {
  readonly clusterId: string
  /** Null where none was asked for. The id is in base64, as Kafka prints it; the code is Kafka's, 0 where the topic is there. */
  readonly topic: { readonly id: string; readonly errorCode: number } | null
}

/** Asks a broker which cluster it belongs to, and which topic it has under a name: by the connection that records go by. */
export const askIdentity = (broker: KafkaBroker, topic: string | null): Promise<ToldIdentity> =>
  broker.connectionPool.send({
    request: {
      ...METADATA,
      encode: async () => {
        const buffer = encodeRequest(topic)
        return { buf: buffer, buffer }
      },
    },
    response: { decode: async (answer) => decodeAnswer(answer), parse: async (told) => told },
  })

const NO_TAGS = Buffer.of(0)
const NOTHING_CREATED_NOR_AUTHORIZED = Buffer.of(0, 0, 0)

/** tags of the header | topics [id | name | tags] | allow auto creation | two authorizations | tags; counts and lengths are one more than what they count. */
const encodeRequest = (topic: string | null): Buffer => {
  const topics = topic === null ? [Buffer.of(1)] : [Buffer.of(2), Buffer.alloc(UUID_BYTES), encodeUnsigned(Buffer.byteLength(topic) + 1), Buffer.from(topic), NO_TAGS]
  return Buffer.concat([NO_TAGS, ...topics, NOTHING_CREATED_NOR_AUTHORIZED, NO_TAGS])
}

/** tags of the header | throttle i32 | brokers [node i32 | host | port i32 | rack | tags] | cluster id | controller i32 | topics [error i16 | name | id | …] | … */
const decodeAnswer = (answer: Buffer): ToldIdentity => {
  const take = taker(answer)
  take.tags()
  take.bytes(4)
  for (let brokers = take.unsigned() - 1; brokers > 0; brokers -= 1) {
    take.bytes(4)
    take.text()
    take.bytes(4)
    take.text()
    take.tags()
  }
  const clusterId = take.text()
  take.bytes(4)
  if (take.unsigned() <= 1) return { clusterId, topic: null }
  const errorCode = take.bytes(2).readInt16BE()
  take.text()
  return { clusterId, topic: { id: take.bytes(UUID_BYTES).toString('base64url'), errorCode } }
}

const encodeUnsigned = (value: number): Buffer => (value < 0x80 ? Buffer.of(value) : Buffer.of((value & 0x7f) | 0x80, value >>> 7))

/** Takes fields off the front. Running out of bytes is a RangeError. */
const taker = (from: Buffer) => {
  let at = 0
  const bytes = (count: number): Buffer => {
    const start = at
    at += count
    if (at > from.length) throw new RangeError(`an answer of ${from.length} bytes ends before byte ${at}`)
    return from.subarray(start, at)
  }
  const unsigned = (): number => {
    for (let value = 0, scale = 1; ; scale *= 0x80) {
      const byte = bytes(1).readUInt8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  return {
    bytes,
    unsigned,
    text: (): string => bytes(Math.max(0, unsigned() - 1)).toString(),
    tags: (): void => {
      for (let left = unsigned(); left > 0; left -= 1) {
        unsigned()
        bytes(unsigned())
      }
    },
  }
}
