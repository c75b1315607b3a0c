import { describe, expect, it } from 'vitest'
import { encodeRequest } from './produce.ts'

describe('a Produce request', () => {
  it('asks for the acknowledgement of every replica in sync, and is part of no transaction', () => {
    // One broker cannot show it: Kafka takes a topic's min.insync.replicas for no more than it has replicas.
    const request = encodeRequest([{ topic: 'a', partition: 3, records: [] }])
    expect(request.readInt16BE(0)).toBe(-1)
    expect(request.readInt16BE(2)).toBe(-1)
  })
})
