/** Certificates and a signed checkpoint, as the reconciler and the keeper leave them. */
import { hash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { auditLeaf } from '@rollcall/contracts/audit-leaf'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { callLeaf, leafKey } from '@rollcall/domain/certificate/call-leaf'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { windowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { istDayRange } from '@rollcall/domain/ist-day'
import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { saveAuditLeaves } from '@rollcall/store/certificate/audit-leaves'
import { saveCertificate } from '@rollcall/store/certificate/save-certificate'
import { readCallsCreatedBetween } from '@rollcall/store/read-calls'
import { openCheckpointSigner } from '@rollcall/transparency-log/kept/checkpoint-signer'
import { openFileLevels } from '@rollcall/transparency-log/kept/file-levels'
import { createSigner, createVerifier, generateKey } from '@rollcall/transparency-log/note/key'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createTree } from '@rollcall/transparency-log/tree/tree'
import { packLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree } from '@rollcall/transparency-log/window/window-tree'
import type { Installation } from './installation.ts'

export const ORIGIN = 'rollcall.test/audit'
const key = generateKey(ORIGIN)
export const VERIFIER_KEY = key.verifierKey
export const VERIFIER = createVerifier(VERIFIER_KEY)

/** Certifies the window as it is held, and appends that to the audit topic. Without salts: nothing personal is committed to. */
export const seedCertificate = async ({ pool, log }: Pick<Installation, 'pool' | 'log'>, account: string, windowFrom: Instant): Promise<void> => {
  const window = windowAt(windowFrom)
  const calls = (await readCallsCreatedBetween(pool, account, window.from, window.to)).toSorted((a, b) => (a.callSid < b.callSid ? -1 : 1))
  const leaves = calls.map((call) => callLeaf(call, null))
  const root = createWindowTree(leaves, leafKey).root.toString('hex')
  const certificate = windowCertificate({
    account,
    window,
    utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
    state: 'final',
    previous: null,
    at: window.to,
    calls,
    root,
    listed: null,
    scans: [],
    software: { version: 'test', commit: null, policySha256: hash('sha256', '') },
    clockSkewMs: null,
  })
  const value = canonicalJson(certificate)
  const sha256 = hash('sha256', value)
  await saveCertificate(pool, account, {
    windowFrom: window.from,
    sequence: 1,
    state: 'final',
    certifiedAt: window.to,
    root,
    leaves: leaves.length,
    sha256,
    value,
    packedLeaves: packLeaves(leaves),
  })
  const leaf = (await log.bounds(AUDIT_TOPIC)).get(0)?.next ?? 0n
  const [id, subject, type] = [`certificate-${account}`, certificate.window.from, 'certificate']
  await log.append(AUDIT_TOPIC, [toAuditLogRecord({ id, account, type, subject, notedAt: window.to, leaseEpoch: 1n, value })], { deadlineMs: 10_000 })
  await saveAuditLeaves(pool, [{ leaf, account, type, subject, ceId: id, valueSha256: sha256 }])
}

/** A day whose windows are all final and certified, without a call; what the reconciler would have told of them is in no log. */
export const seedClosedDay = async ({ pool }: Installation, account: string, day: string): Promise<void> => {
  const { from, to } = istDayRange(day)
  const values = [account, new Date(from), new Date(to - WINDOW_MS)]
  const windows = `generate_series($2::timestamptz, $3::timestamptz, interval '${WINDOW_MS} milliseconds') AS at`
  await pool.query(
    `INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) SELECT $1, at, 'final', 'equal-scans', at + interval '5 hours', '{}' FROM ${windows}`,
    values,
  )
  await pool.query(
    `INSERT INTO rollcall.window_certificates (account, window_from, sequence, state, certified_at, root, leaves, sha256, value)
     SELECT $1, at, n, CASE n WHEN 1 THEN 'provisional' ELSE 'final' END, at + n * interval '1 hour', 'r', 0, encode(sha256(convert_to($1 || n || at, 'UTF8')), 'hex'), '{}' FROM ${windows}, generate_series(1, 2) AS n`,
    values,
  )
}

/** A closed window of it is different after all, and certified so. */
export const amendWindow = async ({ pool }: Installation, account: string, windowFrom: Instant): Promise<void> => {
  const values = [account, new Date(windowFrom)]
  await pool.query(`UPDATE rollcall.windows SET state = 'amended', detail = '{"times":1}' WHERE account = $1 AND window_from = $2`, values)
  await pool.query(
    `INSERT INTO rollcall.window_certificates (account, window_from, sequence, state, certified_at, root, leaves, sha256, value)
     SELECT account, window_from, max(sequence) + 1, 'amended', max(certified_at) + interval '1 day', 'r', 0, repeat('a', 64), '{}' FROM rollcall.window_certificates WHERE account = $1 AND window_from = $2 GROUP BY 1, 2`,
    values,
  )
}

/** Signs the audit topic as it is. */
export const seedCheckpoint = async ({ log, keeperDirectory }: Pick<Installation, 'log' | 'keeperDirectory'>): Promise<void> => {
  await mkdir(keeperDirectory, { recursive: true })
  const records = (await log.read(AUDIT_TOPIC, new Map([[0, 0n]]), { maxBytes: 10_000_000, maxWaitMs: 0 })).get(0) ?? []
  const signer = await openCheckpointSigner({ directory: keeperDirectory, origin: ORIGIN, signers: [createSigner(key.signerKey)] })
  const levels = openFileLevels(keeperDirectory, signer.last()?.size ?? 0)
  const tree = createTree(levels)
  for (const record of records.slice(tree.size)) tree.append(leafHash(auditLeaf(record)))
  levels.sync()
  await signer.sign(tree)
  levels.close()
}
