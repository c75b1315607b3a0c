import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { saveAuditLeaves } from '../certificate/audit-leaves.ts'
import { saveCertificate } from '../certificate/save-certificate.ts'
import { createPool, type Pool } from '../pool.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readExportExtent } from './read-export-extent.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const WINDOW_MS = 300_000

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
  const certify = async (account: string, nth: number, sequence: number, leaves: number, leaf: bigint | null) => {
    const windowFrom = FROM + nth * WINDOW_MS
    const sha256 = `${account}-${nth}-${sequence}`
    await saveCertificate(pool, account, { windowFrom, sequence, state: 'final', certifiedAt: windowFrom, root: 'r', leaves, sha256, value: '{}', packedLeaves: Buffer.alloc(1) })
    const subject = new Date(windowFrom).toISOString()
    if (leaf !== null) await saveAuditLeaves(pool, [{ leaf, account, type: 'certificate', subject, ceId: sha256, valueSha256: sha256 }])
  }
  await certify('acme', 0, 1, 5, 0n)
  await certify('acme', 0, 2, 7, 1n)
  await certify('acme', 1, 1, 100, 2n)
  await certify('acme', 2, 1, 1_000, null)
  await certify('other', 0, 1, 10_000, 3n)
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

// Windows and calls count by the newest certificate of each; every certificate, the superseded ones too, has to be signed for.
it.each([
  ['the windows that begin in the range', 0, 2, 3, { windows: 2, calls: 107, unsigned: 0 }],
  ['one that is in the log after what is signed', 0, 2, 2, { windows: 2, calls: 107, unsigned: 1 }],
  ['a superseded one that is not signed for', 0, 1, 0, { windows: 1, calls: 7, unsigned: 2 }],
  ['one that is not in the log', 0, 3, 1_000, { windows: 3, calls: 1_107, unsigned: 1 }],
  ['nothing', 3, 9, 1_000, { windows: 0, calls: 0, unsigned: 0 }],
])('counts %s', async (_, from, to, signedSize, extent) => {
  expect(await readExportExtent(pool, 'acme', { from: FROM + from * WINDOW_MS, to: FROM + to * WINDOW_MS }, signedSize)).toEqual(extent)
})
