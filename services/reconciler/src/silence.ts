/** A silence that Exotel asks for (Retry-After) outlasts the process that it was asked of: whoever runs next for the account keeps it too. */
import { readSilence, saveSilence } from '@rollcall/store/reconcile/silence'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

type Silenced = Pick<ReconcilerDeps, 'account' | 'budget' | 'pool'>

/** Keeps what is left of a silence that an earlier run was asked for. */
export const keepSilence = async ({ account, budget, pool }: Silenced): Promise<void> => {
  const leftMs = await readSilence(pool, account)
  if (leftMs !== null && leftMs > 0) budget.pause(leftMs)
}

/** Remembers a silence for whoever runs next. */
export const rememberSilence = async (deps: ReconcilerDeps, lease: RunLease): Promise<void> => {
  const { pausedForMs } = deps.budget.snapshot()
  if (pausedForMs > 0) await writeUnderLease(deps, lease, (tx) => saveSilence(tx, deps.account, pausedForMs))
}
