import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

export interface CertificateRow {
  readonly windowFrom: Instant
  readonly sequence: number
  readonly state: string
  readonly certifiedAt: Instant
  /** Hex. */
  readonly root: string
  readonly leaves: number
  /** Of `value`, in hex. */
  readonly sha256: string
  /** Canonical JSON. */
  readonly value: string
  /** The window's leaves, a line each, deflated. */
  readonly packedLeaves: Buffer
}

/** Adds a certificate; its leaves take the place of those of the window's certificate before. Under a lease: two writers would make one sequence twice, which the key refuses. */
export const saveCertificate = async (db: Queryable, account: string, row: CertificateRow): Promise<void> => {
  const windowFrom = new Date(row.windowFrom)
  await db.query(
    `INSERT INTO rollcall.window_certificates (account, window_from, sequence, state, certified_at, root, leaves, sha256, value) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [account, windowFrom, row.sequence, row.state, new Date(row.certifiedAt), row.root, row.leaves, row.sha256, row.value],
  )
  await db.query(
    `INSERT INTO rollcall.certified_leaves (account, window_from, sequence, leaves) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account, window_from) DO UPDATE SET sequence = excluded.sequence, leaves = excluded.leaves`,
    [account, windowFrom, row.sequence, row.packedLeaves],
  )
}
