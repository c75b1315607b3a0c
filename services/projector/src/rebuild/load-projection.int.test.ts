/** What a rebuild loads is, row for row, what a projector writes: whatever the log says, wherever loading ends, however few calls are held. */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { LogRecord } from '@rollcall/event-log/event-log'
import type { Connection, Pool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { makeRebuildSchema, REBUILD_SCHEMA } from '@rollcall/store/rebuild/rebuild-schema'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNT, apiRow, delivery, RECEIVED_AT, traffic, withHeaders } from '../testing/call-records.ts'
import { createWorld, type World } from '../testing/world.ts'
import { EPOCH, foldTo, type Positions } from './fold-to.ts'
import { loadHere } from './load-here.ts'
import { type LoadSpans, loadProjection } from './load-projection.ts'
import { openRebuildPool } from './open-rebuild-pool.ts'
import { newToldBefore, toldBeforeMemory } from './told-before.ts'

let world: World
let shadow: Pool
let holder: Connection
beforeEach(async () => {
  world = await createWorld('embedded')
  shadow = openRebuildPool(world.databaseUrl, { applicationName: 'rollcall-test', max: 4 })
  holder = await world.pool.connect()
})
afterEach(async () => {
  holder?.release()
  await shadow?.end()
  await world?.close()
})

const callSid = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const at = fc.integer({ min: 0, max: 40 * 86_400 }).map((seconds) => ({ receivedAt: RECEIVED_AT + seconds * 1_000 }))
const told = fc.record({
  Status: fc.constantFrom('queued', 'in-progress', 'completed', 'busy', 'never heard of'),
  Duration: fc.constantFrom('', '0', '7', '0042', '12.50', 'long'),
  Price: fc.constantFrom('', '0.00', '1.2500', '-3'),
  From: fc.constantFrom('', '09000000001', 'नमस्ते'),
  DateUpdated: fc.integer({ min: 0, max: 59 }).map((second) => `2026-01-01 00:00:${String(second).padStart(2, '0')}`),
  CustomField: fc.constantFrom('', 'x', '☎'.repeat(50), '\ud800', 'a\u0000b'),
  RecordingUrl: fc.constantFrom('', 'https://recordings.example.com/a.mp3?token=1'),
})
const record: fc.Arbitrary<LogRecord> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(callSid, told, at).map((of) => delivery(...of)) },
  { weight: 3, arbitrary: fc.tuple(callSid, told, at).map((of) => apiRow(...of)) },
  // The same call in another partition: nobody could read the CallSid before the log.
  {
    weight: 2,
    arbitrary: fc.tuple(callSid, told, at, fc.integer({ min: 0, max: 20 })).map(([sid, fields, changes, key]) => ({ ...delivery(sid, fields, changes), key: `elsewhere-${key}` })),
  },
  { weight: 1, arbitrary: callSid.map((sid) => withHeaders(delivery(sid), { ce_type: 'com.example.other' })) },
  { weight: 1, arbitrary: callSid.map((sid) => withHeaders(delivery(sid), { ce_subject: 'no\0sid' })) },
  { weight: 1, arbitrary: at.map((changes) => delivery('probe', {}, { ...changes, payload: Buffer.of() })) },
  {
    weight: 1,
    arbitrary: fc.tuple(callSid, fc.constantFrom('queued', 'sent', 'failed'), at).map(([sid, status, changes]) => smsStatus(sid, status, changes)),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('OK', 'FAIL'), at).map(([state, changes]) => heartbeat(state, changes)) },
)
const asSurface = (surface: string, body: object, changes: { readonly receivedAt: number }): LogRecord => ({
  ...withHeaders(delivery('unused', {}, { ...changes, payload: Buffer.from(JSON.stringify(body)), callSid: null }), {
    ce_type: `com.rollcall.observation.${surface}`,
    ce_surface: surface,
  }),
  key: `${ACCOUNT}|${surface}`,
})
const smsStatus = (sid: string, status: string, changes: { readonly receivedAt: number }) => asSurface('sms', { SmsSid: sid, Status: status, To: '09000000001' }, changes)
const heartbeat = (state: string, changes: { readonly receivedAt: number }) =>
  asSurface('heartbeat', { timestamp: '2026-01-01T00:00:00Z', status_type: state, incoming_affected: null, outgoing_affected: null }, changes)

/** Without the version of a call, which counts in how many batches it changed, and without what only an owner writes. */
const CONTENTS: Readonly<Record<string, string>> = {
  calls: `to_jsonb(t) - 'version'`,
  observations: 'to_jsonb(t)',
  dead_letters: 'to_jsonb(t)',
  heartbeats: 'to_jsonb(t)',
  sms_statuses: 'to_jsonb(t)',
  projection_positions: `to_jsonb(t) - 'epoch' - 'owner' - 'lease_until'`,
}
const contentsOf = async (schema: string) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(CONTENTS).map(async ([table, contents]) => {
        const { rows } = await world.pool.query<{ row: string }>(`SELECT (${contents})::text AS row FROM ${schema}.${table} t ORDER BY 1`)
        return [table, rows.map(({ row }) => row)] as const
      }),
    ),
  )
const indexesOf = async (schema: string) => {
  const { rows } = await world.pool.query<{ definition: string }>(
    `SELECT replace(pg_get_indexdef(indexrelid), '${schema}.', '') AS definition FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = '${schema}'::regnamespace ORDER BY 1`,
  )
  return rows.map(({ definition }) => definition)
}

const starts = async (): Promise<Positions> => new Map([...(await world.log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { low }]) => [partition, low]))
const ends = async (): Promise<Positions> => new Map([...(await world.log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { next }]) => [partition, next]))
const begin = async (pool: Pool): Promise<Positions> => {
  const positions = await starts()
  await beginPositions(pool, { topic: OBSERVATIONS_TOPIC, positions, epoch: EPOCH, logClusterId: 'log' })
  return positions
}
/** As a projector does, in batches that end at each of these. */
const project = async (...cuts: readonly Positions[]): Promise<void> => {
  const positions = await begin(world.pool)
  for (const cut of [...cuts, await ends()]) await foldTo(world.log, world.pool, positions, cut)
}
const nothing = async (): Promise<void> => {}
const rebuild = async (cut: Positions, heldBytesMax: number, before: () => Promise<unknown> = nothing, after: () => Promise<unknown> = nothing) => {
  await makeRebuildSchema(holder, world.databaseUrl)
  const positions = await begin(shadow)
  await before()
  const loadAll = loadHere({ log: world.log, pool: shadow, toldBefore: newToldBefore(toldBeforeMemory()), heldBytesMax, keepVersions: false, signal: new AbortController().signal })
  let fellBack = false
  const load: LoadSpans = (spans) =>
    loadAll(spans)
      .catch((error: unknown) => {
        fellBack = true
        throw error
      })
      .finally(after)
  await loadProjection(holder, shadow, load, { positions, target: cut, kept: false })
  const loadedTo = new Map(positions)
  await foldTo(world.log, shadow, positions, await ends())
  return { fellBack, loadedTo }
}

describe('a rebuild', () => {
  it('holds row for row what a projector wrote, under the same indexes', async () => {
    let nth = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 60, size: 'max' }),
        fc.tuple(fc.constantFrom(0, 0.3, 0.7), fc.constantFrom(0.5, 0.9, 1, 1)),
        fc.constantFrom(0, 1_000, 9_000, 1e8),
        async (records, shares, heldBytesMax) => {
          world.namespace.current = `history-${nth++}`
          await world.log.ensureTopics([{ name: OBSERVATIONS_TOPIC, partitions: 3, cleanup: 'delete' }])
          await world.append(records)
          await world.pool.query(`TRUNCATE ${Object.keys(CONTENTS).join(', ')}, outbox`)
          const end = await ends()
          const [one, two] = shares.map((share) => new Map([...end].map(([partition, next]) => [partition, BigInt(Math.round(Number(next) * share))]))) as [Positions, Positions]
          await project(one)
          // Not a record further: what the live projection has not folded yet cannot be compared with it.
          expect(await rebuild(two, heldBytesMax)).toEqual({ fellBack: false, loadedTo: two })
          expect(await contentsOf(REBUILD_SCHEMA)).toEqual(await contentsOf('projection'))
          expect(await indexesOf(REBUILD_SCHEMA)).toEqual(await indexesOf('projection'))
        },
      ),
      { numRuns: 15 },
    )
  })

  it('is not logged by Postgres where it is thrown away', async () => {
    await world.append(traffic(3))
    await rebuild(await ends(), 1e8)
    const { rows } = await world.pool.query(
      `SELECT DISTINCT relpersistence FROM unnest(ARRAY['calls', 'observations']) AS name, pg_partition_tree('${REBUILD_SCHEMA}.' || name) JOIN pg_class ON oid = relid WHERE isleaf`,
    )
    expect(rows).toEqual([{ relpersistence: 'u' }])
  })

  it('finds the record that Postgres refuses, as a projector does', async () => {
    const refuse = (schema: string) =>
      world.pool.query(`
        CREATE FUNCTION ${schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.ce_id = 'refused' THEN RAISE EXCEPTION 'cannot hold this' USING ERRCODE = '22021'; END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON ${schema}.observations FOR EACH ROW EXECUTE FUNCTION ${schema}.refuse()`)
    await world.append([...traffic(20), withHeaders(delivery('call-7', { Price: '9' }), { ce_id: 'refused' })])
    await refuse('projection')
    await project()
    expect(await rebuild(await ends(), 1e8, () => refuse(REBUILD_SCHEMA))).toMatchObject({ fellBack: true })
    const contents = await contentsOf('projection')
    expect(contents.dead_letters?.length).toBe(1)
    expect(await contentsOf(REBUILD_SCHEMA)).toEqual(contents)
  })

  it('begins again as a projector where a merge is refused when the indexes are there', async () => {
    // The same call in many partitions: when the second of them is loaded, it was written by the first.
    await world.append([...traffic(5), ...Array.from({ length: 20 }, (_, nth) => ({ ...delivery('everywhere', { Duration: String(nth) }), key: `elsewhere-${nth}` }))])
    await project()
    // Only while it loads: a projector that folds the same once more is not refused.
    const refuse = () =>
      world.pool.query(`
        CREATE FUNCTION ${REBUILD_SCHEMA}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF to_regclass('${REBUILD_SCHEMA}.calls_told_again') IS NOT NULL THEN RAISE EXCEPTION 'cannot hold this' USING ERRCODE = '22021'; END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER refuse BEFORE UPDATE ON ${REBUILD_SCHEMA}.calls FOR EACH ROW EXECUTE FUNCTION ${REBUILD_SCHEMA}.refuse()`)
    expect(await rebuild(await ends(), 0, refuse)).toEqual({ fellBack: false, loadedTo: await starts() })
    expect(await contentsOf(REBUILD_SCHEMA)).toEqual(await contentsOf('projection'))
    expect(await indexesOf(REBUILD_SCHEMA)).toEqual(await indexesOf('projection'))
  })

  it.each([
    ['at its end', 1],
    ['in its middle', 4_000],
  ])('has nothing under way when a part of it has failed %s', async (_, calls) => {
    world.namespace.current = 'one-partition'
    await world.log.ensureTopics([{ name: OBSERVATIONS_TOPIC, partitions: 1, cleanup: 'delete' }])
    await world.append(traffic(calls))
    const slowly = () =>
      world.pool.query(`
        CREATE FUNCTION ${REBUILD_SCHEMA}.slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$;
        CREATE TRIGGER slowly BEFORE INSERT ON ${REBUILD_SCHEMA}.observations FOR EACH STATEMENT EXECUTE FUNCTION ${REBUILD_SCHEMA}.slowly();
        CREATE FUNCTION ${REBUILD_SCHEMA}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cannot hold this' USING ERRCODE = '0A000'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON ${REBUILD_SCHEMA}.calls FOR EACH ROW EXECUTE FUNCTION ${REBUILD_SCHEMA}.refuse()`)
    let underWay: number | undefined
    const count = async (): Promise<void> => {
      const { rows } = await world.pool.query<{ copies: number }>(
        `SELECT count(*)::int AS copies FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'COPY%'`,
      )
      underWay = rows[0]?.copies
    }
    await expect(rebuild(await ends(), 0, slowly, count)).rejects.toThrow('cannot hold this')
    expect(underWay).toBe(0)
  })

  it('ends where somebody else has moved its positions', async () => {
    await world.append(traffic(1))
    const move = () => shadow.query('UPDATE projection_positions SET epoch = epoch + 1')
    await expect(rebuild(await ends(), 1e8, nothing, move)).rejects.toThrow('written by somebody else (fenced)')
  })
})
