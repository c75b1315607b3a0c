/** Every partition is folded by one projector at a time, and by another soon after that one is silent. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { aBatch, aWrite, TOPIC } from '../testing/a-batch.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import '../testing/provided-context.ts'
import { applyBatch } from './apply-batch.ts'
import { checkLog, foldedFrom } from './check-log.ts'
import { claimPartitions, foreignLog, type OwnedPartition, releasePartitions } from './claim-partitions.ts'

const PARTITIONS = [0, 1, 2, 3]
let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 4 })
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})
beforeEach(() => pool.query('TRUNCATE calls, projection_positions, rollcall.projector_members'))

const claim = (instance: string, held: readonly OwnedPartition[] = [], changes: { leaseMs?: number; logClusterId?: string } = {}) =>
  claimPartitions(pool, { topic: TOPIC, partitions: PARTITIONS, instance, logClusterId: 'log', held: new Map(held.map(({ partition, epoch }) => [partition, epoch])), ...changes })
const shown = (owned: readonly OwnedPartition[]) => Object.fromEntries(owned.map(({ partition, epoch }) => [partition, Number(epoch)]))
/** As if it had said nothing for longer than a lease. */
const silence = async (instance: string) => {
  await pool.query(`UPDATE projection_positions SET lease_until = now() - interval '1 ms' WHERE owner = $1`, [instance])
  await pool.query(`DELETE FROM rollcall.projector_members WHERE instance = $1`, [instance])
}

describe('claiming', () => {
  it('gives one projector everything, and keeps its epochs while it renews', async () => {
    const first = await claim('a')
    expect(shown(first)).toEqual({ 0: 1, 1: 1, 2: 1, 3: 1 })
    expect(await claim('a', first)).toEqual(first)
  })

  it('shares with one that comes later: the first gives up, the second takes under a new epoch', async () => {
    const first = await claim('a')
    expect(await claim('b')).toEqual([])
    expect(shown(await claim('a', first))).toEqual({ 0: 1, 2: 1 })
    expect(shown(await claim('b'))).toEqual({ 1: 2, 3: 2 })
  })

  it('takes over what a silent one held, and fences it', async () => {
    await claim('a')
    await silence('a')
    expect(shown(await claim('b'))).toEqual({ 0: 2, 1: 2, 2: 2, 3: 2 })
    expect(await applyBatch(pool, aBatch({ epoch: 1n, calls: [aWrite('c1')] }))).toBe('fenced')
    expect(await applyBatch(pool, aBatch({ epoch: 2n, calls: [aWrite('c1')] }))).toBe('advanced')
  })

  it('does not renew by name what was lost meanwhile: a paused projector wakes up to a new epoch', async () => {
    const first = await claim('a')
    await silence('a')
    await claim('b')
    await silence('b')
    expect(shown(await claim('a', first))).toEqual({ 0: 3, 1: 3, 2: 3, 3: 3 })
  })

  it('gives a process that starts under the name of a killed one its partitions at once, under a new epoch', async () => {
    await claim('a')
    expect(shown(await claim('a'))).toEqual({ 0: 2, 1: 2, 2: 2, 3: 2 })
  })

  it('gives everything back at the end', async () => {
    await claim('a')
    await releasePartitions(pool, TOPIC, 'a')
    expect(shown(await claim('b'))).toEqual({ 0: 2, 1: 2, 2: 2, 3: 2 })
  })

  it('tells where each partition stands', async () => {
    await claim('a')
    await applyBatch(pool, aBatch({ partition: 2, to: 7n, lastRecordSha256: 'cd' }))
    expect((await claim('a'))[2]).toEqual({ partition: 2, epoch: 2n, next: 7n, lastRecordSha256: 'cd' })
  })

  it('does not wait for the open transaction of a paused owner: the rest is claimed and renewed, that one later', async () => {
    await claim('paused')
    await silence('paused')
    const paused = await pool.connect()
    try {
      await paused.query('BEGIN')
      await paused.query('UPDATE projection_positions SET next_offset = 5 WHERE partition = 1')
      const first = await claim('b')
      expect(shown(first)).toEqual({ 0: 2, 2: 2, 3: 2 })
      expect(shown(await claim('b', first))).toEqual({ 0: 2, 2: 2, 3: 2 })
      await paused.query('ROLLBACK')
      expect(shown(await claim('b', first))).toEqual({ 0: 2, 1: 2, 2: 2, 3: 2 })
    } finally {
      paused.release(true)
    }
  })
})

describe('the log that a projection came from', () => {
  it('may be any while nothing is folded, and only that one afterwards', async () => {
    await claim('a')
    expect([await foreignLog(pool, TOPIC, 'other'), await foldedFrom(pool, TOPIC)]).toEqual([null, null])
    await claim('a', [], { logClusterId: 'other' })
    await applyBatch(pool, aBatch({ epoch: 2n }))
    expect(await foreignLog(pool, TOPIC, 'other')).toBeNull()
    expect(await foreignLog(pool, TOPIC, 'log')).toBe('other')
    await expect(checkLog(pool, TOPIC, 'other')).resolves.toBeUndefined()
    await expect(checkLog(pool, TOPIC, 'log')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/log other, but the configured log is log\..*Nothing was changed/),
    })
    expect(await foldedFrom(pool, TOPIC)).toBe('other')
  })
})
