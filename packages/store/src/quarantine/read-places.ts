import type { Queryable } from '../queryable.ts'
import { CHOSEN, chosen, type LetterChoice, type LetterPlace } from './list-dead-letters.ts'

/** The places of chosen dead letters in the order of the log, behind `after`, so that a long list is gone through in pieces. */
export const readPlaces = async (db: Queryable, choice: LetterChoice, after: LetterPlace | null, placesMax: number): Promise<readonly LetterPlace[]> => {
  const { rows } = await db.query<{ partition: number; log_offset: bigint }>(
    `SELECT partition, log_offset FROM projection.dead_letters WHERE ${CHOSEN} AND ($5::int IS NULL OR (partition, log_offset) > ($5::int, $6::bigint))
     ORDER BY partition, log_offset LIMIT $7`,
    [...chosen(choice), after?.partition ?? null, after?.logOffset.toString() ?? null, placesMax],
  )
  return rows.map((row) => ({ partition: row.partition, logOffset: row.log_offset }))
}
