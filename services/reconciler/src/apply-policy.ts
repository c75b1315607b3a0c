/**
 * A coverage policy that changed is applied to the calls judged before: latest first, a bounded number per run, each part in one transaction
 * with how far it came, so that a run that was killed is gone on with. What was said before is kept in the history.
 */
import { createHash } from 'node:crypto'
import { DAY } from '@rollcall/domain/time'
import type { CoveragePolicy } from '@rollcall/domain/window/coverage'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { adoptPolicy, notePolicyApplied, readCallsBefore } from '@rollcall/store/reconcile/coverage-policy'
import type { AsOf } from './as-of.ts'
import { judgeCalls } from './judge-calls.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** Calls that one run judges again for a new policy. */
export const POLICY_APPLIED_PER_RUN_MAX = 2_000
/** Older calls keep what was said of them: their days were answered for, and their webhooks are long gone from any log of Exotel's. */
export const POLICY_APPLIED_AGE_MS_MAX = 31 * DAY

/** Returns how many webhooks are newly missing. */
export const applyPolicy = async (deps: ReconcilerDeps, asOf: AsOf, lease: RunLease): Promise<number> => {
  const rules = JSON.stringify(deps.coverage.rules)
  const at = deps.vendorClock.at(asOf.at)
  const policy = await writeUnderLease(deps, lease, (tx) => adoptPolicy(tx, deps.account, { rules, digest: digestOf(deps.coverage) }, at))
  if (policy.applied) return 0
  const limit = POLICY_APPLIED_PER_RUN_MAX
  const places = await readCallsBefore(deps.pool, deps.account, { before: policy.before, since: at - POLICY_APPLIED_AGE_MS_MAX, limit })
  const calls = await readCallsBySid(
    deps.pool,
    deps.account,
    places.map((place) => place.callSid),
  )
  return writeUnderLease(deps, lease, async (tx) => {
    const missing = await judgeCalls(deps, tx, calls, asOf)
    await notePolicyApplied(tx, policy.policyId, places.length < limit ? null : (places.at(-1) ?? null))
    return missing
  })
}

/** Of what decides: the rules in order, and every number in the one spelling that it is compared in. */
const digestOf = ({ rules, phoneKey }: CoveragePolicy): string => {
  const deciding = rules.map(({ name, expects, when: { exophones, ...when } }) => [name, when, exophones?.map(phoneKey).sort() ?? null, expects])
  return createHash('sha256').update(JSON.stringify(deciding)).digest('hex')
}
