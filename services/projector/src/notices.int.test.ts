import { createHash } from 'node:crypto'
import type { Observation } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import { goldenObservation } from '@rollcall/exotel/surface/testing/golden-observation'
import { HEARTBEATS } from '@rollcall/exotel/surface/testing/heartbeat.golden'
import { SMS } from '@rollcall/exotel/surface/testing/sms.golden'
import { anObservation } from '@rollcall/exotel/testing/an-observation'
import { readHeartbeats } from '@rollcall/store/heartbeat/read-heartbeats'
import { createPool, type Pool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { countSmsStatuses } from '@rollcall/store/sms/count-sms-statuses'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { projectBatch } from './project-batch.ts'
import { readRecords } from './read-records.ts'
import './testing/provided-context.ts'

const TOPIC = 'rollcall.observations.v1'
const AT = Date.UTC(2026, 0, 31, 4)
const TABLES = ['calls', 'observations', 'dead_letters', 'heartbeats', 'sms_statuses', 'outbox', 'projection_positions']

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})
beforeEach(() => reset())

const reset = async (): Promise<void> => {
  await pool.query(`TRUNCATE ${TABLES.join(', ')}`)
  await beginPositions(pool, { topic: TOPIC, positions: new Map([[0, 0n]]), epoch: 1n, logClusterId: 'test' })
}

const whole = (observation: Observation): Observation => ({
  ...observation,
  payloadSha256: createHash('sha256')
    .update(observation.query ?? '')
    .update(observation.payload)
    .digest('hex'),
})

/** Projects observations, so many in one transaction, as if they stood in the log in this order. */
const project = async (observations: readonly Observation[], atOnce = 1_000): Promise<void> => {
  const records = observations.map((observation, nth): StoredRecord => ({ ...toLogRecord(whole(observation)), partition: 0, offset: BigInt(nth) }))
  for (let first = 0; first < records.length; first += atOnce) {
    const batch = readRecords(0, BigInt(first), records.slice(first, first + atOnce))
    if (batch !== null) await projectBatch(pool, { topic: TOPIC, epoch: 1n, publish: true }, batch)
  }
}
const rowsOf = async (table: string) => (await pool.query(`SELECT t::text AS row FROM ${table} AS t ORDER BY 1`)).rows.map(({ row }) => row as string)

const heartbeat = (receivedAt: number, timestamp: string | null, status_type: string, more: object = {}) =>
  anObservation({ surface: 'heartbeat', receivedAt, payload: JSON.stringify({ timestamp, status_type, ...more }) })
const sms = (SmsSid: string, Status: string, DateUpdated: string, receivedAt = AT) =>
  anObservation({ surface: 'sms', receivedAt, payload: JSON.stringify({ SmsSid, Status, DateUpdated }) })

describe('a heartbeat and an SMS', () => {
  it('never become a call, nor a dead letter, in whatever form they come', async () => {
    const golden = [...HEARTBEATS, ...SMS].flatMap((sent) => sent.encodings.map((encoding) => goldenObservation(sent, encoding)))
    await project(golden)
    expect([await rowsOf('calls'), await rowsOf('dead_letters'), await rowsOf('outbox')]).toEqual([[], [], []])
    expect(new Set((await pool.query('SELECT outcome FROM observations')).rows.map(({ outcome }) => outcome))).toEqual(new Set(['no-call']))
    expect((await rowsOf('observations')).length).toBe(golden.length)
    expect([(await readHeartbeats(pool)).size, (await countSmsStatuses(pool)).size]).toEqual([1, 1])
  })

  it('are kept although they hold what Postgres cannot', async () => {
    await project([
      heartbeat(AT, null, 'WARNING', { incoming_affected: ['exo\0-1', 'exo\ud800-2'] }),
      heartbeat(AT, '0000-01-01T00:00:00Z', 'OK'),
      sms('sms-1', 'sent\0', '0001-01-01 00:00:00'),
    ])
    expect(await rowsOf('dead_letters')).toEqual([])
    expect(await rowsOf('heartbeats')).toHaveLength(1)
  })
})

describe('the last heartbeat', () => {
  it('is the one that Exotel states to be, with its ExoPhones and their alternates', async () => {
    const detail = { status: 'major_outage', last_check_time: '2026-01-31T03:59:00Z', alternate_exophone: '04000000009' }
    await project([
      heartbeat(AT, '2026-01-31T04:00:00Z', 'WARNING', {
        incoming_affected: ['exo-1'],
        data: { 'exo-1': { phone_number: '04000000003', connectivity: { incoming_call: detail, outgoing_call: { status: 'active' } } } },
      }),
      heartbeat(AT + 1_000, '2026-01-31T03:55:00Z', 'OK'),
    ])
    expect((await readHeartbeats(pool)).get('acme')).toEqual({
      state: 'warning',
      statedAt: AT,
      receivedAt: AT,
      incoming: { count: 1, exoPhones: [{ sid: 'exo-1', phoneNumber: '04000000003', state: 'major-outage', checkedAt: AT - 60_000, alternate: '04000000009' }] },
      outgoing: { count: 0, exoPhones: [] },
    })
  })

  it('is not one that says to be of the future', async () => {
    await project([heartbeat(AT, '2099-01-01T00:00:00Z', 'CRITICAL'), heartbeat(AT + 1_000, '2026-01-31T04:00:01Z', 'OK')])
    expect((await readHeartbeats(pool)).get('acme')?.state).toBe('ok')
  })
})

describe('the status of an SMS', () => {
  it('is the furthest one, and of two ends the later', async () => {
    await project([
      sms('a', 'sent', '2026-01-31 09:30:02'),
      sms('a', 'queued', '2026-01-31 09:30:03'),
      sms('b', 'queued', '2026-01-31 09:30:02'),
      sms('c', 'sent', '2026-01-31 09:29:02'),
      sms('c', 'failed', '2026-01-31 09:29:03'),
    ])
    expect((await countSmsStatuses(pool)).get('acme')).toEqual({ sent: 1, queued: 1, failed: 1 })
  })
})

it('neither depends on the order in which it was told, on how often, nor on how much was told at once', async () => {
  const time = fc.integer({ min: 0, max: 3 })
  const told = fc.array(
    fc.oneof(
      fc.tuple(time, time, fc.constantFrom('OK', 'WARNING', 'CRITICAL')).map(([at, said, state]) => heartbeat(AT + at, new Date(AT + said).toISOString(), state)),
      fc
        .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('queued', 'sent', 'failed', 'delivered', 'huh'), time, time)
        .map(([sid, status, said, at]) => sms(sid, status, `2026-01-31 09:30:0${said}`, AT + at)),
    ),
    { minLength: 1, maxLength: 12 },
  )
  const history = told.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray([...given, ...given], { minLength: given.length * 2 }), fc.integer({ min: 1, max: 5 })))
  await fc.assert(
    fc.asyncProperty(history, async ([given, again, atOnce]) => {
      const outcome = async (observations: readonly Observation[], size: number) => {
        await reset()
        await project(observations, size)
        return [await rowsOf('heartbeats'), await rowsOf('sms_statuses')]
      }
      expect(await outcome(again, atOnce)).toEqual(await outcome(given, 1_000))
    }),
    { numRuns: 40 },
  )
})
