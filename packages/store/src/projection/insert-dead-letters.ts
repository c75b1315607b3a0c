import type { Queryable } from '../queryable.ts'
import type { DeadLetterRow } from './batch.ts'
import { type Column, givenRows, names, parameters, values } from './column.ts'

/** NUL cannot stand in Postgres text, and half a surrogate pair not in jsonb. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu
const storable = (text: string): string => text.replace(UNSTORABLE, '\uFFFD')
const storableOrNull = (text: string | null): string | null => (text === null ? null : storable(text))

/** Of `dead_letters`, without the partition. */
export const DEAD_LETTER_COLUMNS: readonly Column<DeadLetterRow>[] = [
  { name: 'log_offset', type: 'bigint', of: (row) => row.logOffset },
  { name: 'account', type: 'text', of: (row) => storableOrNull(row.account) },
  { name: 'surface', type: 'text', of: (row) => storableOrNull(row.surface) },
  { name: 'reason', type: 'text', of: (row) => storable(row.reason) },
  { name: 'headers', type: 'jsonb', of: (row) => JSON.stringify(Object.fromEntries(Object.entries(row.headers).map(([name, value]) => [storable(name), storable(value)]))) },
  { name: 'payload', type: 'bytea', of: (row) => row.payload },
  { name: 'received_at', type: 'timestamptz', of: (row) => row.receivedAt },
]

const INSERT_DEAD_LETTERS = `INSERT INTO dead_letters (partition, ${names(DEAD_LETTER_COLUMNS)}) SELECT $${DEAD_LETTER_COLUMNS.length + 1}::int, ${values(DEAD_LETTER_COLUMNS)} FROM ${givenRows(DEAD_LETTER_COLUMNS)}`

/** Keeps what no reader understands, whatever it holds: the bytes as they are, of the texts what Postgres can store. */
export const insertDeadLetters = async (db: Queryable, partition: number, rows: readonly DeadLetterRow[]): Promise<void> => {
  if (rows.length === 0) return
  await db.query({ name: 'insert-dead-letters', text: INSERT_DEAD_LETTERS, values: [...parameters(DEAD_LETTER_COLUMNS, rows), partition] })
}
