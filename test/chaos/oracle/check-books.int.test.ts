/** The oracle on real Postgres: webhooks of every kind, folded as a projector folds them, and what may be wrong with what is held. */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import { projectBatch } from '@rollcall/projector/project-batch'
import { readRecords } from '@rollcall/projector/read-records'
import { createPool, type Pool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import '@rollcall/store/testing/provided-context'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { BookEntry } from '../load/book.ts'
import { type PlannedWebhook, planWebhooks } from '../load/plan-webhooks.ts'
import { logOf } from '../testing/log-of.ts'
import { observed } from '../testing/observed.ts'
import { checkBooks } from './check-books.ts'
import { foldLog } from './fold-log.ts'
import { toldCalls } from './told-calls.ts'

const WEBHOOKS = 1_500
const SEED = 3
const EPOCH = 1n
const webhooks = planWebhooks(SEED, 'chaos', Date.UTC(2026, 0, 1))
const planned = Array.from({ length: WEBHOOKS }, () => webhooks.next().value)

const entry = ({ callSid, identity, told }: PlannedWebhook, number: number, outcome: BookEntry['outcome'] = 'acknowledged'): BookEntry => ({
  number,
  callSid,
  identity,
  told,
  sentAt: 0,
  outcome,
  answers: [],
  tookMs: 1,
})

describe("the oracle's three comparisons", () => {
  let database: TestDatabase
  let pool: Pool
  let db: pg.Client
  beforeAll(async () => {
    database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
    db = new pg.Client({ connectionString: database.databaseUrl })
    await db.connect()
    const log = logOf(planned.map(observed))
    await beginPositions(pool, { topic: OBSERVATIONS_TOPIC, positions: new Map([[0, 0n]]), epoch: EPOCH, logClusterId: 'a-log' })
    for (let from = 0n; from < BigInt(WEBHOOKS); ) {
      const records = (await log.read(OBSERVATIONS_TOPIC, new Map([[0, from]]), { maxBytes: 1, maxWaitMs: 1 })).get(0) as readonly StoredRecord[]
      const batch = readRecords(0, from, records)
      if (batch === null) throw new Error('nothing was read')
      expect(await projectBatch(pool, { topic: OBSERVATIONS_TOPIC, epoch: EPOCH, publish: false }, batch)).toMatchObject({ outcome: 'advanced' })
      from = batch.to
    }
  })
  afterAll(async () => {
    await db?.end()
    await pool?.end()
    await database?.drop()
  })
  beforeEach(async () => void (await db.query('ROLLBACK; BEGIN')))

  const check = (entries: readonly BookEntry[]) => checkBooks(entries, foldLog(logOf(planned.map(observed))), toldCalls(), db)
  const all = planned.map((one, number) => entry(one, number))
  const findings = async () => (await check(all)).findings
  /** A call of which this field was told. */
  const toldOf = (field: 'durationSeconds' | 'conversationSeconds' | 'recordingUrl' | 'endedAt') => planned.find(({ told }) => told[field] !== undefined)?.callSid ?? ''

  it('find nothing where all is held as it was told, field by field', async () => {
    const { findings, truth } = await check(all)
    expect(findings).toEqual([])
    const fields = new Set(planned.flatMap(({ callSid, told }) => Object.keys(told).map((field) => `${callSid} ${field}`)))
    expect(truth).toEqual({ calls: new Set(planned.map(({ callSid }) => callSid)).size, fields: fields.size })
    expect(truth.fields).toBeGreaterThan(WEBHOOKS)
  })

  // The digest is as it was: as when a reader misread it, and the oracle's own fold with it.
  it.each([
    ['durationSeconds', 'duration_seconds = duration_seconds + 1'],
    ['conversationSeconds', 'conversation_seconds = conversation_seconds + 1'],
    ['recordingUrl', 'recording_url = NULL'],
    ['endedAt', "ended_at = ended_at + interval '5 hours 30 minutes'"],
  ] as const)('find a %s that is not what was told, though the digest is that of the fold', async (field, wrong) => {
    await db.query(`UPDATE projection.calls SET ${wrong} WHERE call_sid = $1`, [toldOf(field)])
    expect(await findings()).toEqual([expect.stringMatching(new RegExp(`^call ${toldOf(field)} ${field}: .+, told was `))])
  })

  it('find a field that nobody told', async () => {
    await db.query(`UPDATE projection.calls SET price = 0.45 WHERE call_sid = $1`, [toldOf('endedAt')])
    expect(await findings()).toEqual([`call ${toldOf('endedAt')} price: 0.45, told was null`])
  })

  it('find a digest that is not that of the fold', async () => {
    await db.query(`UPDATE projection.calls SET digest = '\\x00' WHERE call_sid = $1`, [toldOf('endedAt')])
    expect(await findings()).toEqual([`call ${toldOf('endedAt')} is projected otherwise than the log tells`])
  })

  it('find a call that is gone, a webhook that is not in the log, and a record that is folded twice', async () => {
    const callSid = toldOf('endedAt')
    await db.query('DELETE FROM projection.calls WHERE call_sid = $1', [callSid])
    await db.query(
      `INSERT INTO projection.observations (partition, log_offset, account, surface, source, received_at, ce_id, payload_sha256, outcome)
       SELECT partition, log_offset, account, surface, source, received_at + interval '1 second', ce_id, payload_sha256, outcome FROM projection.observations LIMIT 1`,
    )
    const found = (await check([...all, { ...entry(planned[0] as PlannedWebhook, WEBHOOKS), identity: 'lost' }])).findings
    expect(found).toEqual(
      expect.arrayContaining([
        `webhook ${WEBHOOKS} of call ${planned[0]?.callSid} was acknowledged and is not in the log`,
        `call ${callSid} is in the log and not in the projection`,
        `call ${callSid} is not projected, though a webhook of it was acknowledged`,
        `the log has ${WEBHOOKS} records and the projection ${WEBHOOKS + 1} observations`,
      ]),
    )
  })

  it('let a webhook that was given up have arrived or not', async () => {
    const [last] = planned.filter(({ told }) => told.durationSeconds !== undefined)
    const given = planned.map((one, number) => entry(one, number, one === last ? 'given-up' : 'acknowledged'))
    expect((await check(given)).findings).toEqual([])
    const others = planned.filter(({ callSid }) => callSid === last?.callSid).length
    expect(others).toBe(1)
    await db.query('UPDATE projection.calls SET duration_seconds = NULL WHERE call_sid = $1', [last?.callSid])
    expect((await check(given)).findings).toEqual([])
  })

  it('take nothing for a status of a call whose end was told but `in-progress`', async () => {
    const ended = planned
      .filter(({ told }) => told.status === 'in-progress')
      .find(({ callSid }) => planned.some((one) => one.callSid === callSid && one.told.endedAt !== undefined))
    await db.query("UPDATE projection.calls SET status = 'in-progress' WHERE call_sid = $1", [ended?.callSid])
    expect(await findings()).toEqual([expect.stringMatching(`^call ${ended?.callSid} status: "in-progress", told was `)])
  })
})
