import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { partitionOf } from './partition-of.ts'

const kafkas = Partitioners.DefaultPartitioner()
const kafkaPartitionOf = (key: string, partitions: number): number =>
  kafkas({ topic: 't', partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 0 })) as never, message: { key, value: null } })

describe('the partition of a key', () => {
  it("is the one Kafka's default partitioner chooses", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 64 }), (key, partitions) => partitionOf(key, partitions) === kafkaPartitionOf(key, partitions)),
      { numRuns: 2_000 },
    )
  })

  it.each([
    { key: 'acme|', partitions: 12 },
    { key: 'acme|0f6b1a2c3d4e5f60718293a4b5c6d7e8', partitions: 12 },
    { key: '', partitions: 1 },
  ])('$key of $partitions is the same on both', ({ key, partitions }) => {
    expect(partitionOf(key, partitions)).toBe(kafkaPartitionOf(key, partitions))
  })
})
