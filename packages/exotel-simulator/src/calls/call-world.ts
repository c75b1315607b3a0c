import type { TrafficPlan } from '../traffic-plan.ts'
import type { WebhookFaults } from '../webhook-faults.ts'
import type { WebhookProfile } from '../webhooks/webhook-profile.ts'

/** What the calls of one account have in common. */
export interface CallWorld {
  readonly seed: number
  readonly account: string
  readonly traffic: TrafficPlan
  readonly faults: WebhookFaults
  /** Left out: the defaults. */
  readonly webhooks?: WebhookProfile
  /** Of the account's times; left out: India's. */
  readonly utcOffsetMinutes?: number
}
