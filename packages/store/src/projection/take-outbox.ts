import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Queryable } from '../queryable.ts'

/** A changed call as it stands now, with all that changed since it was last published. */
export interface CallChange {
  readonly record: CallRecord
  readonly version: bigint
  readonly changed: readonly string[]
  readonly partition: number
  readonly logOffset: bigint
}

export const OUTBOX_ROWS_MAX = 500

/** The oldest changes of these partitions, one per call; `lastIds` is what to delete once they are published. */
export const readOutbox = async (db: Queryable, partitions: readonly number[]): Promise<{ readonly changes: readonly CallChange[]; readonly ids: readonly bigint[] }> => {
  const { rows } = await db.query<{
    account: string
    call_sid: string
    state: StoredState
    version: bigint
    changed: string[]
    partition: number
    log_offset: bigint
    ids: bigint[] | string[]
  }>(
    `WITH oldest AS (SELECT * FROM outbox WHERE partition = ANY ($1) ORDER BY id LIMIT $2)
     SELECT o.account, o.call_sid, c.state, c.version, o.partition, o.log_offset, o.ids, o.changed
     FROM (SELECT account, call_sid, max(partition) AS partition, max(log_offset) AS log_offset, array_agg(id::text) AS ids,
                  (SELECT coalesce(array_agg(DISTINCT field ORDER BY field), '{}') FROM oldest o2, unnest(o2.changed) AS field WHERE o2.account = oldest.account AND o2.call_sid = oldest.call_sid) AS changed
           FROM oldest GROUP BY account, call_sid) o
     JOIN calls c USING (account, call_sid)`,
    [partitions, OUTBOX_ROWS_MAX],
  )
  return {
    changes: rows.map((row) => ({
      record: recordFrom(row.account, row.call_sid, row.state),
      version: row.version,
      changed: row.changed,
      partition: row.partition,
      logOffset: row.log_offset,
    })),
    ids: rows.flatMap((row) => row.ids.map(BigInt)),
  }
}

/** Forgets what was published. */
export const deleteOutbox = async (db: Queryable, ids: readonly bigint[]): Promise<void> => {
  await db.query('DELETE FROM outbox WHERE id = ANY ($1::bigint[])', [ids.map(String)])
}
