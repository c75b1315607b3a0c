import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** A read of calls by Sid, before its rows are appended: they name it. `at`: our clock. */
export const saveChaseRead = async (
  db: Queryable,
  read: { readonly readId: string; readonly account: string; readonly at: Instant; readonly asked: number; readonly listed: number; readonly appended: number },
): Promise<void> => {
  await db.query('INSERT INTO rollcall.chase_reads (read_id, account, read_at, calls_asked, calls_listed, rows_appended) VALUES ($1, $2, $3, $4, $5, $6)', [
    read.readId,
    read.account,
    new Date(read.at),
    read.asked,
    read.listed,
    read.appended,
  ])
}
