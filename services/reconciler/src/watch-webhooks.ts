import { capacityOf, RPO_MS } from '@rollcall/domain/schedule/capacity'
import { laneSettingsFor } from '@rollcall/domain/schedule/lane-settings'
import type { SchedulePolicy } from '@rollcall/domain/schedule/schedule-policy'
import type { Instant } from '@rollcall/domain/time'
import { policyOfTheList, webhookFlow } from '@rollcall/domain/window/gone-silent'
import { sustainedPerMinute } from '@rollcall/exotel/client/request-budget'
import { readListFeatures } from '@rollcall/store/reconcile/list-features'
import { readCallsPerSecond } from '@rollcall/store/reconcile/read-calls-per-second'
import { noteWebhooksSilent, readWebhookTraffic } from '@rollcall/store/reconcile/webhook-traffic'
import { callLengths } from './expected-calls.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/**
 * Looks whether the account's webhooks have stopped, and says so aloud when they have and when they are back. Returns the policy to plan by:
 * while they may have, the list is read every minute, where the budget suffices for that. Readiness stays: what Exotel does not send is no fault of ours, and is found all the same.
 */
export const watchWebhooks = async (deps: ReconcilerDeps): Promise<SchedulePolicy> => {
  const { account, pool, policy, logger, vendorClock } = deps
  // Before the vendor's clock is known nothing is judged, and a webhook would seem to be missing that is on its way.
  if (vendorClock.skewMs() === null) return policy
  const now = vendorClock.now()
  const traffic = await readWebhookTraffic(pool, account, now)
  const flow = webhookFlow(traffic, now)
  const { lastWebhookAt } = traffic
  if (await noteWebhooksSilent(pool, account, flow === 'silent' ? (lastWebhookAt ?? now) : null)) {
    if (flow === 'silent')
      logger.error(
        { event: 'webhooks.silent', account, lastWebhookAt },
        'no webhook comes though calls should have told of themselves; they are found by the list, which is read every minute until one comes. Check that ingest can be reached, and the callback URLs at Exotel',
      )
    else logger.info({ event: 'webhooks.back', account, lastWebhookAt }, 'webhooks come again, or no call is left that should have told of itself')
  }
  if (flow === 'flowing') return policy
  const often = policyOfTheList(policy)
  return (await suffices(deps, often, now)) ? often : policy
}

/** Reading the list more often than the budget allows would only make every reading late, and that while nothing else tells of calls. */
const suffices = async (deps: ReconcilerDeps, often: SchedulePolicy, now: Instant): Promise<boolean> => {
  const { account, pool, budget } = deps
  const [callsPerSecond, lengths, { features }] = await Promise.all([readCallsPerSecond(pool, account, now), callLengths(deps), readListFeatures(pool, account)])
  const requestsPerMinute = sustainedPerMinute(budget.snapshot().ratePerMinute)
  const { holds, passesShed } = capacityOf({ callsPerSecond, lengths }, laneSettingsFor(often, features.duration), requestsPerMinute, RPO_MS)
  return holds && passesShed === 0
}
