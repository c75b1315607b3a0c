import { DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { addRefusals, REFUSALS_KEPT_MS } from './add-refusals.ts'
import { giveUpHosts } from './give-up-hosts.ts'
import { noteReceived } from './note-received.ts'
import { readClock } from './read-clock.ts'
import { readDrainage } from './read-drainage.ts'
import { readHosts } from './read-hosts.ts'
import { readRefusedMinutes } from './read-refused-minutes.ts'
import { retireHost } from './retire-host.ts'
import { type SignOfLife, type SpoolState, saveSignOfLife } from './save-sign-of-life.ts'

let database: TestDatabase
let pool: Pool
/** By the database's clock, at the beginning of each test. */
let now: number

beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})
beforeEach(async () => {
  await pool.query('TRUNCATE rollcall.ingest_hosts, rollcall.ingest_refusals, rollcall.ingest_accounts')
  now = await readClock(pool)
})

const beat = (instance: string, spool: Partial<SpoolState> = {}, of: Partial<SignOfLife> = {}): Promise<void> =>
  saveSignOfLife(pool, { instance, host: 'host-1', state: 'running', spools: [{ spool: '0', drainedTo: now, records: 0, bytes: 0, oldestAt: null, ...spool }], ...of })
const seen = (instance: string, agoMs: number) =>
  pool.query(`UPDATE rollcall.ingest_hosts SET seen_at = clock_timestamp() - $2 * interval '1 millisecond' WHERE instance = $1`, [instance, agoMs])
/** How long ago everything is drained to, as the test sees it: the database's clock goes on meanwhile. */
const drainedAgo = async (): Promise<number | null> => {
  const agoMs = await readDrainage(pool)
  return agoMs === null ? null : Math.round((agoMs - ((await readClock(pool)) - now)) / SECOND) * SECOND
}

describe('what the spools have left', () => {
  it('is not known where no host ever told of them', async () => expect(await readDrainage(pool)).toBeNull())

  it('is bounded by the spool that lags most, of whatever host', async () => {
    await beat('a')
    await saveSignOfLife(pool, {
      instance: 'b',
      host: 'host-2',
      state: 'running',
      spools: [
        { spool: '0', drainedTo: now - SECOND, records: 0, bytes: 0, oldestAt: null },
        { spool: '1', drainedTo: now - HOUR, records: 7, bytes: 900, oldestAt: now - HOUR },
      ],
    })
    expect(await drainedAgo()).toBe(HOUR)
  })

  it('never becomes more again', async () => {
    await beat('a', { drainedTo: now - MINUTE })
    await beat('a', { drainedTo: now - HOUR })
    expect(await drainedAgo()).toBe(MINUTE)
    await beat('a', { drainedTo: null })
    expect(await drainedAgo()).toBe(MINUTE)
  })

  it('is everything, of a spool of which nothing is known to be drained', async () => {
    await beat('a')
    await beat('b', { drainedTo: null, records: 3 })
    expect(await drainedAgo()).toBeGreaterThan(365 * DAY)
  })

  it('stays what a silent host said last', async () => {
    await beat('a', { drainedTo: now - HOUR })
    await seen('a', 23 * HOUR)
    await beat('b')
    expect(await drainedAgo()).toBe(HOUR)
  })

  it('is nothing where a host stopped with an empty spool, and what is left where it did not', async () => {
    await beat('a', { drainedTo: now - HOUR }, { state: 'stopped' })
    expect(await readDrainage(pool)).toBe(0)
    await beat('a', { drainedTo: now - HOUR, records: 1 }, { state: 'stopped' })
    expect(await drainedAgo()).toBe(HOUR)
    await beat('a', { drainedTo: now - HOUR }, { state: 'running' })
    expect(await drainedAgo()).toBe(HOUR)
  })
})

describe('a host that is silent', () => {
  it('is given up when it has been for too long, and told of once', async () => {
    await beat('a', { drainedTo: now - 25 * HOUR, records: 12 })
    await seen('a', 24 * HOUR - MINUTE)
    expect(await giveUpHosts(pool, 24 * HOUR)).toEqual([])
    await seen('a', 24 * HOUR + MINUTE)
    expect(await giveUpHosts(pool, 24 * HOUR)).toMatchObject([{ instance: 'a', spool: '0', host: 'host-1', records: 12 }])
    expect(await giveUpHosts(pool, 24 * HOUR)).toEqual([])
    expect(await readDrainage(pool)).toBe(0)
  })

  it('is waited for again as soon as it is back', async () => {
    await beat('a', { drainedTo: now - 25 * HOUR, records: 12 })
    await seen('a', 25 * HOUR)
    await giveUpHosts(pool, 24 * HOUR)
    await beat('a', { drainedTo: null, records: 12 })
    expect(await drainedAgo()).toBe(25 * HOUR)
    expect(await readHosts(pool)).toMatchObject([{ givenUpAt: null, records: 12 }])
  })

  it('is not given up where it stopped with nothing left', async () => {
    await beat('a', {}, { state: 'stopped' })
    await seen('a', 100 * HOUR)
    expect(await giveUpHosts(pool, 24 * HOUR)).toEqual([])
  })

  it('is waited for no longer when an operator retires it, by the beginning of its name', async () => {
    await beat('abcd-1', { drainedTo: now - HOUR })
    await beat('abce-2', { drainedTo: now - MINUTE })
    await seen('abcd-1', 5 * MINUTE)
    expect(await retireHost(pool, 'abc')).toBe('ambiguous')
    expect(await retireHost(pool, 'x')).toBe('unknown')
    expect(await retireHost(pool, 'abce')).toBe('alive')
    expect(await retireHost(pool, 'abcd')).toBe('retired')
    expect(await drainedAgo()).toBe(MINUTE)
    await beat('abcd-1', { drainedTo: now - HOUR })
    expect(await drainedAgo()).toBe(HOUR)
  })
})

describe('refused webhooks', () => {
  const AT = Math.floor(Date.now() / MINUTE) * MINUTE
  const refused = (account: string, minute: number, count = 1, reason = 'too-large') => ({ account, minute, reason, count })

  it('are added up, over hosts and reports', async () => {
    await addRefusals(pool, [refused('acme', AT, 2), refused('acme', AT, 1, 'spool-full')])
    await addRefusals(pool, [refused('acme', AT, 3)])
    const { rows } = await pool.query(`SELECT reason, count::int FROM rollcall.ingest_refusals WHERE account = 'acme' ORDER BY reason`)
    expect(rows).toEqual([
      { reason: 'spool-full', count: 1 },
      { reason: 'too-large', count: 5 },
    ])
  })

  it('are found by their minutes, and by account', async () => {
    await addRefusals(pool, [refused('acme', AT - MINUTE), refused('acme', AT), refused('acme', AT + MINUTE), refused('beta', AT + 2 * MINUTE)])
    const minutes = async (from: number, to: number) => [...(await readRefusedMinutes(pool, 'acme', { from, to }))].toSorted().map((minute) => (minute - AT) / MINUTE)
    expect(await minutes(AT + 30 * SECOND, AT + 59 * SECOND)).toEqual([0])
    expect(await minutes(AT - 1, AT + MINUTE)).toEqual([-1, 0, 1])
    expect(await minutes(AT + 2 * MINUTE, AT + 3 * MINUTE)).toEqual([])
  })

  it('are forgotten when they explain nothing any more', async () => {
    await addRefusals(pool, [refused('acme', AT - REFUSALS_KEPT_MS - MINUTE)])
    await addRefusals(pool, [refused('beta', AT - REFUSALS_KEPT_MS - MINUTE)])
    await addRefusals(pool, [refused('acme', AT), refused('acme', AT + 1_000 * DAY)])
    const { rows } = await pool.query('SELECT account, minute FROM rollcall.ingest_refusals ORDER BY account, minute')
    expect(rows.map((row) => [row.account, (row.minute.getTime() - AT) / DAY])).toEqual([
      ['acme', 0],
      ['acme', 1_000],
      ['beta', expect.any(Number)],
    ])
  })
})

describe('the last webhook of an account', () => {
  it('is the latest that any host tells of', async () => {
    await noteReceived(pool, new Map([['acme', now]]))
    await noteReceived(
      pool,
      new Map([
        ['acme', now - HOUR],
        ['beta', now],
      ]),
    )
    const { rows } = await pool.query('SELECT account, received_at FROM rollcall.ingest_accounts ORDER BY account')
    expect(rows).toEqual(['acme', 'beta'].map((account) => ({ account, received_at: new Date(now) })))
  })
})
