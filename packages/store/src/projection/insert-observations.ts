import type { Queryable } from '../queryable.ts'
import type { ObservationRow } from './batch.ts'
import { type Column, givenRows, names, parameters, values } from './column.ts'

/** Of `observations`, without the partition. */
export const OBSERVATION_COLUMNS: readonly Column<ObservationRow>[] = [
  { name: 'log_offset', type: 'bigint', of: (row) => row.logOffset },
  { name: 'account', type: 'text', of: (row) => row.account },
  { name: 'call_sid', type: 'text', of: (row) => row.callSid },
  { name: 'surface', type: 'text', of: (row) => row.surface },
  { name: 'event', type: 'text', of: (row) => row.event },
  { name: 'source', type: 'text', of: (row) => row.source },
  { name: 'received_at', type: 'timestamptz', of: (row) => row.receivedAt },
  { name: 'ce_id', type: 'text', of: (row) => row.ceId },
  { name: 'payload_sha256', type: 'text', of: (row) => row.payloadSha256 },
  { name: 'outcome', type: 'text', of: (row) => row.outcome },
  { name: 'facts', type: 'jsonb', of: (row) => row.facts },
  { name: 'scan_id', type: 'text', of: (row) => row.scanId },
  { name: 'exceptions', type: 'jsonb', of: (row) => row.exceptions },
]

const INSERT_OBSERVATIONS = `INSERT INTO observations (partition, ${names(OBSERVATION_COLUMNS)}) SELECT $${OBSERVATION_COLUMNS.length + 1}::int, ${values(OBSERVATION_COLUMNS)} FROM ${givenRows(OBSERVATION_COLUMNS)}`

/** One row per observation, each in the month of its receipt. */
export const insertObservations = async (db: Queryable, partition: number, rows: readonly ObservationRow[]): Promise<void> => {
  if (rows.length === 0) return
  await db.query({ name: 'insert-observations', text: INSERT_OBSERVATIONS, values: [...parameters(OBSERVATION_COLUMNS, rows), partition] })
}
