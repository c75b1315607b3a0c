/** Every change is published at least once, in order, and what is published last of a call is how it stands. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { aBatch, aRecord, aWrite, TOPIC } from '../testing/a-batch.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import '../testing/provided-context.ts'
import { applyBatch } from './apply-batch.ts'
import type { CallWrite } from './batch.ts'
import { beginPositions } from './begin-positions.ts'
import { forgetPublished, readOutbox } from './take-outbox.ts'

const PARTITIONS = [0, 1, 2]
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
const next = new Map<number, bigint>()
beforeEach(async () => {
  next.clear()
  await pool.query('TRUNCATE calls, outbox, projection_positions')
  await beginPositions(pool, { topic: TOPIC, positions: new Map(PARTITIONS.map((partition) => [partition, 0n])), epoch: 1n, logClusterId: 'log' })
})

const write = async (partition: number, ...calls: readonly CallWrite[]): Promise<void> => {
  const from = next.get(partition) ?? 0n
  next.set(partition, from + 1n)
  expect(await applyBatch(pool, aBatch({ partition, from, to: from + 1n, calls }))).toBe('advanced')
}
const shown = (changes: Awaited<ReturnType<typeof readOutbox>>['changes']) =>
  changes.map(({ callSid, version, changed, partition, logOffset }) => [callSid, version, changed, partition, logOffset])

describe('the outbox', () => {
  it('gives the oldest changes of the partitions asked for, one per call with all that changed, as the call stands now', async () => {
    await write(0, aWrite('a', { changed: ['status'], logOffset: 1n }), aWrite('b', { changed: ['price'], logOffset: 2n }))
    await write(1, aWrite('other'))
    await write(0, aWrite('a', { baseVersion: 1n, changed: ['verified', 'price'], logOffset: 5n, record: aRecord('a', { values: { status: 'failed' } }) }))
    const outbox = await readOutbox(pool, [0, 2])
    expect(shown(outbox.changes)).toEqual([
      ['a', 2n, ['price', 'status', 'verified'], 0, 5n],
      ['b', 1n, ['price'], 0, 2n],
    ])
    expect(outbox.changes[0]?.record).toEqual(aRecord('a', { values: { status: 'failed' } }))
    expect(outbox.ids.length).toBe(3)
    const part = await readOutbox(pool, [0], 1)
    expect([shown(part.changes), part.ids]).toEqual([[['a', 2n, ['status'], 0, 1n]], outbox.ids.slice(0, 1)])
    await forgetPublished(pool, part)
    expect((await readOutbox(pool, [0])).ids).toEqual(outbox.ids.slice(1))
    await forgetPublished(pool, outbox)
    expect(await readOutbox(pool, [0])).toEqual({ changes: [], ids: [] })
    expect(shown((await readOutbox(pool, PARTITIONS)).changes)).toEqual([['other', 1n, ['status'], 1, 0n]])
  })

  it('notes a call once more that has moved on while it was published: what another publisher wrote meanwhile may be newer than ours', async () => {
    await write(0, aWrite('a'), aWrite('b'))
    const stale = await readOutbox(pool, [0])
    await write(1, aWrite('a', { baseVersion: 1n, changed: ['price'] }))
    // The owner of the other partition is quicker: it publishes version 2 before our version 1 gets into the topic.
    await forgetPublished(pool, await readOutbox(pool, [1]))
    await forgetPublished(pool, stale)
    expect(shown((await readOutbox(pool, PARTITIONS)).changes)).toEqual([['a', 2n, ['status'], 0, 0n]])
  })

  it('gives a call that is gone, with the version of its end, and forgets it for good', async () => {
    await write(0, aWrite('a'))
    await pool.query(`DELETE FROM calls; INSERT INTO outbox (partition, account, call_sid, version, changed, log_offset) VALUES (0, 'acme', 'a', 2, '{}', 9)`)
    const outbox = await readOutbox(pool, [0])
    expect(outbox.changes).toEqual([{ account: 'acme', callSid: 'a', record: null, version: 2n, changed: ['status'], partition: 0, logOffset: 9n }])
    await forgetPublished(pool, outbox)
    expect((await readOutbox(pool, PARTITIONS)).changes).toEqual([])
  })

  it('says that a call is gone which went while it was published, and that one is back which came back', async () => {
    await write(0, aWrite('a'))
    const before = await readOutbox(pool, [0])
    await pool.query('DELETE FROM calls')
    await forgetPublished(pool, before)
    const gone = await readOutbox(pool, [0])
    expect(gone.changes).toMatchObject([{ callSid: 'a', record: null, version: 2n }])
    await write(0, aWrite('a'))
    await forgetPublished(pool, gone)
    expect((await readOutbox(pool, [0])).changes).toMatchObject([{ callSid: 'a', version: 1n, record: expect.anything() }])
  })

  it('is read in the time that its first rows take, however many wait', async () => {
    await pool.query(
      `INSERT INTO outbox (partition, account, call_sid, version, changed, log_offset) SELECT n % 3, 'acme', 'c' || n, 1, '{status}', n FROM generate_series(1, 100000) n`,
    )
    await pool.query('ANALYZE outbox, calls')
    const { rows } = await pool.query(
      `EXPLAIN SELECT o.id FROM (SELECT * FROM outbox WHERE partition = ANY ('{0,1}') ORDER BY id LIMIT 1000) o LEFT JOIN calls c USING (account, call_sid) ORDER BY o.id`,
    )
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan on outbox/)
    expect((await readOutbox(pool, [0, 1])).ids.length).toBe(1_000)
  })
})
