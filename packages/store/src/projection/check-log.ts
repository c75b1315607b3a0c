import type { Queryable } from '../queryable.ts'
import { foreignLog } from './claim-partitions.ts'

/** The database and the log do not belong together; the message is for the operator. */
export class ForeignLogError extends Error {
  override readonly name = 'ForeignLogError'
  readonly exitCode = 2
}

/** What an operator is told of a projection that was folded from `projected`, next to a log that is `configured`: cluster ids. */
export const foreignLogProblem = (projected: string, configured: string): string =>
  `The projection in DATABASE_URL was folded from the log ${projected}, but the configured log is ${configured}. Needed is the log it came from. ` +
  `Nothing was changed. Correct KAFKA_BROKERS or DATABASE_URL; if the log was replaced on purpose, run 'rollcall rebuild --swap' to fold it anew.`

/** Before anything is read from the log or written to it: the database must hold nothing of another one. @throws ForeignLogError */
export const checkLog = async (db: Queryable, topic: string, logClusterId: string): Promise<void> => {
  const projected = await foreignLog(db, topic, logClusterId)
  if (projected !== null) throw new ForeignLogError(foreignLogProblem(projected, logClusterId))
}

const NO_LOG = ''

/** The cluster id of the log that the projection was folded from; null where nothing is folded. */
export const foldedFrom = (db: Queryable, topic: string): Promise<string | null> => foreignLog(db, topic, NO_LOG)
