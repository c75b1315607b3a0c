import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readCertifiedBytes } from './read-certified-bytes.ts'
import { saveCertificate } from './save-certificate.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const WINDOW_MS = 300_000
/** More than Postgres keeps in a row: it lies elsewhere, and is not to be fetched from there. */
const LARGE = 100_000

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
  const certify = (account: string, nth: number, sequence: number, bytes: number, value: string) =>
    saveCertificate(pool, account, {
      windowFrom: FROM + nth * WINDOW_MS,
      sequence,
      state: 'final',
      certifiedAt: FROM,
      root: 'r',
      leaves: 1,
      sha256: 's',
      value,
      packedLeaves: randomBytes(bytes),
    })
  await certify('acme', 0, 1, 7, '{}')
  await certify('acme', 0, 2, LARGE, '"é"')
  await certify('acme', 1, 1, 20, '{"a":1}')
  await certify('acme', 2, 1, 300, '{}')
  await certify('other', 0, 1, 4_000, '{}')
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

// Leaves of the newest certificate, which are all that is kept; texts of every one, in bytes.
it.each([
  ['windows that begin in the range', 0, 2, { packedLeaves: LARGE + 20, certificates: 2 + 4 + 7 }],
  ['one', 2, 3, { packedLeaves: 300, certificates: 2 }],
  ['nothing', 3, 9, { packedLeaves: 0, certificates: 0 }],
])('counts the bytes of %s', async (_, from, to, bytes) => {
  expect(await readCertifiedBytes(pool, 'acme', FROM + from * WINDOW_MS, FROM + to * WINDOW_MS)).toEqual(bytes)
})
