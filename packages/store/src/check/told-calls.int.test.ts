import { recordOf } from '@rollcall/domain/call/merge'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { type Connection, createPool, type Pool } from '../pool.ts'
import { callLoader } from '../rebuild/load-rows.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { makeToldCalls, readToldInParts, TOLD_CALLS } from './told-calls.ts'
import '../testing/provided-context.ts'

let database: TestDatabase
let pool: Pool
let db: Connection
beforeEach(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
  db = await pool.connect()
  await makeToldCalls(db)
})
afterEach(async () => {
  db?.release()
  await pool?.end()
  await database?.drop()
})

const tell = async (callSid: string, customField: string): Promise<void> => {
  const loader = callLoader(TOLD_CALLS)
  loader.add({ record: recordOf({ account: 'acme', callSid, source: 'webhook', receivedAt: 1, vendorTime: null, event: null, values: { customField } }), baseVersion: 0n })
  await loader.flush(db)
}
const sidsOf = async (after: string, calls: number, bytes: number) =>
  (await readToldInParts(db, 'acme', after, { calls, bytes })).map((parts) => `${parts[0]?.callSid} ${parts.length}`)

it('reads the next calls that stand in parts, no more than so many', async () => {
  for (const callSid of ['b', 'a', 'c', 'b', 'a', 'd', 'd', 'b']) await tell(callSid, 'x')
  expect(await sidsOf('', 2, 1e6)).toEqual(['a 2', 'b 3'])
  expect(await sidsOf('b', 2, 1e6)).toEqual(['d 2'])
  expect(await sidsOf('d', 2, 1e6)).toEqual([])
})

it('reads no further than to the first that passes the bytes, as long as it is and not as it is stored', async () => {
  for (const callSid of ['a', 'a', 'b', 'b', 'c', 'c']) await tell(callSid, 'x'.repeat(8_000))
  expect(await sidsOf('', 10, 20_000)).toEqual(['a 2', 'b 2'])
  expect(await sidsOf('', 10, 1)).toEqual(['a 2'])
  expect(await sidsOf('', 10, 1e6)).toEqual(['a 2', 'b 2', 'c 2'])
})
