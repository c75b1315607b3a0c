import type { StoredRecord } from '@rollcall/event-log/event-log'
import { createPool, type Pool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { countExceptions } from '@rollcall/store/status/count-exceptions'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { projectBatch } from './project-batch.ts'
import { readRecords } from './read-records.ts'
import { apiRow, delivery } from './testing/call-records.ts'
import './testing/provided-context.ts'

const TOPIC = 'rollcall.observations.v1'

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  await beginPositions(pool, { topic: TOPIC, positions: new Map([[0, 0n]]), epoch: 1n, logClusterId: 'test' })
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

describe('what is read, but not as we know it', () => {
  it('is kept beside the facts of the rest, and counted by what it is', async () => {
    const records = [
      delivery('a', { Status: 'teleported', From: '09000000001' }),
      delivery('b', { Status: 'teleported', EndTime: 'soon, they say' }),
      delivery('c'),
      apiRow('d', { Status: 'teleported' }),
    ].map((record, nth): StoredRecord => ({ ...record, partition: 0, offset: BigInt(nth) }))
    const batch = readRecords(0, 0n, records)
    if (batch === null) throw new Error('there are records')
    await projectBatch(pool, { topic: TOPIC, epoch: 1n, publish: true }, batch)

    const { rows } = await pool.query('SELECT call_sid, outcome, exceptions FROM observations ORDER BY log_offset')
    const teleported = { field: 'Status', kind: 'unknown-value', value: 'teleported' }
    expect(rows).toEqual([
      { call_sid: 'a', outcome: 'facts', exceptions: [teleported] },
      { call_sid: 'b', outcome: 'facts', exceptions: [{ field: 'EndTime', kind: 'unreadable-value', value: '' }, teleported] },
      { call_sid: 'c', outcome: 'facts', exceptions: null },
      { call_sid: 'd', outcome: 'facts', exceptions: [teleported] },
    ])
    const { rows: calls } = await pool.query('SELECT status, from_number FROM calls WHERE call_sid = $1', ['a'])
    expect(calls).toEqual([{ status: 'unknown', from_number: '09000000001' }])

    expect(await countExceptions(pool, 2)).toEqual(
      new Map([
        [
          'acme',
          [
            { surface: 'status-callback', ...teleported, observations: 2 },
            { surface: 'call-list', ...teleported, observations: 1 },
          ],
        ],
      ]),
    )
  })
})
