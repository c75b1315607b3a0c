import { MINUTE } from '@rollcall/domain/time'
import { learnSkew } from './learn-skew.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** How often the account is asked for although no scan is due: a clock that jumped, and credentials that ended, show within a minute. */
export const CHECK_EVERY_MS = MINUTE

/** Asks the API a question that costs nothing, for the Date of its answer. What it refuses, scans will say. */
export const checkAccount = async (deps: Pick<ReconcilerDeps, 'account' | 'client' | 'vendorClock' | 'logger'>, signal: AbortSignal): Promise<void> => {
  const check = await deps.client.checkAccount({ signal })
  if (check.kind === 'ok') learnSkew(deps, check.clockSkewMs)
}
