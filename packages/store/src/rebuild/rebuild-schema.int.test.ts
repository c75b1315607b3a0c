/** A swap between what a publisher reads and what it forgets loses no change; one rebuild at a time may do it. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { applyBatch } from '../projection/apply-batch.ts'
import { beginPositions } from '../projection/begin-positions.ts'
import { forgetPublished, type Outbox, readOutbox } from '../projection/take-outbox.ts'
import { aBatch, anObservation, aWrite, TOPIC } from '../testing/a-batch.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { underRebuildLock } from './rebuild-lock.ts'
import { dropRebuilt, lockLivePositions, makeRebuildSchema, swapInRebuild } from './rebuild-schema.ts'
import '../testing/provided-context.ts'
import { inTransaction } from '../transaction.ts'

let database: TestDatabase
let pool: Pool
let shadow: Pool
beforeEach(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 4 })
  shadow = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2, searchPath: 'projection_rebuild' })
  await beginPositions(pool, START)
})
afterEach(async () => {
  await pool?.end()
  await shadow?.end()
  await database?.drop()
})
const START = { topic: TOPIC, positions: new Map([[0, 0n]]), epoch: 1n, logClusterId: 'log' }
const batchOf = (from: bigint, ...callSids: readonly string[]) =>
  aBatch({
    from,
    to: from + BigInt(callSids.length),
    calls: callSids.map((callSid) => aWrite(callSid)),
    observations: callSids.map((callSid, nth) => anObservation(from + BigInt(nth), { callSid })),
  })
const waiting = async () => (await readOutbox(pool, [0])).changes.map(({ callSid, version }) => `${callSid} ${version}`)

/** Folds the same batches beside the live projection and puts that in its place. */
const swap = async (...batches: readonly ReturnType<typeof batchOf>[]): Promise<void> => {
  await makeRebuildSchema(pool, database.databaseUrl)
  await beginPositions(shadow, START)
  for (const batch of batches) expect(await applyBatch(shadow, batch, { publish: false })).toBe('advanced')
  await inTransaction(pool, async (tx) => {
    await lockLivePositions(tx)
    await swapInRebuild(tx)
  })
  await dropRebuilt(pool)
}

describe('a swap', () => {
  it('keeps what is still to be published, raises every epoch, and leaves the partitions to nobody', async () => {
    await applyBatch(pool, batchOf(0n, 'a', 'b'))
    await swap(batchOf(0n, 'a', 'b'))
    expect(await waiting()).toEqual(['a 1', 'b 1'])
    expect((await pool.query('SELECT epoch, owner, next_offset FROM projection_positions')).rows).toEqual([{ epoch: 2n, owner: null, next_offset: 2n }])
    expect(await applyBatch(pool, batchOf(2n, 'c'))).toBe('fenced')
    expect(await applyBatch(pool, { ...batchOf(2n, 'c'), epoch: 2n })).toBe('advanced')
  })

  it('gives no row an id that a live one had: a publisher in the middle forgets nobody else’s', async () => {
    await applyBatch(pool, batchOf(0n, 'a', 'b'))
    await forgetPublished(pool, await readOutbox(pool, [0], 1))
    const read = await readOutbox(pool, [0])
    await swap(batchOf(0n, 'a', 'b'))
    await applyBatch(pool, { ...batchOf(2n, 'c', 'd', 'e'), epoch: 2n })
    await forgetPublished(pool, read)
    expect(await waiting()).toEqual(['b 1', 'c 1', 'd 1', 'e 1'])
  })

  it('tells what came out differently or is gone, with versions that go on', async () => {
    await applyBatch(pool, batchOf(0n, 'a', 'b'))
    await pool.query(`UPDATE calls SET version = 5, digest = sha256('other') WHERE call_sid = 'a'`)
    await forgetPublished(pool, await readOutbox(pool, [0]))
    await pool.query('TRUNCATE outbox')
    await swap(batchOf(0n, 'a', 'c'))
    expect((await waiting()).toSorted()).toEqual(['a 6', 'b 2', 'c 1'])
    const gone = (await readOutbox(pool, [0])).changes.find(({ callSid }) => callSid === 'b')
    expect(gone?.record).toBeNull()
  })

  it('makes a publisher wait that has something to note, so that the note is not retired with the old tables', async () => {
    await applyBatch(pool, batchOf(0n, 'a'))
    const { changes, ids } = await readOutbox(pool, [0])
    await makeRebuildSchema(pool, database.databaseUrl)
    await beginPositions(shadow, START)
    await applyBatch(shadow, batchOf(0n, 'a'), { publish: false })
    // Published in a version that is not the call's any more.
    const stale: Outbox = { ids, changes: changes.map((change) => ({ ...change, version: 0n })) }
    await pool.query('TRUNCATE outbox')
    let forgetting: Promise<void> | undefined
    await inTransaction(pool, async (tx) => {
      await lockLivePositions(tx)
      await swapInRebuild(tx)
      forgetting = forgetPublished(pool, stale)
      // It must have reached the server before the swap is committed, and wait there.
      const blocked = async () =>
        (await tx.query(`SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)).rowCount === 1
      await expect.poll(blocked, { timeout: 10_000 }).toBe(true)
    })
    await forgetting
    expect(await waiting()).toEqual(['a 1'])
  })

  it.each([1, 2])('under prepared statements that know the old tables writes to the new ones (%i)', async () => {
    const one = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
    try {
      // Often enough that the server keeps one plan for all.
      for (let from = 0n; from < 8n; from += 1n) expect(await applyBatch(one, batchOf(from, `c${from}`))).toBe('advanced')
      await swap(batchOf(0n, 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'))
      expect(await applyBatch(one, { ...batchOf(8n, 'c8'), epoch: 2n })).toBe('advanced')
      expect((await pool.query('SELECT count(*)::int AS calls FROM projection.calls')).rows).toEqual([{ calls: 9 }])
      expect((await readOutbox(one, [0])).changes.length).toBe(9)
    } finally {
      await one.end()
    }
  })
})

describe('the lock of a rebuild', () => {
  it('is held by one at a time, and says by whom', async () => {
    const outcome = await underRebuildLock(pool, async (holder) => {
      const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      expect(await underRebuildLock(pool, async () => 'second')).toEqual({ underWay: rows[0]?.pid })
      return 'first'
    })
    expect(outcome).toEqual({ done: 'first' })
    expect(await underRebuildLock(pool, async () => 'next')).toEqual({ done: 'next' })
  })

  it('is gone with its holder, however that ends', async () => {
    await expect(underRebuildLock(pool, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    await expect(underRebuildLock(pool, (holder) => holder.query('BEGIN; SELECT 1 / 0'))).rejects.toThrow('division by zero')
    await expect(
      underRebuildLock(pool, async (holder) => {
        const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
        await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
        await holder.query('SELECT 1')
      }),
    ).rejects.toThrow()
    // The server needs a moment to end a session.
    await expect.poll(() => underRebuildLock(pool, async () => 'next')).toEqual({ done: 'next' })
  })

  it('outlasts any timeout for idle sessions, in a transaction too', async () => {
    const impatient = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1, idleInTransactionMsMax: 50 })
    try {
      const outcome = await underRebuildLock(impatient, async (holder) => {
        await holder.query('BEGIN')
        await new Promise((resolve) => setTimeout(resolve, 300))
        await holder.query('COMMIT')
        return (await holder.query('SELECT 1 AS alive')).rows
      })
      expect(outcome).toEqual({ done: [{ alive: 1 }] })
      // The same without the lock is cut.
      await expect(
        inTransaction(impatient, async (tx) => {
          await new Promise((resolve) => setTimeout(resolve, 300))
          await tx.query('SELECT 1')
        }),
      ).rejects.toThrow()
    } finally {
      await impatient.end()
    }
  })
})
