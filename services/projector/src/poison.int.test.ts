/** What a record says never stops a partition: what Postgres or a reader cannot take is kept as it is, and the next record is projected. */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { partitionOf } from '@rollcall/event-log/partition-of'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { delivery, withHeaders } from './testing/call-records.ts'
import { createWorld, type RunningProjector, type World } from './testing/world.ts'

let world: World
let projector: RunningProjector
beforeAll(async () => {
  world = await createWorld('embedded')
  projector = world.start('one')
})
afterAll(() => world?.close())

const deadLetters = async (callSid: string) => {
  const { rows } = await world.pool.query<{ reason: string; received_at: Date; payload: Buffer; headers: Record<string, string> }>(
    `SELECT reason, received_at, payload, headers FROM dead_letters WHERE convert_from(payload, 'UTF8') LIKE '%' || $1 || '%' ORDER BY log_offset`,
    [callSid],
  )
  return rows
}
const projected = async (callSid: string) => (await world.pool.query('SELECT FROM calls WHERE call_sid = $1', [callSid])).rowCount === 1

describe('a record', () => {
  it.each([
    ['a year that RFC 3339 cannot write', { ce_time: '+100000-01-01T00:00:00.000Z' }, /ce_time .*1970 to 9999/],
    ['a year that Postgres cannot hold', { ce_time: '-200000-01-01T00:00:00.000Z' }, /ce_time/],
    ['a time before there was any of ours', { ce_time: '1969-12-31T23:59:59.999Z' }, /ce_time/],
    ['no time', { ce_time: 'yesterday' }, /ce_time/],
    ['NUL in its id', { ce_id: 'a\0b' }, /ce_id/],
    ['NUL in its account', { ce_account: 'acme\0' }, /ce_account/],
    ['NUL in its source', { ce_source: '\0' }, /ce_source/],
    ['NUL in its hash', { ce_sha256: 'ab\0' }, /ce_sha256/],
    ['an id without end', { ce_id: 'x'.repeat(10_000) }, /ce_id/],
    ['an account that keys could not tell from a call', { ce_account: 'a|b' }, /ce_account/],
    ['no account', { ce_account: undefined }, /ce_account/],
    ['a type of its own', { ce_type: 'org.example.thing' }, /ce_type/],
    ['a header that Postgres cannot hold, beside one that is wrong', { ce_type: 'x', 'x-\0': 'a\0b' }, /ce_type/],
  ])('with %s is a dead letter, and the next one of its partition is projected', async (what, headers, reason) => {
    const callSid = what.replaceAll(' ', '-').slice(0, 60)
    const poison = withHeaders(delivery(callSid), headers)
    const next = { ...delivery(`${callSid}.b`), key: poison.key }
    await world.append([poison, next])
    await world.untilFolded()
    expect(await projected(callSid)).toBe(false)
    expect(await projected(`${callSid}.b`)).toBe(true)
    const [letter] = await deadLetters(`"${callSid}"`)
    expect(letter?.reason).toMatch(reason)
    expect(Buffer.from(poison.value).equals(letter?.payload as Buffer)).toBe(true)
    expect(letter?.headers.ce_specversion).toBe('1.0')
  })

  it.each([9_000_000_000_000_000, -1])('with the time %i of its own is kept all the same', async (timestamp) => {
    const callSid = `at-${timestamp}`
    await world.append([{ ...withHeaders(delivery(callSid), { ce_type: 'x' }), timestamp }])
    await world.untilFolded()
    expect(await deadLetters(callSid)).toMatchObject([{ received_at: expect.any(Date) }])
  })

  it('names no CallSid that a column could not hold: it is projected without', async () => {
    await world.append([withHeaders(delivery('clean'), { ce_subject: 'cl\0ean' })])
    await world.untilFolded()
    expect(await projected('clean')).toBe(true)
  })
})

describe('what Postgres refuses in spite of all checks', () => {
  beforeAll(() =>
    world.pool.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.ce_id LIKE 'refused-%' THEN RAISE EXCEPTION 'cannot hold this' USING ERRCODE = split_part(NEW.ce_id, '-', 2); END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON observations FOR EACH ROW EXECUTE FUNCTION refuse()`),
  )
  afterAll(() => world.pool.query('DROP TRIGGER refuse ON observations'))

  it.each(['22021', '22P02', '54000'])('is found among a thousand others and kept as a dead letter, and they are projected: %s', async (state) => {
    const sids = Array.from({ length: 1_000 }, (_, nth) => `${state}-${nth}`)
    const key = `acme|among-${state}`
    const poisoned = new Set([0, 499, 999])
    await world.append(sids.map((callSid, nth) => ({ ...(poisoned.has(nth) ? withHeaders(delivery(callSid), { ce_id: `refused-${state}-${nth}` }) : delivery(callSid)), key })))
    await world.untilFolded()
    const { rows } = await world.pool.query<{ call_sid: string }>('SELECT call_sid FROM calls WHERE call_sid LIKE $1', [`${state}-%`])
    expect(new Set(rows.map((row) => row.call_sid))).toEqual(new Set(sids.filter((_, nth) => !poisoned.has(nth))))
    const bounds = await world.log.bounds(OBSERVATIONS_TOPIC)
    const { rows: letters } = await world.pool.query('SELECT log_offset FROM dead_letters WHERE reason LIKE $1 ORDER BY 1', [`%SQLSTATE ${state}%`])
    const first = (bounds.get(partitionOf(key, bounds.size))?.next ?? 0n) - 1_000n
    expect(letters.map((row) => row.log_offset)).toEqual([first, first + 499n, first + 999n])
    const { rows: all } = await world.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM dead_letters')
    expect(projector.status.deadLetters).toBe(all[0]?.count)
  })
})
