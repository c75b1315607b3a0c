import type { Queryable } from '../queryable.ts'
import type { LetterPlace } from './list-dead-letters.ts'

/** Notes why a dead letter cannot be read today, which need not be why it could not when it came. */
export const setReason = async (db: Queryable, { partition, logOffset }: LetterPlace, reason: string): Promise<void> => {
  await db.query('UPDATE dead_letters SET reason = $3 WHERE partition = $1 AND log_offset = $2 AND reason <> $3', [partition, logOffset.toString(), reason])
}
