import { policyOfTheList, webhookFlow } from '@rollcall/domain/window/gone-silent'
import { noteWebhooksSilent, readWebhookTraffic } from '@rollcall/store/reconcile/webhook-traffic'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/**
 * Looks whether the account's webhooks have stopped, and says so aloud when they have and when they are back. Returns the policy to plan by:
 * while they may have, the list is read every minute. Readiness stays: what Exotel does not send is no fault of ours, and is found all the same.
 */
export const watchWebhooks = async ({ account, pool, policy, logger, vendorClock }: ReconcilerDeps): Promise<ReconcilerDeps['policy']> => {
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
  return flow === 'flowing' ? policy : policyOfTheList(policy)
}
