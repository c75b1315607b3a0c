/**
 * Fills the empty projection that is rebuilt, up to where the live one stood:
 *
 *   indexes away ► load every partition, several at once ► indexes, of both great tables at once ► merge what was told again ► positions
 *
 * Should Postgres refuse what a record says in spite of all checks, loading cannot tell which record it was: everything is emptied, and whoever
 * folds as a projector does begins at the beginning, and finds it.
 */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { isContentRefused } from '@rollcall/store/errors'
import type { Connection, Pool } from '@rollcall/store/pool'
import { advancePosition } from '@rollcall/store/projection/advance-position'
import { dropIndexes, emptyTables, endLoading, type Indexes, makeIndexes, prepareLoading } from '@rollcall/store/rebuild/loading-tables'
import { atOnce } from '../at-once.ts'
import { EPOCH, type Positions, writtenByAnother } from './fold-to.ts'
import type { Loaded, LoadSpan } from './load-partition.ts'
import { mergeToldAgain } from './merge-told-again.ts'

/** Of each of two connections, on the server. */
const SORT_MEMORY_MB = 256

/** Loads these, several at once. When it throws, nothing is written any more. */
export type LoadSpans = (spans: readonly LoadSpan[]) => Promise<readonly Loaded[]>

export interface Loading {
  /** Moved as far as it got: to the target, or nowhere. */
  readonly positions: Positions
  readonly target: ReadonlyMap<number, bigint>
  /** Whether what is loaded is to stay; otherwise it is thrown away when it was compared. */
  readonly kept: boolean
}

export const loadProjection = async (holder: Connection, pool: Pool, load: LoadSpans, { positions, target, kept }: Loading): Promise<void> => {
  const indexes = await prepareLoading(holder, kept)
  const spans = [...positions].map(([partition, from]) => ({ partition, from, to: target.get(partition) ?? from })).filter(({ from, to }) => from < to)
  try {
    const loaded = await load(spans)
    await makeAllIndexes(pool, indexes)
    await mergeToldAgain(pool)
    for (const { partition, next, lastRecordSha256 } of loaded) {
      const from = positions.get(partition)
      if (from === undefined || lastRecordSha256 === null) continue
      const outcome = await advancePosition(pool, { topic: OBSERVATIONS_TOPIC, partition, epoch: EPOCH, from, to: next, lastRecordSha256 })
      if (outcome !== 'advanced') throw writtenByAnother(outcome)
      positions.set(partition, next)
    }
  } catch (error) {
    if (!isContentRefused(error)) throw error
    await emptyTables(holder)
    // It may have been refused by an index, or when some were there already.
    await dropIndexes(holder)
    await makeAllIndexes(pool, indexes)
  }
  await endLoading(holder)
}

const makeAllIndexes = async (pool: Pool, { calls, observations }: Indexes): Promise<void> => {
  // Where one is refused, the other has ended before anything else is done to its table.
  await atOnce(2, [calls, observations], (statements) => makeIndexes(pool, statements, SORT_MEMORY_MB))
}
