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

/** Adds the certificates; their leaves take the place of those of the windows' certificates before. Under a lease: two writers would make one sequence twice, which the key refuses. */
export const saveCertificates = async (db: Queryable, account: string, rows: readonly CertificateRow[]): Promise<void> => {
  if (rows.length === 0) return
  const windows = rows.map(({ windowFrom }) => new Date(windowFrom))
  const sequences = rows.map(({ sequence }) => sequence)
  await db.query(
    `INSERT INTO rollcall.window_certificates (account, window_from, sequence, state, certified_at, root, leaves, sha256, value)
     SELECT $1, * FROM unnest($2::timestamptz[], $3::int[], $4::text[], $5::timestamptz[], $6::text[], $7::int[], $8::text[], $9::text[])`,
    [
      account,
      windows,
      sequences,
      rows.map(({ state }) => state),
      rows.map(({ certifiedAt }) => new Date(certifiedAt)),
      rows.map(({ root }) => root),
      rows.map(({ leaves }) => leaves),
      rows.map(({ sha256 }) => sha256),
      rows.map(({ value }) => value),
    ],
  )
  await db.query(
    `INSERT INTO rollcall.certified_leaves (account, window_from, sequence, leaves) SELECT $1, * FROM unnest($2::timestamptz[], $3::int[], $4::bytea[])
     ON CONFLICT (account, window_from) DO UPDATE SET sequence = excluded.sequence, leaves = excluded.leaves`,
    [account, windows, sequences, rows.map(({ packedLeaves }) => packedLeaves)],
  )
}
