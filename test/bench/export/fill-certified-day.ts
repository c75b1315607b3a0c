import { hash, randomFillSync } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { auditLeaf } from '@rollcall/contracts/audit-leaf'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { leafKey } from '@rollcall/domain/certificate/call-leaf'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { EventLog } from '@rollcall/event-log/event-log'
import { syntheticEvidence } from '@rollcall/evidence/testing/synthetic-evidence'
import { saveAuditLeaves } from '@rollcall/store/certificate/audit-leaves'
import { saveCertificate } from '@rollcall/store/certificate/save-certificate'
import type { Pool } from '@rollcall/store/pool'
import { openCheckpointSigner } from '@rollcall/transparency-log/kept/checkpoint-signer'
import { openFileLevels } from '@rollcall/transparency-log/kept/file-levels'
import { createSigner, generateKey } from '@rollcall/transparency-log/note/key'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createTree } from '@rollcall/transparency-log/tree/tree'
import { packLeaves, unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree } from '@rollcall/transparency-log/window/window-tree'

export const WINDOWS = 288
const ORIGIN = 'rollcall.test/audit'
const APPEND_MS_MAX = 30_000
const COMMITMENT_BYTES = 32
const COMMITMENTS_PER_CALL = 9

export interface CertifiedDay {
  readonly account: string
  readonly from: Instant
  readonly to: Instant
  readonly verifierKey: string
}

/**
 * A day of certified calls in Postgres, its certificates in the audit topic, and a checkpoint that stands for them, as the reconciler and the keeper leave them. The calls
 * of the first window are made by the real rules; those of the others are the same with other names, times and commitments, since making a million takes minutes.
 */
export const fillCertifiedDay = async (options: {
  readonly pool: Pool
  readonly log: EventLog
  readonly keeperDirectory: string
  readonly callsPerWindow: number
  readonly onLine: (line: string) => void
}): Promise<CertifiedDay> => {
  const { pool, log, keeperDirectory, callsPerWindow, onLine } = options
  const { account, from, certified } = syntheticEvidence({ windows: 1, callsPerWindow })
  const [made] = certified
  if (made === undefined) throw new Error('no window was made')
  const leaves = unpackLeaves(made.packedLeaves)
  const { previous: _, ...certificate } = WindowCertificate.parse(JSON.parse(made.certificates.at(-1) ?? ''))
  await pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)', [account, new Date(from)])
  const values: string[] = []
  for (let nth = 0; nth < WINDOWS; nth += 1) {
    const windowFrom = from + nth * WINDOW_MS
    const shifted = shiftLeaves(leaves, nth)
    const root = createWindowTree(shifted, leafKey).root.toString('hex')
    const window = { from: canonicalTime(windowFrom), to: canonicalTime(windowFrom + WINDOW_MS) }
    const value = canonicalJson(WindowCertificate.parse({ ...certificate, window, sequence: 1, previous: null, tree: { root, leaves: shifted.length } }))
    const row = { windowFrom, sequence: 1, state: certificate.state, certifiedAt: windowFrom + WINDOW_MS, root, leaves: shifted.length }
    await saveCertificate(pool, account, { ...row, sha256: hash('sha256', value), value, packedLeaves: packLeaves(shifted) })
    values.push(value)
    if (nth % 32 === 31) onLine(`${(nth + 1) * callsPerWindow} calls certified`)
  }
  const verifierKey = await publish(log, pool, keeperDirectory, account, values)
  return { account, from, to: from + WINDOWS * WINDOW_MS, verifierKey }
}

/** The leaves of the window that comes `nth` after that of `leaves`, in the same order. */
const shiftLeaves = (leaves: readonly string[], nth: number): readonly string[] => {
  if (nth === 0) return leaves
  const commitments = randomFillSync(Buffer.alloc(leaves.length * COMMITMENTS_PER_CALL * COMMITMENT_BYTES)).toString('hex')
  const tail = nth.toString(16).padStart(4, '0')
  let used = 0
  return leaves.map((leaf) =>
    leaf.replace(/"callSid":"([0-9a-f]{28})[0-9a-f]{4}"|"([0-9a-f]{64})"|"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, (text, sid?: string, commitment?: string, time?: string) => {
      if (sid !== undefined) return `"callSid":"${sid}${tail}"`
      if (time !== undefined) return `"${canonicalTime(Date.parse(time) + nth * WINDOW_MS)}"`
      if (commitment === undefined) return text
      const at = used
      used += 2 * COMMITMENT_BYTES
      return `"${commitments.slice(at, used)}"`
    }),
  )
}

/** Appends the certificates to the audit topic, notes where they stand, and signs a checkpoint of them. */
const publish = async (log: EventLog, pool: Pool, directory: string, account: string, values: readonly string[]): Promise<string> => {
  for (const value of values) {
    const certificate = WindowCertificate.parse(JSON.parse(value))
    const [id, subject, type] = [`certificate-${certificate.window.from}`, certificate.window.from, 'certificate']
    const leaf = (await log.bounds(AUDIT_TOPIC)).get(0)?.next ?? 0n
    await log.append(AUDIT_TOPIC, [toAuditLogRecord({ id, account, type, subject, notedAt: Date.parse(certificate.window.to), leaseEpoch: 1n, value })], {
      deadlineMs: APPEND_MS_MAX,
    })
    await saveAuditLeaves(pool, [{ leaf, account, type, subject, ceId: id, valueSha256: hash('sha256', value) }])
  }
  await mkdir(directory, { recursive: true })
  const { signerKey, verifierKey } = generateKey(ORIGIN)
  const signer = await openCheckpointSigner({ directory, origin: ORIGIN, signers: [createSigner(signerKey)] })
  const levels = openFileLevels(directory, 0)
  const tree = createTree(levels)
  while (tree.size < values.length) {
    const records = (await log.read(AUDIT_TOPIC, new Map([[0, BigInt(tree.size)]]), { maxBytes: 4_000_000, maxWaitMs: 1_000 })).get(0) ?? []
    for (const record of records) tree.append(leafHash(auditLeaf(record)))
  }
  levels.sync()
  await signer.sign(tree)
  levels.close()
  return verifierKey
}
