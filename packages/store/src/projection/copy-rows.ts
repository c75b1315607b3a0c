import pg from 'pg'
import type { Connection } from '../pool.ts'

/** What pg gives a query that the server asks for the data of a COPY. */
interface CopyTarget {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/**
 * `COPY … FROM STDIN (FORMAT binary)` of rows that `newBinaryRows` made of columns of these names. Resolves when the server has them: all, or,
 * where it throws, none. pg has the messages of a COPY but no query that sends any.
 */
export const copyRows = (db: Connection, table: string, names: string, rows: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const query = new pg.Query(`COPY ${table} (${names}) FROM STDIN (FORMAT binary)`, (error) => (error === undefined || error === null ? resolve() : reject(error)))
    const handleCopyInResponse = (target: CopyTarget): void => {
      target.sendCopyFromChunk(rows)
      target.endCopyFrom()
    }
    db.query(Object.assign(query, { handleCopyInResponse }))
  })
