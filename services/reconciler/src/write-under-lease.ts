import type { Queryable } from '@rollcall/store/queryable'
import { underLease } from '@rollcall/store/reconcile/under-lease'
import { LeaseLostError } from './lease-lost-error.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

/** Everything a run concludes is written through here: together, and only while it holds its lease. @throws LeaseLostError, with nothing written. */
export const writeUnderLease = async <T>(deps: ReconcilerDeps, lease: RunLease, write: (tx: Queryable) => Promise<T>): Promise<T> => {
  const written = await underLease(deps.pool, lease, write)
  if (written === 'lost') throw new LeaseLostError(lease.job)
  return written.done
}
