import { setTimeout as sleep } from 'node:timers/promises'
import { claimLease, releaseLease, renewLease } from '@rollcall/store/lease'
import { LeaseLostError } from './lease-lost-error.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

export const LEASE_MS = 30_000
const RENEWALS_PER_LEASE = 3

/**
 * Does `work` while this process alone holds the account's lease; null when another one has it. The lease is renewed until the work
 * ends. The signal that the work gets aborts when the process stops, and with LeaseLostError when the lease was taken over or could not
 * be renewed for as long as it lasts. A killed process leaves a lease that lapses by itself.
 */
export const holdLease = async <T>(deps: ReconcilerDeps, owner: string, stopped: AbortSignal, work: (lease: RunLease, signal: AbortSignal) => Promise<T>): Promise<T | null> => {
  const job = `reconcile:${deps.account}`
  const token = await claimLease(deps.pool, { job, owner, ttlMs: LEASE_MS })
  if (token === null) return null
  const lost = new AbortController()
  const ended = new AbortController()
  const renewing = renewUntil(ended.signal, () => renewLease(deps.pool, { job, token, owner, ttlMs: LEASE_MS })).then((renewed) => {
    if (!renewed) lost.abort(new LeaseLostError(job))
  })
  try {
    return await work({ job, token }, AbortSignal.any([stopped, lost.signal]))
  } finally {
    ended.abort()
    await renewing
    // Without the database it lapses by itself; what the work ended with is what matters.
    await releaseLease(deps.pool, { job, owner, token }).catch(() => {})
  }
}

/** False when the lease is gone: taken over, or the database was away for as long as the lease lasts. */
const renewUntil = async (ended: AbortSignal, renew: () => Promise<boolean>): Promise<boolean> => {
  let renewedAt = performance.now()
  while (!ended.aborted) {
    await sleep(LEASE_MS / RENEWALS_PER_LEASE, undefined, { signal: ended }).catch(() => {})
    if (ended.aborted) break
    const asked = performance.now()
    const renewed = await renew().catch(() => null)
    if (renewed === false) return false
    if (renewed === true) renewedAt = asked
    else if (performance.now() - renewedAt > LEASE_MS) return false
  }
  return true
}
