import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Queryable } from '../queryable.ts'
import { binaryArray } from './binary-array.ts'
import { type Column, givenRows, parameters, textList } from './column.ts'

/** A changed call as it stands now, with all that changed since it was last published. */
export interface CallChange {
  readonly record: CallRecord
  readonly version: bigint
  /** Sorted. */
  readonly changed: readonly string[]
  /** Of the newest change. */
  readonly partition: number
  readonly logOffset: bigint
}

/** What one turn of the publisher takes: the changes to publish, and the rows to forget after that. */
export interface Outbox {
  readonly changes: readonly CallChange[]
  readonly ids: readonly bigint[]
}

export const OUTBOX_ROWS_MAX = 1_000

interface Row {
  readonly id: bigint
  readonly account: string
  readonly call_sid: string
  readonly changed: readonly string[]
  readonly partition: number
  readonly log_offset: bigint
  /** Null when the call is gone: a rebuilt projection does not have it. */
  readonly state: StoredState | null
  readonly version: bigint | null
}

/** The oldest changes of these partitions, one per call. */
export const readOutbox = async (db: Queryable, partitions: readonly number[], rowsMax = OUTBOX_ROWS_MAX): Promise<Outbox> => {
  const { rows } = await db.query<Row>({
    name: 'read-outbox',
    text: `SELECT o.id, o.account, o.call_sid, o.changed, o.partition, o.log_offset, c.state, c.version
           FROM (SELECT * FROM outbox WHERE partition = ANY ($1::int[]) ORDER BY id LIMIT $2) o LEFT JOIN calls c USING (account, call_sid) ORDER BY o.id`,
    values: [binaryArray('integer', partitions), rowsMax],
  })
  const newest = new Map<string, Row>()
  const changed = new Map<string, Set<string>>()
  for (const row of rows) {
    const key = `${row.account}|${row.call_sid}`
    newest.set(key, row)
    const fields = changed.get(key)
    if (fields === undefined) changed.set(key, new Set(row.changed))
    else for (const field of row.changed) fields.add(field)
  }
  const changes = [...newest].flatMap(([key, { account, call_sid, state, version, partition, log_offset }]): CallChange[] =>
    state === null || version === null
      ? []
      : [{ record: recordFrom(account, call_sid, state), version, changed: [...(changed.get(key) ?? [])].sort(), partition, logOffset: log_offset }],
  )
  return { changes, ids: rows.map((row) => row.id) }
}

/** Forgets what was published; how many rows were still there to forget. */
export const deleteOutbox = async (db: Queryable, ids: readonly bigint[]): Promise<number> => {
  const { rowCount } = await db.query({ name: 'delete-outbox', text: 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])', values: [binaryArray('bigint', ids)] })
  return rowCount ?? 0
}

const CHANGE: readonly Column<CallChange>[] = [
  { name: 'partition', type: 'integer', of: (change) => change.partition },
  { name: 'account', type: 'text', of: ({ record }) => record.account },
  { name: 'call_sid', type: 'text', of: ({ record }) => record.callSid },
  textList('changed', (change) => change.changed),
  { name: 'log_offset', type: 'bigint', of: (change) => change.logOffset },
]

/** Has these calls published once more, as they will stand then. */
export const returnToOutbox = async (db: Queryable, changes: readonly CallChange[]): Promise<void> => {
  await db.query(
    `INSERT INTO outbox (partition, account, call_sid, version, changed, log_offset)
     SELECT given.partition, account, call_sid, c.version, string_to_array(given.changed, ','), given.log_offset FROM ${givenRows(CHANGE)} JOIN calls c USING (account, call_sid)`,
    parameters(CHANGE, changes),
  )
}
