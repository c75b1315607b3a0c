import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'
import type { Connection } from '../pool.ts'
import type { CallVersion, ObservationRow } from '../projection/batch.ts'
import { newBinaryRows } from '../projection/binary-rows.ts'
import { CALL_COLUMNS, CALL_KEY, CALL_VERSION, callRow } from '../projection/call-columns.ts'
import { type Column, names } from '../projection/column.ts'
import { copyRows } from '../projection/copy-rows.ts'
import { OBSERVATION_COLUMNS } from '../projection/insert-observations.ts'
import { CALLS_TOLD_AGAIN } from './loading-tables.ts'
import { REBUILD_SCHEMA } from './rebuild-schema.ts'

/** Rows on their way to one table. */
export interface Loader<Row> {
  add(row: Row): void
  /** Is it time to send them? */
  full(): boolean
  /** Sends what was added. The rows are taken when it is called, so that more can be added while the server has not answered. */
  flush(db: Connection): Promise<void>
}

const loader = <Row>(table: string, columns: readonly Column<Row>[]): Loader<Row> => {
  const rows = newBinaryRows(columns)
  return {
    add: rows.add,
    full: rows.full,
    flush: async (db) => {
      const taken = rows.take()
      if (taken !== null) await copyRows(db, table, names(columns), taken)
    },
  }
}

export const observationLoader = (partition: number): Loader<ObservationRow> =>
  loader(`${REBUILD_SCHEMA}.observations`, [{ name: 'partition', type: 'integer', of: () => partition }, ...OBSERVATION_COLUMNS])

/** A call, and its canonical state where that is known. */
interface LoadedCall extends CallVersion {
  readonly state?: string | undefined
}

/** Calls of which nothing was written before; to the projection that is rebuilt, where no other table is named. */
export const callLoader = (table = `${REBUILD_SCHEMA}.calls`): Loader<LoadedCall> => {
  const { add, full, flush } = loader(table, [...CALL_KEY, ...CALL_COLUMNS, CALL_VERSION])
  return { add: (call) => add(callRow(call)), full, flush }
}

/** What was told of a call since it was written. */
export const toldAgainLoader = (): Loader<CallRecord> =>
  loader<CallRecord>(CALLS_TOLD_AGAIN, [
    { name: 'account', type: 'text', of: ({ account }) => account },
    { name: 'call_sid', type: 'text', of: ({ callSid }) => callSid },
    { name: 'state', type: 'text', of: canonicalState },
  ])
