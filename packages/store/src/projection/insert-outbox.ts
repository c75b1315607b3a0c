import type { Queryable } from '../queryable.ts'
import type { CallWrite } from './batch.ts'
import { type Column, givenRows, names, parameters, textList, values } from './column.ts'

const COLUMNS: readonly Column<CallWrite>[] = [
  { name: 'account', type: 'text', of: ({ record }) => record.account },
  { name: 'call_sid', type: 'text', of: ({ record }) => record.callSid },
  { name: 'version', type: 'bigint', of: ({ baseVersion }) => baseVersion + 1n },
  textList('changed', ({ changed }) => changed),
  { name: 'log_offset', type: 'bigint', of: ({ logOffset }) => logOffset },
]

const INSERT_OUTBOX = `INSERT INTO outbox (partition, ${names(COLUMNS)}) SELECT $${COLUMNS.length + 1}::int, ${values(COLUMNS)} FROM ${givenRows(COLUMNS)}`

/** Notes which calls changed, to be published. */
export const insertOutbox = async (db: Queryable, partition: number, writes: readonly CallWrite[]): Promise<void> => {
  if (writes.length === 0) return
  await db.query({ name: 'insert-outbox', text: INSERT_OUTBOX, values: [...parameters(COLUMNS, writes), partition] })
}
