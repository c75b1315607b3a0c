import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Observation } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { anObservation } from '@rollcall/exotel/testing/an-observation'
import { createPool, type Pool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { projectionDigest } from '@rollcall/store/projection/projection-digest'
import { applyReplay } from '@rollcall/store/quarantine/apply-replay'
import { lockLivePositions } from '@rollcall/store/rebuild/rebuild-schema'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { foldBatch } from './fold-batch.ts'
import { projectBatch } from './project-batch.ts'
import { asDeadLetters, readRecords } from './read-records.ts'
import { type LetterReplay, replayDeadLetters } from './replay-dead-letters.ts'
import { namespacedLog } from './testing/namespaced-log.ts'
import './testing/provided-context.ts'
import { until } from './testing/until.ts'

const NEVER = new AbortController().signal
const TABLES = ['calls', 'observations', 'dead_letters', 'heartbeats', 'sms_statuses', 'outbox', 'projection_positions']
const OPTIONS = { topic: OBSERVATIONS_TOPIC, epoch: 1n, publish: true }

let database: TestDatabase
let pool: Pool
let directory: string
let log: EventLog

beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 4 })
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

/** Without Kafka only the embedded log is there; where CI is set, the set-up itself fails instead. */
const LOGS = inject('kafkaBrokers') === '' ? (['embedded'] as const) : (['embedded', 'kafka'] as const)

const openLog = async (kind: (typeof LOGS)[number]): Promise<EventLog> => {
  if (kind === 'embedded') return openEmbeddedEventLog({ directory })
  const namespace = `replay-${randomBytes(4).toString('hex')}`
  return namespacedLog(await openEventLog({ kafkaBrokers: inject('kafkaBrokers').split(','), clientId: 'replay-test' }), () => namespace)
}

const webhook = (callSid: string, fields: Readonly<Record<string, unknown>>): Observation => {
  const payload = Buffer.from(JSON.stringify({ CallSid: callSid, ...fields }))
  return anObservation({ callSid, payload, payloadSha256: createHash('sha256').update(payload).digest('hex') })
}
const append = async (...observations: readonly Observation[]): Promise<void> => log.append(OBSERVATIONS_TOPIC, observations.map(toLogRecord), { deadlineMs: 5_000 })

/** Folds the whole log anew; what `isLost` picks as a projector would that could not read it. */
const project = async (isLost: (record: StoredRecord) => boolean = () => false): Promise<void> => {
  await pool.query(`TRUNCATE ${TABLES.join(', ')}`)
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  await beginPositions(pool, { topic: OBSERVATIONS_TOPIC, positions: new Map([...bounds].map(([partition]) => [partition, 0n])), epoch: 1n, logClusterId: 'test' })
  const from = new Map([...bounds].filter(([, { next }]) => next > 0n).map(([partition]) => [partition, 0n]))
  while (from.size > 0)
    for (const [partition, records] of await log.read(OBSERVATIONS_TOPIC, from, { maxBytes: 4_000_000, maxWaitMs: 1_000 })) {
      for (const record of records) {
        const batch = readRecords(partition, record.offset, [record])
        if (batch !== null) await projectBatch(pool, OPTIONS, isLost(record) ? asDeadLetters(batch, 'an older reader could not read it') : batch)
        from.set(partition, record.offset + 1n)
      }
      if (from.get(partition) === bounds.get(partition)?.next) from.delete(partition)
    }
}
const replay = async (choice: Parameters<typeof replayDeadLetters>[2] = {}): Promise<readonly LetterReplay[]> => {
  const letters: LetterReplay[] = []
  for await (const letter of replayDeadLetters(log, pool, choice, NEVER)) letters.push(letter)
  return letters
}
/** All that a projection holds and a person can see, versions and changes still to be published left out: they tell of the way it came about. */
const everything = async () => ({
  digest: (await projectionDigest(pool, 'projection')).digest,
  rows: await Promise.all(
    ['SELECT * FROM observations ORDER BY partition, log_offset', 'SELECT * FROM dead_letters', 'SELECT * FROM heartbeats', 'SELECT * FROM sms_statuses'].map(
      async (query) => (await pool.query(query)).rows,
    ),
  ),
})

const ANSWERED = webhook('call-1', { EventType: 'answered', Status: 'in-progress', From: '09000000001' })
const TERMINAL = webhook('call-1', { EventType: 'terminal', Status: 'completed', ConversationDuration: 12 })
const ALONE = webhook('call-2', { Status: 'busy' })
const HEARTBEAT = anObservation({ surface: 'heartbeat', payload: '{"timestamp":"2026-01-31T04:00:00Z","status_type":"OK"}', payloadSha256: 'h' })
const SMS = anObservation({ surface: 'sms', payload: '{"SmsSid":"sms-1","Status":"sent"}', payloadSha256: 's' })

describe.each(LOGS)('on the %s log', (kind) => {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-replay-'))
    log = await openLog(kind)
    await log.ensureTopics(TOPICS)
  })
  afterEach(async () => {
    await log.close()
    await rm(directory, { recursive: true, force: true })
  })

  describe('dead letters that can be read after all', () => {
    it('give what they would have given had they been read when they came', async () => {
      await append(ANSWERED, TERMINAL, ALONE, HEARTBEAT, SMS)
      await project()
      const expected = await everything()
      await project((record) => record.value.length !== ANSWERED.payload.length)
      expect((await everything()).digest).not.toBe(expected.digest)

      const letters = await replay()
      expect(letters.map(({ outcome }) => outcome).sort()).toEqual(['no-call', 'no-call', 'replayed', 'replayed'])
      expect(await everything()).toEqual(expected)
      expect(await replay()).toEqual([])
    })

    it('are published like any other change', async () => {
      await append(TERMINAL)
      await project(() => true)
      expect((await pool.query('SELECT FROM outbox')).rowCount).toBe(0)
      await replay()
      const { rows } = await pool.query('SELECT account, call_sid, version::int FROM outbox')
      expect(rows).toEqual([{ account: 'acme', call_sid: 'call-1', version: 1 }])
    })

    it('have the day of their call counted anew, which no scan may look at any more', async () => {
      await pool.query('DELETE FROM rollcall.day_measures')
      await pool.query(`INSERT INTO rollcall.day_measures (account, day, measured_at, measures) VALUES ('acme', '2026-01-31', now(), '{}'), ('acme', '2026-01-30', now(), '{}')`)
      await append(webhook('call-3', { EventType: 'terminal', Status: 'completed', DateCreated: '2026-01-31 00:00:00' }))
      await project(() => true)
      await replay()
      const { rows } = await pool.query('SELECT day::text, changes::int FROM rollcall.day_measures ORDER BY day')
      expect(rows).toEqual([
        { day: '2026-01-30', changes: 0 },
        { day: '2026-01-31', changes: 1 },
      ])
    })

    it('may be chosen by account, by reason and by name', async () => {
      await append(TERMINAL, ALONE)
      await project(() => true)
      expect(await replay({ account: 'other' })).toEqual([])
      expect(await replay({ reason: 'no such reason' })).toEqual([])
      const { rows } = await pool.query('SELECT partition, log_offset FROM dead_letters ORDER BY partition, log_offset')
      const places = [{ partition: rows[0]?.partition as number, logOffset: rows[0]?.log_offset as bigint }]
      expect(await replay({ places, account: 'other' })).toEqual([])
      expect(await replay({ places, reason: 'AN OLDER' })).toHaveLength(1)
      expect(await replay({})).toHaveLength(1)
    })

    it('are folded again when a projector changes their call meanwhile', async () => {
      await append(ANSWERED, TERMINAL)
      await project()
      const expected = await everything()
      await project((record) => record.value.length === TERMINAL.payload.length)
      const [{ partition, log_offset: logOffset } = { partition: 0, log_offset: 0n }] = (
        await pool.query<{ partition: number; log_offset: bigint }>('SELECT partition, log_offset FROM dead_letters')
      ).rows
      const record = (await log.read(OBSERVATIONS_TOPIC, new Map([[partition, logOffset]]), { maxBytes: 1, maxWaitMs: 5_000 })).get(partition)?.[0]
      const batch = readRecords(partition, logOffset, record === undefined ? [] : [record])
      if (batch === null) throw new Error('the letter is not in the log')
      // As it would be folded by one who had not seen the other observation.
      const stale = { partition, logOffset, calls: foldBatch(batch.calls, new Map()), observations: batch.observations, ...batch.notices }
      expect(await applyReplay(pool, stale)).toBe('raced')
      expect((await pool.query('SELECT FROM dead_letters')).rowCount).toBe(1)
      expect((await replay()).map(({ outcome }) => outcome)).toEqual(['replayed'])
      expect(await everything()).toEqual(expected)
    })

    it('are folded once when two replay them at the same time', async () => {
      await append(...Array.from({ length: 40 }, (_, nth) => webhook(`call-${nth % 4}`, { EventType: 'terminal', Status: 'completed', ConversationDuration: nth })))
      await project()
      const expected = await everything()
      await project((record) => record.offset % 2n === 0n)
      const letters = (await pool.query('SELECT FROM dead_letters')).rowCount
      const [first, second] = await Promise.all([replay(), replay()])
      const outcomes = [...first, ...second].map(({ outcome }) => outcome)
      expect(outcomes.filter((outcome) => outcome === 'replayed').length).toBe(letters)
      expect(outcomes.filter((outcome) => outcome !== 'replayed' && outcome !== 'gone')).toEqual([])
      expect(await everything()).toEqual(expected)
    })
  })

  it('waits for a rebuild that takes the projection’s place, and does not write into what is retired', async () => {
    await append(TERMINAL)
    await project(() => true)
    const rebuild = await pool.connect()
    try {
      await rebuild.query('BEGIN')
      await lockLivePositions(rebuild)
      const replaying = replay()
      await until('the replay waits', async () => (await rebuild.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = 'projection_positions'::regclass`)).rowCount === 1)
      expect((await rebuild.query('SELECT FROM dead_letters')).rowCount).toBe(1)
      await rebuild.query('COMMIT')
      expect((await replaying).map(({ outcome }) => outcome)).toEqual(['replayed'])
    } finally {
      rebuild.release()
    }
  })

  describe('dead letters that remain', () => {
    it('are those that still cannot be read; they say why not today', async () => {
      await append(anObservation({ payload: 'rubbish"' }))
      await project(() => true)
      const [letter] = await replay()
      expect(letter).toMatchObject({ outcome: 'unreadable' })
      const { rows } = await pool.query('SELECT reason FROM dead_letters')
      expect(rows).toEqual([{ reason: letter?.reason }])
      expect(letter?.reason).not.toContain('an older reader')
    })

    it('are those whose record the log does not hold: nothing is folded that the log would not give again', async () => {
      await append(TERMINAL)
      await project(() => true)
      await pool.query(`UPDATE dead_letters SET payload = '\\x00'`)
      expect((await replay()).map(({ outcome }) => outcome)).toEqual(['not-in-log'])
      await pool.query('UPDATE dead_letters SET log_offset = 4711')
      expect((await replay()).map(({ outcome }) => outcome)).toEqual(['not-in-log'])
      expect((await pool.query('SELECT FROM calls')).rowCount).toBe(0)
    })
  })
})
