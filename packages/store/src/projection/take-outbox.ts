import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Queryable } from '../queryable.ts'
import { binaryArray } from './binary-array.ts'
import { type Column, givenRows, parameters, textList } from './column.ts'

/** A changed call as it stands now, with all that changed since it was last published. */
export interface CallChange {
  readonly account: string
  readonly callSid: string
  /** Null when the call is gone: a rebuilt projection does not have it. */
  readonly record: CallRecord | null
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
  readonly noted_version: bigint
  /** Null when the call is gone. */
  readonly state: StoredState | null
  readonly version: bigint | null
}

const READ_OUTBOX = `
SELECT o.id, o.account, o.call_sid, o.changed, o.partition, o.log_offset, o.version AS noted_version, c.state, c.version
FROM (SELECT * FROM outbox WHERE partition = ANY ($1::int[]) ORDER BY id LIMIT $2) o LEFT JOIN calls c USING (account, call_sid) ORDER BY o.id`

/** The oldest changes of these partitions, one per call. */
export const readOutbox = async (db: Queryable, partitions: readonly number[], rowsMax = OUTBOX_ROWS_MAX): Promise<Outbox> => {
  const { rows } = await db.query<Row>({ name: 'read-outbox', text: READ_OUTBOX, values: [binaryArray('integer', partitions), rowsMax] })
  const newest = new Map<string, Row>()
  const changed = new Map<string, Set<string>>()
  for (const row of rows) {
    const key = `${row.account}|${row.call_sid}`
    newest.set(key, row)
    const names = changed.get(key)
    if (names === undefined) changed.set(key, new Set(row.changed))
    else for (const name of row.changed) names.add(name)
  }
  const changes = [...newest].map(([key, { account, call_sid, state, version, noted_version, partition, log_offset }]): CallChange => {
    const record = state === null ? null : recordFrom(account, call_sid, state)
    return { account, callSid: call_sid, record, version: version ?? noted_version, changed: [...(changed.get(key) ?? [])].sort(), partition, logOffset: log_offset }
  })
  return { changes, ids: rows.map((row) => row.id) }
}

const CHANGE: readonly Column<CallChange>[] = [
  { name: 'partition', type: 'integer', of: (change) => change.partition },
  { name: 'account', type: 'text', of: (change) => change.account },
  { name: 'call_sid', type: 'text', of: (change) => change.callSid },
  textList('changed', (change) => change.changed),
  { name: 'log_offset', type: 'bigint', of: (change) => change.logOffset },
  { name: 'version', type: 'bigint', of: (change) => change.version },
  { name: 'gone', type: 'boolean', of: (change) => change.record === null },
]

const FORGET_PUBLISHED = `
WITH forgotten AS (DELETE FROM outbox WHERE id = ANY ($${CHANGE.length + 1}::bigint[]))
INSERT INTO outbox (partition, account, call_sid, version, changed, log_offset)
SELECT given.partition, account, call_sid, coalesce(c.version, given.version + 1), string_to_array(given.changed, ','), given.log_offset
FROM ${givenRows(CHANGE)} LEFT JOIN calls c USING (account, call_sid)
WHERE c.version IS DISTINCT FROM CASE WHEN given.gone THEN NULL ELSE given.version END`

/**
 * Forgets what was published, and notes once more every call that does not stand as it was published: between reading and publishing
 * another publisher may have put a newer version into the topic, and compaction would keep ours. One statement, so that a crash cannot part the two.
 */
export const forgetPublished = async (db: Queryable, { changes, ids }: Outbox): Promise<void> => {
  await db.query({ name: 'forget-published', text: FORGET_PUBLISHED, values: [...parameters(CHANGE, changes), binaryArray('bigint', ids)] })
}
