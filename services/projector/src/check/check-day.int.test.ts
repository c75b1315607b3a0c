/** A day is folded from the log again: what is stored as the log has it is equal, and whatever a superuser changes is found and named. */
import { AuditEntry } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { DAY, HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import type { LogRecord } from '@rollcall/event-log/event-log'
import { readCheckStandings } from '@rollcall/store/check/day-checks'
import { COMPARED } from '@rollcall/store/check/day-rows'
import type { Connection } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { names } from '@rollcall/store/projection/column'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EPOCH, foldTo, type Positions } from '../rebuild/fold-to.ts'
import { replayDeadLetters } from '../replay-dead-letters.ts'
import { ACCOUNT, apiRow, delivery } from '../testing/call-records.ts'
import { createWorld, type World } from '../testing/world.ts'
import { type CheckedDay, checkDay } from './check-day.ts'
import { checkDays } from './check-days.ts'
import { openCheckPool } from './open-check-pool.ts'

/** What is written of a call: all but what Postgres makes of the rest. */
const STORED = `${names(COMPARED)}, version`
const DAY_CHECKED = '2026-01-15'
/** Midnight in India. */
const FROM = Date.UTC(2026, 0, 14, 18, 30)
const deps = { sleep: async (): Promise<void> => {}, signal: new AbortController().signal, onProgress: () => {} }
/** As the list writes a time: India's, without a zone. */
const ist = (at: Instant): string => new Date(at + 330 * MINUTE).toISOString().slice(0, 19).replace('T', ' ')

/** As a GET has it. */
const asQuery = (parameters: Readonly<Record<string, string>>) => ({
  method: 'GET',
  contentType: null,
  payload: Buffer.alloc(0),
  query: new URLSearchParams(parameters).toString(),
})

/** What is told of one call, as it might come; the API's row an hour later. */
const observationsOf = (callSid: string, createdAt: Instant): readonly LogRecord[] => [
  delivery(callSid, { EventType: 'answered', Status: 'in-progress', From: '09000000001' }, { receivedAt: createdAt }),
  delivery(callSid, { Duration: '60', From: '09000000001' }, { receivedAt: createdAt + MINUTE }),
  apiRow(callSid, { Duration: '60', Price: '1.50', From: '09000000001', DateCreated: ist(createdAt) }, { receivedAt: createdAt + HOUR }),
]

let world: World
let db: Connection
let positions: Positions
let pool: ReturnType<typeof openCheckPool>

beforeAll(async () => {
  world = await createWorld('embedded')
  positions = new Map([...(await world.log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { low }]) => [partition, low]))
  await beginPositions(world.pool, { topic: OBSERVATIONS_TOPIC, positions, epoch: EPOCH, logClusterId: await world.log.clusterId() })
  const calls = Array.from({ length: 400 }, (_, nth) => observationsOf(`call-${nth}`, FROM - DAY + nth * 11 * MINUTE))
  // Created a second before midnight, by what was told at once; a second after it, by what was told days later.
  const passthru = {
    surface: 'passthru',
    receivedAt: FROM + DAY,
    ...asQuery({ CallSid: 'moved', CallType: 'incomplete', Direction: 'incoming', Created: ist(FROM + DAY - 1_000) }),
  } as const
  const told = [
    ...calls.flat(),
    delivery('moved', {}, passthru),
    ...observationsOf('first', FROM),
    ...observationsOf('last', FROM + DAY - 1_000),
    ...observationsOf('next', FROM + DAY),
  ]
  const spooled = { ...(observationsOf('spooled', FROM + HOUR)[1] as LogRecord) }
  // Of which nobody has told when it was created: of the day on which it was first told of, however late more is told.
  const nameless = { Created: '', StartTime: '' }
  told.push(delivery('uncreated', nameless, { receivedAt: FROM + 2 * HOUR }), delivery('uncreated', { ...nameless, EventType: 'answered' }, { receivedAt: FROM + 3 * DAY }))
  const ordered = told.toSorted((a, b) => a.timestamp - b.timestamp)
  await world.append(ordered)
  await world.append([apiRow('moved', { DateCreated: ist(FROM + DAY + 1_000), Duration: '60' }, { receivedAt: FROM + 5 * DAY })])
  // Five days later: a price that came late, and a webhook that lay in a spool all the time.
  await world.append([apiRow('call-150', { Price: '2.00', DateCreated: ist(FROM - DAY + 150 * 11 * MINUTE), Duration: '60' }, { receivedAt: FROM + 5 * DAY })])
  await world.append([spooled, apiRow('spooled', { DateCreated: ist(FROM + HOUR), Duration: '60' }, { receivedAt: FROM + 5 * DAY + 1 })])
  await project()
  pool = openCheckPool(world.databaseUrl, 'rollcall-check-test')
  db = await world.pool.connect()
}, 120_000)
afterAll(async () => {
  db?.release()
  await pool?.end()
  await world?.close()
})

/** As a projector does, to the log's end. */
const project = async (): Promise<void> =>
  foldTo(world.log, world.pool, positions, new Map([...(await world.log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { next }]) => [partition, next])))
const check = (): Promise<CheckedDay> => checkDay({ ...deps, log: world.log }, db, { account: ACCOUNT, day: DAY_CHECKED })
/** Changes the stored calls, checks, and puts everything back. */
const changed = async (...statements: readonly string[]): Promise<CheckedDay> => {
  await world.pool.query('CREATE TABLE before AS SELECT * FROM projection.calls')
  try {
    for (const statement of statements) await world.pool.query(statement)
    return await check()
  } finally {
    await world.pool.query('DELETE FROM projection.calls')
    await world.pool.query(`INSERT INTO projection.calls (${STORED}) SELECT ${STORED} FROM before`)
    await world.pool.query('DROP TABLE before')
  }
}

describe('a day that is stored as the log has it', () => {
  it('is equal, with what was told long after it and what lay in a spool', async () => {
    const checked = await check()
    const { rows } = await world.pool.query<{ calls: number }>(
      `SELECT count(*)::int AS calls FROM projection.calls WHERE created_at >= $1 AND created_at < $2 OR call_sid = 'uncreated'`,
      [new Date(FROM), new Date(FROM + DAY)],
    )
    expect(checked).toMatchObject({ equal: true, differences: [], whole: true, told: { calls: rows[0]?.calls }, stored: { calls: rows[0]?.calls } })
    expect(checked.told.sha256).toBe(checked.stored.sha256)
    expect(checked.told.calls).toBeGreaterThan(130)
  })

  it('does not have a call that moved over midnight long after', async () => {
    const { rows } = await world.pool.query<{ at: Date }>(`SELECT created_at AS at FROM projection.calls WHERE call_sid = 'moved'`)
    expect(rows).toEqual([{ at: new Date(FROM + DAY + 1_000) }])
  })

  it('is read of the log alone as far as it may hold the day', async () => {
    const { read, observations } = await check()
    const bounds = await world.log.bounds(OBSERVATIONS_TOPIC)
    const all = [...bounds.values()].reduce((sum, { low, next }) => sum + Number(next - low), 0)
    const inOneGo = [...read.values()].reduce((sum, { from, to }) => sum + Number(to - from), 0)
    expect(inOneGo).toBeLessThan(all * 0.7)
    expect(observations).toBe(inOneGo + 5)
  })

  it('is equal while the projector goes on, for records after the noted end are read where the snapshot has them', async () => {
    await world.append([apiRow('call-151', { Price: '9.00', Duration: '60' }, { receivedAt: FROM + 6 * DAY })])
    await project()
    expect((await check()).equal).toBe(true)
  })
})

describe('a day in whose check a rebuild is swapped in', () => {
  it('is not judged by rows that its snapshot cannot see', async () => {
    const swapping = new Proxy(db, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown
        if (name !== 'query' || typeof member !== 'function') return typeof member === 'function' ? member.bind(target) : member
        return async (...asked: readonly unknown[]) => {
          if (String(asked[0]).includes('INSERT INTO pg_temp.day_rows SELECT') && !swapped) {
            swapped = true
            await world.pool.query(`ALTER SCHEMA projection RENAME TO retired; CREATE SCHEMA projection; CREATE TABLE projection.calls (LIKE retired.calls INCLUDING ALL)`)
          }
          return Reflect.apply(member, target, asked)
        }
      },
    })
    let swapped = false
    await expect(checkDay({ ...deps, log: world.log }, swapping, { account: ACCOUNT, day: DAY_CHECKED })).rejects.toThrow(/swapped in while 2026-01-15 was checked.*Check it again/)
    await db.query('ROLLBACK')
    await world.pool.query('DROP SCHEMA projection CASCADE; ALTER SCHEMA retired RENAME TO projection')
    expect(await check()).toMatchObject({ equal: true })
  })
})

describe('a day that the projector is not past', () => {
  it('is not checked, and it is said how far the projector is', async () => {
    await world.pool.query('UPDATE projection.projection_positions SET next_offset = next_offset - 1000')
    await expect(check()).rejects.toThrow(/not past the day.*folded up to -?\d+, and needed is \d+/)
    await world.pool.query('UPDATE projection.projection_positions SET next_offset = next_offset + 1000')
  })
})

describe('what somebody changed in the database', () => {
  const OURS = `account = '${ACCOUNT}' AND call_sid =`

  it.each([
    ['a value', `UPDATE projection.calls SET price = 0 WHERE ${OURS} 'call-200'`, ['price']],
    ['a value of the state alone', `UPDATE projection.calls SET state = jsonb_set(state, '{fields,price,0}', '"0"') WHERE ${OURS} 'call-200'`, ['state']],
    ['a time by a millisecond', `UPDATE projection.calls SET ended_told_at = ended_told_at + interval '1 ms' WHERE ${OURS} 'call-200'`, ['ended_told_at']],
    ['whether the API confirmed it', `UPDATE projection.calls SET verified = false WHERE ${OURS} 'call-200'`, ['verified']],
    ['its day', `UPDATE projection.calls SET created_at = created_at - interval '10 days' WHERE ${OURS} 'call-200'`, ['created_at']],
  ])('%s', async (_, statement, columns) => {
    expect(await changed(statement)).toMatchObject({ equal: false, whole: true, differences: [{ callSid: 'call-200', kind: 'other', columns }] })
  })

  it('a row that is deleted, with all that the projection knows of where it was told', async () => {
    const observations = await world.pool.query(`DELETE FROM projection.observations WHERE call_sid IN ('call-201', 'first') RETURNING *`)
    const checked = await changed(`DELETE FROM projection.calls WHERE call_sid IN ('call-201', 'first')`)
    for (const row of observations.rows)
      await world.pool.query(`INSERT INTO projection.observations SELECT * FROM jsonb_populate_record(NULL::projection.observations, $1)`, [
        JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)),
      ])
    expect(checked).toMatchObject({
      equal: false,
      differences: [
        { callSid: 'call-201', kind: 'missing', columns: [] },
        { callSid: 'first', kind: 'missing', columns: [] },
      ],
    })
  })

  it('a row that no log tells of', async () => {
    const checked = await changed(`INSERT INTO projection.calls (${STORED}) SELECT ${STORED.replace('call_sid', "'forged'")} FROM projection.calls WHERE ${OURS} 'call-202'`)
    expect(checked).toMatchObject({ equal: false, differences: [{ callSid: 'forged', kind: 'untold', columns: [] }] })
    expect(checked.stored.calls).toBe(checked.told.calls + 1)
  })

  it('a row of which nobody told when it was created: another, one that is gone, and one that never was', async () => {
    expect(await changed(`UPDATE projection.calls SET status = 'failed' WHERE ${OURS} 'uncreated'`)).toMatchObject({ differences: [{ callSid: 'uncreated', columns: ['status'] }] })
    expect(await changed(`DELETE FROM projection.calls WHERE ${OURS} 'uncreated'`)).toMatchObject({ differences: [{ callSid: 'uncreated', kind: 'missing' }] })
    const madeUp = (when: string): string =>
      `INSERT INTO projection.calls (${STORED}) SELECT ${STORED.replace('call_sid', "'forged'").replace('first_webhook_at', when)} FROM projection.calls WHERE ${OURS} 'uncreated'`
    for (const when of ['first_webhook_at', 'NULL']) expect(await changed(madeUp(when))).toMatchObject({ differences: [{ callSid: 'forged', kind: 'untold' }] })
  })

  it('two digests that are swapped', async () => {
    const swap = `UPDATE projection.calls a SET digest = b.digest FROM projection.calls b WHERE a.account = b.account AND (a.call_sid, b.call_sid) IN (('call-203', 'call-204'), ('call-204', 'call-203'))`
    expect((await changed(swap)).differences).toEqual([
      { callSid: 'call-203', kind: 'other', columns: ['digest'] },
      { callSid: 'call-204', kind: 'other', columns: ['digest'] },
    ])
  })

  it('all rows of the day, of which some are named', async () => {
    const checked = await changed(`DELETE FROM projection.calls`)
    expect([checked.equal, checked.whole, checked.differences.length, checked.stored.calls]).toEqual([false, false, 100, 0])
  })

  it('is of no other day', async () => {
    expect(await changed(`DELETE FROM projection.calls WHERE call_sid IN ('next', 'call-0')`)).toMatchObject({ equal: true })
    expect(await changed(`DELETE FROM projection.calls WHERE call_sid = 'last'`)).toMatchObject({ differences: [{ callSid: 'last' }] })
  })
})

describe('what somebody changed of where it was told', () => {
  const changedRecords = async (statement: string): Promise<CheckedDay> => {
    const tables = ['observations', 'dead_letters']
    for (const table of tables) await world.pool.query(`CREATE TABLE before_${table} AS SELECT * FROM projection.${table}`)
    try {
      await world.pool.query(statement)
      return await check()
    } finally {
      for (const table of tables)
        await world.pool.query(`DELETE FROM projection.${table}; INSERT INTO projection.${table} SELECT * FROM before_${table}; DROP TABLE before_${table}`)
    }
  }
  const OF = (callSid: string): string => `account = '${ACCOUNT}' AND call_sid = '${callSid}' AND surface = 'call-list'`
  const placeOf = async (callSid: string): Promise<string> => {
    const { rows } = await world.pool.query<{ place: string }>(`SELECT partition || ':' || log_offset AS place FROM projection.observations WHERE ${OF(callSid)}`)
    return rows[0]?.place ?? ''
  }
  const copied = (changes: string): string =>
    `INSERT INTO projection.observations SELECT (jsonb_populate_record(o, '${changes}')).* FROM projection.observations o WHERE ${OF('call-201')}`
  const letter = (place: string, account: string): string =>
    `INSERT INTO projection.dead_letters (partition, log_offset, account, reason, headers, payload, received_at) VALUES (${place.replace(':', ',')}, '${account}', 'no reader', '{}', '', now())`

  it.each<readonly [string, string]>([
    ['who received it', `UPDATE projection.observations SET source = 'x' WHERE ${OF('call-201')}`],
    ['what it said', `UPDATE projection.observations SET facts = jsonb_set(facts, '{values,price}', '"9"') WHERE ${OF('call-201')}`],
    ['when it came', `UPDATE projection.observations SET received_at = received_at + interval '1 ms' WHERE ${OF('call-201')}`],
    ['that it came', `DELETE FROM projection.observations WHERE ${OF('call-201')}`],
    ['of whom it is', `UPDATE projection.observations SET account = 'other' WHERE ${OF('call-201')}`],
    ['that it came twice', copied('{"received_at":"2026-02-01T00:00:00Z"}')],
  ])('%s', async (_, statement) => {
    const place = await placeOf('call-201')
    expect(await changedRecords(statement)).toMatchObject({ equal: false, records: expect.arrayContaining([place]), differences: [] })
  })

  it('and says nothing where nothing was', async () => {
    expect(await check()).toMatchObject({ equal: true, records: [] })
  })

  it('or made up, at a place that the log has or has not', async () => {
    expect((await changedRecords(copied('{"log_offset":1000000}'))).records).toEqual([expect.stringMatching(/:1000000$/)])
    expect((await changedRecords(copied('{"partition":99}'))).records).toEqual([expect.stringMatching(/^99:/)])
    const place = await placeOf('call-201')
    expect((await changedRecords(letter(place, ACCOUNT))).records).toEqual([place])
    expect((await changedRecords(letter('0:2000000', ACCOUNT))).records).toEqual(['0:2000000'])
  })
})

describe('a record that Postgres refused', () => {
  const never = new AbortController().signal
  const replay = async (): Promise<readonly string[]> => {
    const outcomes: string[] = []
    for await (const { outcome } of replayDeadLetters(world.log, world.pool, {}, never)) outcomes.push(outcome)
    return outcomes
  }

  it('is left out where Postgres refuses it still: the day is equal, and it is said how many there are', async () => {
    await world.pool.query(`CREATE INDEX refusing ON projection.calls ((1 / (CASE WHEN call_sid = 'poison' THEN 0 ELSE 1 END)))`)
    await world.append(observationsOf('poison', FROM + 7 * HOUR))
    await project()
    expect(await check()).toMatchObject({ equal: true, refused: 3 })
  })

  it('and that it would take now is folded: the day differs until it is replayed', async () => {
    await world.pool.query('DROP INDEX projection.refusing')
    expect(await check()).toMatchObject({ equal: false, refused: 0, differences: [{ callSid: 'poison', kind: 'missing', columns: [] }] })
    expect(await replay()).toEqual(['replayed', 'replayed', 'replayed'])
    expect(await check()).toMatchObject({ equal: true, refused: 0 })
  })

  it('by what somebody wrote into the database hides no call', async () => {
    await world.append(observationsOf('hidden', FROM + 9 * HOUR))
    await project()
    const { rows } = await world.pool.query<{ partition: number; log_offset: bigint }>(
      `DELETE FROM projection.observations WHERE call_sid = 'hidden' RETURNING partition, log_offset`,
    )
    for (const { partition, log_offset } of rows)
      await world.pool.query(
        `INSERT INTO projection.dead_letters (partition, log_offset, reason, headers, payload, received_at) VALUES ($1, $2, 'Postgres refused what it says (SQLSTATE 22021)', '{}', '', now())`,
        [partition, log_offset.toString()],
      )
    // And of places that the log does not have.
    await world.pool.query(
      `INSERT INTO projection.dead_letters (partition, log_offset, reason, headers, payload, received_at)
       SELECT p, o, 'Postgres refused what it says (SQLSTATE 22021)', '{}', '', now() FROM (VALUES (0, 1000000000::bigint), (99, 0), (0, -5)) v (p, o)`,
    )
    await world.pool.query(`DELETE FROM projection.calls WHERE call_sid = 'hidden'`)
    expect(await check()).toMatchObject({ equal: false, refused: 0, differences: [{ callSid: 'hidden', kind: 'missing' }] })
    // Put right: the records are told of again.
    await world.pool.query('DELETE FROM projection.dead_letters')
    await world.append(observationsOf('hidden', FROM + 9 * HOUR))
    await project()
    expect(await check()).toMatchObject({ equal: true })
  })
})

describe('a check that is stopped', () => {
  it('ends at its next step, whatever it is at, with why', async () => {
    for (const after of [0, 1]) {
      const stopping = new AbortController()
      let steps = 0
      const onProgress = (): void => {
        if (steps === after) stopping.abort(new Error('stopped'))
        steps += 1
      }
      await expect(checkDay({ ...deps, log: world.log, signal: stopping.signal, onProgress }, db, { account: ACCOUNT, day: DAY_CHECKED })).rejects.toThrow('stopped')
      await db.query('ROLLBACK')
    }
  })
})

describe('a check', () => {
  const checkAll = (request: { readonly day: string | null; readonly seed?: string; readonly account?: string }) =>
    checkDays(
      { ...deps, log: world.log, pool, clock: Date.now },
      request.day === null
        ? { day: null, account: null, seed: request.seed ?? 'seed', json: false }
        : { day: request.day, account: request.account ?? null, seed: null, json: false },
    )
  const told = async (): Promise<readonly AuditEntry[]> => {
    const records = (await world.log.read(AUDIT_TOPIC, new Map([[0, 0n]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).get(0) ?? []
    return records.map(({ value }) => AuditEntry.parse(JSON.parse(Buffer.from(value).toString())))
  }
  beforeAll(async () => {
    await world.pool.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)`, [ACCOUNT, new Date(FROM)])
  })

  it('tells the audit topic what it found, with no call by name, and keeps it', async () => {
    await world.pool.query(`UPDATE projection.calls SET status = 'failed' WHERE call_sid = 'call-210'`)
    expect(await checkAll({ day: DAY_CHECKED })).toMatchObject({ checks: [{ account: ACCOUNT, day: DAY_CHECKED, equal: false, seed: null }] })
    const [entry] = await told()
    expect(entry).toMatchObject({
      type: 'day-check',
      day: DAY_CHECKED,
      differing: 1,
      differences: [{ kind: 'other', columns: ['status'], callSha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    })
    expect(JSON.stringify(entry)).not.toContain('call-210')
    expect((await readCheckStandings(world.pool)).get(ACCOUNT)).toMatchObject({ days: 1, differing: [{ day: DAY_CHECKED, calls: 1 }] })
  })

  it('that finds all put right ends the alarm', async () => {
    await world.pool.query(`UPDATE projection.calls SET status = 'failed' WHERE call_sid = 'call-210'`)
    expect(await checkAll({ day: DAY_CHECKED, account: ACCOUNT })).toMatchObject({ checks: [{ equal: false }] })
    await world.pool.query(`UPDATE projection.calls SET status = 'completed' WHERE call_sid = 'call-210'`)
    expect(await checkAll({ day: DAY_CHECKED, account: ACCOUNT })).toMatchObject({ checks: [{ equal: true }] })
    expect((await readCheckStandings(world.pool)).get(ACCOUNT)).toMatchObject({ days: 1, differing: [] })
  })

  it('refuses an account that it does not know', async () => {
    await expect(checkAll({ day: DAY_CHECKED, account: 'other' })).rejects.toThrow(/--account is other.*acme/)
  })

  it('chooses a day of which every window is closed, and none twice within the hour', async () => {
    expect(await checkAll({ day: null })).toBe('none')
    await world.pool.query(
      `INSERT INTO rollcall.windows (account, window_from, state, since, detail, reason)
       SELECT $1, f, CASE WHEN f = $3 THEN 'provisional' ELSE 'final' END, now(), '{}', 'equal-scans' FROM generate_series($2::timestamptz, $4::timestamptz, interval '5 minutes') f`,
      [ACCOUNT, new Date(FROM - DAY), new Date(FROM - HOUR), new Date(FROM + DAY - 5 * MINUTE)],
    )
    expect(await checkAll({ day: null })).toMatchObject({ checks: [{ day: DAY_CHECKED, seed: 'seed', equal: true }] })
    expect(await checkAll({ day: null })).toBe('none')
  })

  it('is the only one at a time', async () => {
    const other = await world.pool.connect()
    await other.query('SELECT pg_advisory_lock(7021996414)')
    expect(await checkAll({ day: DAY_CHECKED })).toBe('held')
    await other.query('SELECT pg_advisory_unlock(7021996414)')
    other.release()
  })
})
