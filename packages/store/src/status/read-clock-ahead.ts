import type { Clock } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { readServer } from './read-server.ts'

/** The database's clock less ours, milliseconds; the answer's way halved. */
export const readClockAhead = async (db: Queryable, clock: Clock): Promise<number> => {
  const askedAt = clock()
  const { now } = await readServer(db)
  return Math.round(now - (askedAt + clock()) / 2)
}
