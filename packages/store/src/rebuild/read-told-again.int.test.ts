import { recordOf } from '@rollcall/domain/call/merge'
import { canonicalState } from '@rollcall/domain/call/state'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { upsertCalls } from '../projection/upsert-calls.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { CALLS_TOLD_AGAIN, makeIndexes, prepareLoading } from './loading-tables.ts'
import { indexToldAgain, readToldAgain } from './read-told-again.ts'
import { makeRebuildSchema, REBUILD_SCHEMA } from './rebuild-schema.ts'
import '../testing/provided-context.ts'

let database: TestDatabase
let pool: Pool
beforeEach(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2, searchPath: REBUILD_SCHEMA })
  await makeRebuildSchema(pool, database.databaseUrl)
  const { calls } = await prepareLoading(pool, false)
  await makeIndexes(pool, calls, 16)
  await indexToldAgain(pool)
})
afterEach(async () => {
  await pool?.end()
  await database?.drop()
})

const record = (callSid: string, customField: string) =>
  recordOf({ account: 'acme', callSid, source: 'webhook', receivedAt: 1, vendorTime: null, event: null, values: { customField } })
const tellAgain = (callSid: string, customField: string) =>
  pool.query(`INSERT INTO ${CALLS_TOLD_AGAIN} VALUES ('acme', $1, $2)`, [callSid, canonicalState(record(callSid, customField))])
const FIRST = { account: '', callSid: '' }
const sidsOf = async (after: typeof FIRST, calls: number, bytes: number) =>
  (await readToldAgain(pool, after, { calls, bytes })).map(([first, ...others]) => `${first.callSid} ${1 + others.length}`)

it('reads the next calls with all their parts, no more than so many', async () => {
  for (const callSid of ['b', 'a', 'c', 'b']) await tellAgain(callSid, 'x')
  expect(await sidsOf(FIRST, 2, 1e6)).toEqual(['a 1', 'b 2'])
  expect(await sidsOf({ account: 'acme', callSid: 'b' }, 2, 1e6)).toEqual(['c 1'])
  expect(await sidsOf({ account: 'acme', callSid: 'c' }, 2, 1e6)).toEqual([])
})

it('reads no further than to the first that passes the bytes, and that one whole', async () => {
  for (const callSid of ['a', 'b', 'b', 'c']) await tellAgain(callSid, 'x'.repeat(3_000))
  expect(await sidsOf(FIRST, 10, 5_000)).toEqual(['a 1', 'b 2'])
  expect(await sidsOf(FIRST, 10, 1)).toEqual(['a 1'])
  expect(await sidsOf(FIRST, 10, 1e6)).toEqual(['a 1', 'b 2', 'c 1'])
})

it('counts what is held of a call too, as long as it is and not as it is stored', async () => {
  await upsertCalls(
    pool,
    ['a', 'b'].map((callSid) => ({ record: record(callSid, 'x'.repeat(8_000)), baseVersion: 0n })),
  )
  for (const callSid of ['a', 'b', 'c']) await tellAgain(callSid, 'y')
  expect(await sidsOf(FIRST, 10, 8_000)).toEqual(['a 1'])
  expect(await sidsOf(FIRST, 10, 12_000)).toEqual(['a 1', 'b 1'])
})
