import { DAY } from '@rollcall/domain/time'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { LIST_FEATURES } from '@rollcall/exotel/client/list-features'
import type { PageHandler, Scan } from '@rollcall/exotel/client/scan'
import { type KnownListFeatures, readListFeatures, saveListFeatures } from '@rollcall/store/reconcile/list-features'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import type { ScanRequest } from './scan-report.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** What could not be told, for want of a call that tells or of an answer, is asked again after this long. */
const ASKED_AGAIN_AFTER_MS = DAY

/**
 * Lists a range, with the calls' details where the account's list is known to give them. One that ceases to is remembered not to, and read
 * without; one that refuses to filter by duration is asked again whether it does, and until then ages are read whole.
 */
export const listCalls = async (deps: ReconcilerDeps, request: ScanRequest, lease: RunLease, signal: AbortSignal, onPage?: PageHandler): Promise<Scan> => {
  const { features, askedAt } = await readListFeatures(deps.pool, deps.account)
  const { durationAtLeastSeconds } = request
  const remember = (known: KnownListFeatures): Promise<void> => writeUnderLease(deps, lease, (tx) => saveListFeatures(tx, deps.account, known))
  const list = (details: boolean): Promise<Scan> => deps.client.scan(request, { signal, details, durationAtLeastSeconds, onPage })
  const detailed = features.details === true ? await list(true) : null
  if (detailed !== null && !isRejected(detailed)) return detailed
  const plain = await list(false)
  // A range that is refused without details too was not refused for them.
  if (detailed !== null && plain.kind === 'complete') await remember({ features: { ...features, details: false }, askedAt })
  if (durationAtLeastSeconds !== null && isRejected(plain)) {
    const { duration: _, ...others } = features
    await remember({ features: others, askedAt: null })
  }
  return { ...plain, requests: plain.requests + (detailed?.requests ?? 0) }
}

const isRejected = (scan: Scan): boolean => scan.kind === 'incomplete' && scan.error?.kind === 'rejected'

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
