/** Salts are deleted for good and told of, also where a certification is in the way. */
import type { SaltsErased } from '@rollcall/contracts/audit-action'
import { type Connection, createPool, type Pool } from '@rollcall/store/pool'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { eraseAndNote } from './erase-and-note.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

const NOW = Date.UTC(2026, 0, 31, 4)
const BY = { by: 'Asha, privacy', now: NOW }
const BEFORE = { createdBefore: NOW }
/** Long enough for the other side to get into the way; then the server undoes the one that erases, for the other's own patience is longer. */
const DEADLOCK_MS = 3_000

let database: TestDatabase
let pool: Pool
let superuser: Pool
let other: Connection
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  const asSuperuser = new URL(inject('superuserUrl'))
  asSuperuser.pathname = new URL(database.databaseUrl).pathname
  superuser = createPool({ databaseUrl: asSuperuser.href, applicationName: 'rollcall-test', max: 1 })
  other = await superuser.connect()
  await other.query(`ALTER DATABASE ${asSuperuser.pathname.slice(1)} SET deadlock_timeout = ${DEADLOCK_MS}`)
  await other.query(`SET deadlock_timeout = '10min'`)
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-erase', max: 2 })
})
afterAll(async () => {
  other?.release()
  await superuser?.end()
  await pool?.end()
  await database?.drop()
})
beforeEach(async () => {
  for (const table of ['projection.calls', 'rollcall.call_salts', 'rollcall.audit_outbox']) await pool.query(`DELETE FROM ${table}`)
  await pool.query(
    `INSERT INTO projection.calls (account, call_sid, verified, conflicts, state, digest, version, created_at) SELECT 'acme', 'c' || n, true, '{}', '{}', '', 1, $1 FROM generate_series(1, 3) n`,
    [new Date(NOW - 1)],
  )
})
const salts = async () => (await pool.query(`SELECT call_sid, salt FROM rollcall.call_salts ORDER BY call_sid`)).rows
const noted = async (): Promise<readonly SaltsErased[]> =>
  (await pool.query<{ value: string }>('SELECT value FROM rollcall.audit_outbox')).rows.map(({ value }) => JSON.parse(value))
const ERASED = ['c1', 'c2', 'c3'].map((call_sid) => ({ call_sid, salt: null }))

describe('erasing', () => {
  it('deletes the salts of all calls that were asked for, tells of them once, and finds nothing the next time', async () => {
    await pool.query(`INSERT INTO rollcall.call_salts VALUES ('acme', 'c2', decode(repeat('ab', 32), 'hex'))`)
    expect(await eraseAndNote(pool, 'acme', BEFORE, BY)).toBe(3)
    expect(await salts()).toEqual(ERASED)
    expect(await noted()).toMatchObject([{ type: 'erasure', calls: 3, by: 'Asha, privacy' }])
    expect(await eraseAndNote(pool, 'acme', BEFORE, BY)).toBe(0)
    expect(await noted()).toHaveLength(1)
  })

  it('is done again where the server undoes it, for a first certification takes the same salts in another order', async () => {
    await other.query('BEGIN')
    await other.query(`INSERT INTO rollcall.call_salts VALUES ('acme', 'c2', decode(repeat('ab', 32), 'hex'))`)
    const erasing = eraseAndNote(pool, 'acme', BEFORE, BY)
    await expect
      .poll(async () => (await other.query(`SELECT FROM pg_stat_activity WHERE application_name = 'rollcall-erase' AND wait_event_type = 'Lock'`)).rowCount, { timeout: 30_000 })
      .toBe(1)
    // Waits for the erasure, which waits for this.
    await other.query(`INSERT INTO rollcall.call_salts VALUES ('acme', 'c1', decode(repeat('ab', 32), 'hex')) ON CONFLICT DO NOTHING`)
    await other.query('COMMIT')
    expect(await erasing).toBe(3)
    expect(await salts()).toEqual(ERASED)
    expect(await noted()).toMatchObject([{ calls: 3 }])
  }, 60_000)
})
