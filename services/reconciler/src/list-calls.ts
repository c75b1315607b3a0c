import { DAY } from '@rollcall/domain/time'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { LIST_FEATURES } from '@rollcall/exotel/client/list-features'
import type { PageHandler, Scan } from '@rollcall/exotel/client/scan'
import { readListFeatures, saveListFeatures } from '@rollcall/store/reconcile/list-features'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import type { ScanRequest } from './scan-report.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** What could not be told, for want of a call that tells or of an answer, is asked again after this long. */
const ASKED_AGAIN_AFTER_MS = DAY

/** Lists a range, with the calls' details where the account's list is known to give them. One that ceases to is remembered not to, and read without. */
export const listCalls = async (deps: ReconcilerDeps, request: ScanRequest, lease: RunLease, signal: AbortSignal, onPage?: PageHandler): Promise<Scan> => {
  const { features, askedAt } = await readListFeatures(deps.pool, deps.account)
  if (features.details !== true) return deps.client.scan(request, { signal, onPage })
  const detailed = await deps.client.scan(request, { signal, details: true, onPage })
  if (detailed.kind === 'complete' || detailed.error?.kind !== 'rejected') return detailed
  const plain = await deps.client.scan(request, { signal, onPage })
  // A range that is refused without details too was not refused for them.
  if (plain.kind === 'complete') await writeUnderLease(deps, lease, (tx) => saveListFeatures(tx, deps.account, { features: { ...features, details: false }, askedAt }))
  return { ...plain, requests: plain.requests + detailed.requests }
}

/**
 * Finds out what the account's list takes, by the calls that it has just shown, and remembers it: in all its life an account is asked once.
 * @returns the requests spent
 */
export const learnListFeatures = async (deps: ReconcilerDeps, listed: readonly ApiRow[], lease: RunLease, signal: AbortSignal): Promise<number> => {
  const { features, askedAt } = await readListFeatures(deps.pool, deps.account)
  const isKnown = LIST_FEATURES.every((feature) => features[feature] !== undefined)
  if (isKnown || listed.length === 0 || (askedAt !== null && deps.clock() - askedAt < ASKED_AGAIN_AFTER_MS)) return 0
  const asked = await deps.client.askListFeatures(listed, features, { signal })
  signal.throwIfAborted()
  await writeUnderLease(deps, lease, (tx) => saveListFeatures(tx, deps.account, { features: asked.features, askedAt: deps.clock() }))
  deps.logger.info({ event: 'list.features', account: deps.account, features: asked.features }, 'found out what the list API takes')
  return asked.requests
}
