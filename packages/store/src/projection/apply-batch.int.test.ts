/** One batch is written whole or not at all, by the partition's owner alone, and what is read back is what was given. */
import { createHash } from 'node:crypto'
import { conflictsOf } from '@rollcall/domain/call/conflicts'
import { FIELDS, type Field, SOURCES } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import { type CallRecord, fieldOf, isVerified, type Milestone } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'
import { arbitraryFacts } from '@rollcall/domain/testing/arbitrary-facts'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { aBatch, aDeadLetter, anObservation, aRecord, aWrite, TOPIC } from '../testing/a-batch.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import '../testing/provided-context.ts'
import { applyBatch } from './apply-batch.ts'
import type { DeadLetterRow, ObservationRow } from './batch.ts'
import { beginPositions } from './begin-positions.ts'
import { readStates } from './read-states.ts'

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

const empty = async (): Promise<void> => {
  await pool.query('TRUNCATE calls, observations, dead_letters, outbox, projection_positions')
  const positions = new Map([0, 1].map((partition) => [partition, 0n]))
  await beginPositions(pool, { topic: TOPIC, positions, epoch: 1n, logClusterId: 'log' })
}
beforeEach(empty)

const counts = async () => {
  const { rows } = await pool.query(
    'SELECT (SELECT count(*)::int FROM calls) AS calls, (SELECT count(*)::int FROM observations) AS observations, (SELECT count(*)::int FROM dead_letters) AS dead, (SELECT count(*)::int FROM outbox) AS outbox, (SELECT next_offset FROM projection_positions WHERE partition = 0) AS next',
  )
  return rows[0]
}
const NOTHING = { calls: 0, observations: 0, dead: 0, outbox: 0, next: 0n }
const FULL = aBatch({ calls: [aWrite('c1')], observations: [anObservation(0n)], deadLetters: [aDeadLetter(0n)] })

describe('a batch', () => {
  it('is written whole: calls, observations, dead letters, outbox, position', async () => {
    expect(await applyBatch(pool, FULL)).toBe('advanced')
    expect(await counts()).toEqual({ calls: 1, observations: 1, dead: 1, outbox: 1, next: 1n })
  })

  it('of a former owner is fenced and changes nothing', async () => {
    expect(await applyBatch(pool, { ...FULL, epoch: 0n })).toBe('fenced')
    expect(await counts()).toEqual(NOTHING)
  })

  it('that begins elsewhere than the position stands is behind and changes nothing', async () => {
    expect(await applyBatch(pool, { ...FULL, from: 5n, to: 6n })).toBe('behind')
    expect(await counts()).toEqual(NOTHING)
  })

  it('a second time is behind: nothing counts twice', async () => {
    await applyBatch(pool, FULL)
    expect(await applyBatch(pool, FULL)).toBe('behind')
    expect(await counts()).toMatchObject({ observations: 1, outbox: 1, next: 1n })
  })

  it('over a call that has changed since it was read has lost the race and changes nothing', async () => {
    await applyBatch(pool, aBatch({ calls: [aWrite('c1')] }))
    const stale = { ...FULL, from: 1n, to: 2n, calls: [aWrite('c0'), aWrite('c1')], observations: [anObservation(1n)], deadLetters: [] }
    expect(await applyBatch(pool, stale)).toBe('raced')
    expect(await counts()).toEqual({ calls: 1, observations: 0, dead: 0, outbox: 1, next: 1n })
  })

  it('of which Postgres refuses one row changes nothing', async () => {
    await expect(applyBatch(pool, { ...FULL, observations: [anObservation(0n), anObservation(1n, { ceId: 'a\0b' })] })).rejects.toMatchObject({ code: '22021' })
    expect(await counts()).toEqual(NOTHING)
  })

  it('in flight keeps a new owner out until it has ended; the new owner then fences what comes after', async () => {
    const claim = await pool.connect()
    try {
      await claim.query('BEGIN')
      await claim.query('UPDATE projection_positions SET epoch = 2 WHERE partition = 0')
      const zombie = applyBatch(pool, FULL)
      await claim.query('COMMIT')
      expect(await zombie).toBe('fenced')
    } finally {
      claim.release()
    }
    expect(await counts()).toEqual(NOTHING)
  })

  it('that is folded again for a rebuild is not published', async () => {
    await applyBatch(pool, FULL, { publish: false })
    expect(await counts()).toMatchObject({ calls: 1, outbox: 0 })
  })

  it.each([1, 2])('of both partitions with the same calls cannot deadlock (%i)', async () => {
    const calls = Array.from({ length: 200 }, (_, nth) => aWrite(`c${nth}`))
    const outcomes = await Promise.all([applyBatch(pool, aBatch({ calls })), applyBatch(pool, aBatch({ partition: 1, calls: calls.toReversed() }))])
    expect(outcomes.toSorted()).toEqual(['advanced', 'raced'])
  })
})

/** Whole characters, without NUL: what the readers let through. */
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((value) => value.replaceAll('\0', ''))
const key = fc.string({ unit: fc.constantFrom(...'aZ09-_.~|"\\{},'), minLength: 1, maxLength: 64 })
const instant = fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }).map((date) => date.getTime())
const written: fc.Arbitrary<CallRecord> = fc
  .tuple(
    key,
    fc.array(arbitraryFacts, { minLength: 1, maxLength: 4 }),
    fc.dictionary(fc.constantFrom('customField', 'callerName', 'answeredBy', 'forwardedFrom', 'parentCallSid'), text),
  )
  .map(
    ([callSid, facts, texts]) =>
      merge(
        null,
        facts.map((fact) => ({ ...fact, callSid, values: { ...fact.values, ...texts } })),
      ) as CallRecord,
  )
const calls = fc.uniqueArray(written, { selector: (record) => record.callSid, maxLength: 15 })
const observation: fc.Arbitrary<ObservationRow> = fc.record({
  logOffset: fc.constant(0n),
  account: key,
  callSid: fc.option(key),
  surface: text,
  event: fc.option(text),
  source: text,
  receivedAt: instant,
  ceId: text,
  payloadSha256: text,
  scanId: fc.option(text),
  outcome: fc.constantFrom('facts' as const, 'no-call' as const, 'dead-letter' as const),
  facts: fc.option(fc.dictionary(text, text).map((facts) => JSON.stringify(facts))),
  exceptions: fc.option(fc.dictionary(text, text).map((exception) => JSON.stringify([exception]))),
})
const letter: fc.Arbitrary<DeadLetterRow> = fc.record({
  logOffset: fc.constant(0n),
  account: fc.option(text),
  surface: fc.option(text),
  reason: text,
  headers: fc.dictionary(text, text),
  payload: fc.uint8Array(),
  receivedAt: instant,
})
const numbered = <T>(rows: readonly T[]): (T & { logOffset: bigint })[] => rows.map((row, nth) => ({ ...row, logOffset: BigInt(nth) * 1_000_000_000_000n }))

const TEXT_COLUMNS: Readonly<Record<string, Field>> = {
  status: 'status',
  direction: 'direction',
  from_number: 'from',
  to_number: 'to',
  exophone: 'exophone',
  leg1_status: 'leg1Status',
  leg2_status: 'leg2Status',
  answered_by: 'answeredBy',
  recording_url: 'recordingUrl',
  custom_field: 'customField',
  parent_call_sid: 'parentCallSid',
  forwarded_from: 'forwardedFrom',
  caller_name: 'callerName',
}
const TIME_COLUMNS: Readonly<Record<string, Field>> = { created_at: 'createdAt', started_at: 'startedAt', ended_at: 'endedAt' }
const DECIMAL_COLUMNS: Readonly<Record<string, Field>> = {
  duration_seconds: 'durationSeconds',
  conversation_seconds: 'conversationSeconds',
  price: 'price',
  leg1_seconds: 'leg1Seconds',
  leg2_seconds: 'leg2Seconds',
}
const columns = <T>(names: Readonly<Record<string, Field>>, record: CallRecord, as: (value: string) => T) =>
  Object.entries(names).map(([column, field]) => [column, fieldOf(record, field) === null ? null : as(fieldOf(record, field) as string)])
/** Where what was told of its creation is of two windows, which begin at each fifth minute. */
const createdLatest = (told: { readonly low: string; readonly high: string } | undefined): Date | null =>
  told === undefined || Math.floor(Date.parse(told.low) / 300_000) === Math.floor(Date.parse(told.high) / 300_000) ? null : new Date(told.high)
const rowOf = (record: CallRecord) => ({
  account: record.account,
  call_sid: record.callSid,
  ...Object.fromEntries([...columns(TEXT_COLUMNS, record, String), ...columns(TIME_COLUMNS, record, (value) => new Date(value)), ...columns(DECIMAL_COLUMNS, record, String)]),
  verified: isVerified(record),
  first_webhook_at: record.firstSeen.webhook === undefined ? null : new Date(record.firstSeen.webhook),
  first_api_at: firstApi(record),
  created_latest: createdLatest(record.spreads.createdAt),
  listed_at: record.firstSeen.poll === undefined ? null : new Date(record.firstSeen.poll),
  ...toldColumns('ended', record.told.ended),
  ...toldColumns('recording', record.told.recorded),
  conflicts: conflictsOf(record).map(({ kind, field }) => `${kind}:${field}`),
  state: JSON.parse(canonicalState(record)),
  digest: createHash('sha256').update(canonicalState(record)).digest(),
  version: 1n,
})
/** The earliest of all sources, and whose it is. */
const toldColumns = (name: string, by: CallRecord['told'][Milestone] = {}) => {
  const at = Math.min(...Object.values(by))
  return { [`${name}_told_at`]: Number.isFinite(at) ? new Date(at) : null, [`${name}_told_by`]: SOURCES.find((source) => by[source] === at) ?? null }
}
const firstApi = ({ firstSeen: { poll, lookup } }: CallRecord): Date | null => {
  const times = [poll, lookup].filter((at) => at !== undefined)
  return times.length === 0 ? null : new Date(Math.min(...times))
}
const byOffset = (table: string) => pool.query(`SELECT * FROM ${table} ORDER BY log_offset`).then(({ rows }) => rows)

describe('every column', () => {
  it('covers every field of a call', () => {
    expect([TEXT_COLUMNS, TIME_COLUMNS, DECIMAL_COLUMNS].flatMap((names) => Object.values(names)).sort()).toEqual([...FIELDS].sort())
  })

  it('comes back as it was given: null, empty, any script, any number', async () => {
    await fc.assert(
      fc.asyncProperty(
        calls,
        fc.array(observation, { maxLength: 10 }).map(numbered),
        fc.array(letter, { maxLength: 10 }).map(numbered),
        async (records, observations, deadLetters) => {
          await empty()
          const writes = records.map((record, nth) => aWrite(record.callSid, { record, changed: nth % 2 === 0 ? ['status', 'verified', 'conflicts'] : [], logOffset: BigInt(nth) }))
          expect(await applyBatch(pool, aBatch({ calls: writes, observations, deadLetters, lastRecordSha256: 'cd' }))).toBe('advanced')

          const held = await pool.query('SELECT * FROM calls')
          const expected = new Map(records.map((record) => [record.callSid, rowOf(record)]))
          expect(new Map(held.rows.map((row) => [row.call_sid, row]))).toEqual(expected)
          expect(await readStates(pool, records)).toEqual(new Map(records.map((record) => [`acme|${record.callSid}`, { record, version: 1n }])))
          expect(await byOffset('observations')).toEqual(
            observations.map(({ logOffset, callSid, receivedAt, ceId, payloadSha256, scanId, facts, exceptions, ...row }) => ({
              ...row,
              partition: 0,
              log_offset: logOffset,
              call_sid: callSid,
              received_at: new Date(receivedAt),
              ce_id: ceId,
              payload_sha256: payloadSha256,
              scan_id: scanId,
              facts: facts === null ? null : JSON.parse(facts),
              exceptions: exceptions === null ? null : JSON.parse(exceptions),
            })),
          )
          expect(await byOffset('dead_letters')).toEqual(
            deadLetters.map(({ logOffset, receivedAt, payload, ...row }) => ({
              ...row,
              partition: 0,
              log_offset: logOffset,
              received_at: new Date(receivedAt),
              payload: Buffer.from(payload),
            })),
          )
          expect((await pool.query('SELECT call_sid, version, changed, log_offset FROM outbox ORDER BY id')).rows).toEqual(
            writes.map(({ record, changed, logOffset }) => ({ call_sid: record.callSid, version: 1n, changed, log_offset: logOffset })),
          )
          expect((await pool.query('SELECT last_record_sha256 FROM projection_positions WHERE partition = 0')).rows).toEqual([{ last_record_sha256: 'cd' }])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('of a dead letter holds what Postgres can hold of it', async () => {
    const unstorable = 'a\0b\ud800c'
    const row = aDeadLetter(0n, { account: unstorable, surface: unstorable, reason: unstorable, headers: { [unstorable]: unstorable }, payload: Buffer.of(0, 255) })
    await applyBatch(pool, aBatch({ deadLetters: [row] }))
    const kept = 'a\ufffdb\ufffdc'
    expect(await byOffset('dead_letters')).toMatchObject([{ account: kept, surface: kept, reason: kept, headers: { [kept]: kept }, payload: Buffer.of(0, 255) }])
  })

  it('keeps a decimal exact', async () => {
    const price = '12345678901234567890.123456789012345678'
    await applyBatch(pool, aBatch({ calls: [aWrite('c1', { record: aRecord('c1', { values: { price } }) })] }))
    expect((await pool.query('SELECT price FROM calls')).rows).toEqual([{ price }])
  })
})
