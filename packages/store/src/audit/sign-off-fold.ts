import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** A sign-off as the audit topic tells it. */
export interface SignOffFold {
  readonly account: string
  /** Such as 2026-11-24. */
  readonly day: string
  readonly logOffset: bigint
  readonly ceId: string
  readonly at: Instant
  readonly actor: string
  readonly final: number
  readonly amended: number
  readonly listed: number
  readonly exact: number
  readonly unlisted: number
  readonly claims: number
  readonly digest: string
  readonly note: string | null
}

/** Writes what was read. A record that was published twice is kept as it came first. */
export const saveSignOffs = async (tx: Queryable, signOffs: readonly SignOffFold[]): Promise<void> => {
  for (const row of signOffs)
    await tx.query(
      `INSERT INTO rollcall.sign_offs (account, day, log_offset, ce_id, at, actor, windows_final, windows_amended, calls_listed, calls_exact, calls_unlisted, calls_claimed, digest, note)
       VALUES ($1, $2::date, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING`,
      [
        row.account,
        row.day,
        row.logOffset.toString(),
        row.ceId,
        new Date(row.at),
        row.actor,
        row.final,
        row.amended,
        row.listed,
        row.exact,
        row.unlisted,
        row.claims,
        row.digest,
        row.note,
      ],
    )
}

/** What is kept of the records `[from, to)`, in order. */
export const readSignOffFold = async (db: Queryable, from: bigint, to: bigint): Promise<readonly SignOffFold[]> => {
  const { rows } = await db.query<Omit<SignOffFold, 'at'> & { at: Date }>(
    `SELECT account, day::text AS day, log_offset AS "logOffset", ce_id AS "ceId", at, actor, ${SIGNED_COLUMNS}, digest, note
     FROM rollcall.sign_offs WHERE log_offset >= $1 AND log_offset < $2 ORDER BY log_offset`,
    [from.toString(), to.toString()],
  )
  return rows.map((row) => ({ ...row, at: row.at.getTime() }))
}

/** Counts, as numbers. */
export const SIGNED_COLUMNS = `windows_final::float8 AS final, windows_amended::float8 AS amended, calls_listed::float8 AS listed, calls_exact::float8 AS exact,
  calls_unlisted::float8 AS unlisted, calls_claimed::float8 AS claims`
