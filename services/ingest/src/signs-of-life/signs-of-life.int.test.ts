/** What ingest, as a process, tells the database of its spool, and that nothing depends on it. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readDrainage } from '@rollcall/store/ingest-hosts/read-drainage'
import { type IngestHost, readHosts } from '@rollcall/store/ingest-hosts/read-hosts'
import { createPool, type Pool } from '@rollcall/store/pool'
import { openFreezableServer } from '@rollcall/store/testing/freezable-server'
import '@rollcall/store/testing/provided-context'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { IngestProcess } from '../testing/ingest-process.ts'
import { deliver, drained } from '../testing/kill-in-the-middle.ts'
import { createStage, type Stage } from '../testing/stage.ts'
import { until } from '../testing/until.ts'

let database: TestDatabase
let pool: Pool
let stage: Stage

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
  stage = await createStage()
})
afterEach(() => stage.close())

const start = (env: Readonly<Record<string, string>> = {}): Promise<IngestProcess> => stage.start({ DATABASE_URL: database.databaseUrl, KAFKA_ACK_WAIT_MS: '100', ...env })
const host = async (): Promise<IngestHost> => {
  const [only] = await readHosts(pool)
  if (only === undefined) throw new Error('no host is known')
  return only
}
const stop = async (ingest: IngestProcess): Promise<void> => {
  ingest.child.kill('SIGTERM')
  expect((await ingest.ended).code).toBe(0)
}
/** By the database's clock: everything that was received up to now is drained. */
const drainedNow = async (): Promise<void> => {
  const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  const now = rows[0]?.now.getTime() ?? 0
  await until('it is drained', async () => ((await host()).drainedTo ?? 0) > now)
}

describe('ingest', () => {
  it('is known before the first delivery can come, and is drained as long as the log takes everything', async () => {
    const ingest = await start()
    expect(await host()).toMatchObject({ spool: '0', state: 'running', records: 0, givenUpAt: null, retiredAt: null })
    await deliver(ingest, 'call-1')
    await drainedNow()
    const { rows } = await pool.query('SELECT account, received_at <= now() AS past FROM rollcall.ingest_accounts')
    expect(rows).toEqual([{ account: stage.account, past: true }])
  })

  it('is drained up to where the log went away, until all is forwarded; killed in between, it says no more than it did', async () => {
    let ingest = await start()
    await drainedNow()
    const { instance } = await host()
    await stage.logGoesAway()
    expect((await deliver(ingest, 'call-1')).status).toBe(200)
    await until('it says that something is left', async () => (await host()).records === 1)
    const { drainedTo } = await host()
    ingest.child.kill('SIGKILL')
    await ingest.ended
    ingest = await start()
    expect(await host()).toMatchObject({ instance, records: 1, drainedTo })
    await stop(ingest)
    expect(await host()).toMatchObject({ instance, state: 'stopped', records: 1, drainedTo })
    expect(await readDrainage(pool)).toBeGreaterThan(0)
    await stage.logComesBack()
    ingest = await start()
    await drained(ingest)
    await drainedNow()
    expect(await readHosts(pool)).toMatchObject([{ instance, state: 'running', records: 0 }])
  })

  it('that stops with nothing left is waited for no longer', async () => {
    const ingest = await start()
    await deliver(ingest, 'call-1')
    await drained(ingest)
    await stop(ingest)
    expect(await host()).toMatchObject({ state: 'stopped', records: 0 })
    expect(await readDrainage(pool)).toBe(0)
  })

  it('on another disk is another instance; the one that is gone stays what it was', async () => {
    const ingest = await start()
    const { instance } = await host()
    ingest.child.kill('SIGKILL')
    await ingest.ended
    await rm(join(stage.directory, 'spool'), { recursive: true })
    await start()
    const hosts = await readHosts(pool)
    expect(hosts.map(({ state }) => state)).toEqual(['running', 'running'])
    expect(new Set(hosts.map((each) => each.instance)).size).toBe(2)
    expect(hosts.map((each) => each.instance)).toContain(instance)
  })

  it('with several workers tells of each spool, under one name; a spool that no worker owns any more stays known', async () => {
    const several = await start({ INGEST_WORKERS: '3' })
    await until('every worker is known', async () => (await readHosts(pool)).length === 3)
    await stop(several)
    await start()
    const hosts = await readHosts(pool)
    expect(new Set(hosts.map(({ instance }) => instance)).size).toBe(1)
    expect(hosts.map(({ spool, state }) => `${spool} ${state}`)).toEqual(['0 running', '1 running', '2 running'])
  })

  it('tells what it refused of whoever knew the secret, by minute', async () => {
    const ingest = await start()
    await fetch(`${ingest.hook}/status-callback`, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: 'x' })
    await fetch(`${ingest.hook}/status-callback`, { method: 'POST', body: 'x'.repeat(300_000) })
    await fetch(`${ingest.hook}wrong/status-callback`, { method: 'POST', body: 'x' })
    const refused = async () =>
      (await pool.query('SELECT account, reason, count::int FROM rollcall.ingest_refusals ORDER BY reason')).rows.map((row) => `${row.account} ${row.reason} ${row.count}`)
    const expected = [`${stage.account} content-encoding 1`, `${stage.account} too-large 1`]
    await until('both are told', async () => (await refused()).length === 2)
    expect(await refused()).toEqual(expected)
    await stop(ingest)
    expect(await refused()).toEqual(expected)
  })

  it.each([
    ['away', 'postgres://nobody@127.0.0.1:9/none'],
    ['not migrated', ''],
  ])('receives all the same where the database is %s', async (_case, url) => {
    const { pathname } = new URL(database.databaseUrl)
    const ingest = await start({ DATABASE_URL: url || database.databaseUrl.replace(pathname, '/postgres') })
    expect((await deliver(ingest, 'call-1')).status).toBe(200)
    await drained(ingest)
    ingest.child.kill('SIGTERM')
    const { code, out } = await ingest.ended
    expect([code, out.match(/signs-of-life.failed/g)?.length]).toEqual([0, 1])
  })

  it('receives all the same where the database has fallen silent, and tells of itself when it is back', async () => {
    const door = await openFreezableServer(database.databaseUrl)
    try {
      const ingest = await start({ DATABASE_URL: door.databaseUrl })
      await drainedNow()
      door.freeze()
      for (let nth = 0; nth < 20; nth += 1) expect((await deliver(ingest, `call-${nth}`)).status).toBe(200)
      await drained(ingest)
      door.thaw()
      await drainedNow()
      await stop(ingest)
    } finally {
      await door.close()
    }
  })
})
