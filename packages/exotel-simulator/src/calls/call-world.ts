import type { TrafficPlan } from '../traffic-plan.ts'
import type { WebhookFaults } from '../webhook-faults.ts'

/** What the calls of one simulator have in common. */
export interface CallWorld {
  readonly seed: number
  readonly account: string
  readonly traffic: TrafficPlan
  readonly faults: WebhookFaults
}
