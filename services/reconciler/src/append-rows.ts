import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { type ReadingContext, rowObservation } from './row-observation.ts'

const ROWS_PER_APPEND_MAX = 500
const APPEND_MS_MAX = 10_000

/** Appends what was found. Rejects when the log does not take it: the scan then closes nothing, and the next one finds the same rows again. */
export const appendRows = async (log: EventLog, rows: readonly ApiRow[], context: ReadingContext): Promise<void> => {
  for (let first = 0; first < rows.length; first += ROWS_PER_APPEND_MAX) {
    const records = rows.slice(first, first + ROWS_PER_APPEND_MAX).map((row) => toLogRecord(rowObservation(row, context)))
    await log.append(OBSERVATIONS_TOPIC, records, { deadlineMs: APPEND_MS_MAX })
  }
}
