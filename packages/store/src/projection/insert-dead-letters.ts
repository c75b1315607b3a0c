import type { Queryable } from '../queryable.ts'
import type { DeadLetterRow } from './batch.ts'

/** NUL cannot stand in Postgres text, nor inside jsonb. */
const withoutNul = (text: string): string => text.replaceAll('\u0000', '\uFFFD')

export const insertDeadLetters = async (db: Queryable, partition: number, rows: readonly DeadLetterRow[]): Promise<void> => {
  for (const row of rows) {
    await db.query('INSERT INTO dead_letters (partition, log_offset, account, surface, reason, headers, payload, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
      partition,
      row.logOffset.toString(),
      row.account,
      row.surface,
      withoutNul(row.reason),
      JSON.stringify(Object.fromEntries(Object.entries(row.headers).map(([name, value]) => [withoutNul(name), withoutNul(value)]))),
      Buffer.from(row.payload.buffer, row.payload.byteOffset, row.payload.byteLength),
      new Date(row.receivedAt).toISOString(),
    ])
  }
}
