import type { Instant } from '../clock/simulator-clock.ts'
import { createRandom } from '../random.ts'
import type { CallOrder } from './call-order.ts'
import type { CallWorld } from './call-world.ts'
import type { LedgerCall } from './ledger-call.ts'
import { planTruth } from './plan-truth.ts'
import { planView } from './plan-view.ts'
import { planWebhooks } from './plan-webhooks.ts'

const AGENTS_STREAM = 9

/**
 * Call number `seq`, begun at `begunAt`: its whole story up to the last webhook, from the seed alone. Only the times move with begunAt.
 * What an order names is not drawn.
 */
export const planCall = (world: CallWorld, seq: number, begunAt: Instant, order?: CallOrder): LedgerCall => {
  const path = order?.path ?? [seq]
  const { callSid, kind, truth, hungUpAt, legsUpAt } = planTruth(world, path, begunAt, order)
  const agents = truth.leg2Seconds === null ? 0 : createRandom(world.seed, ...path, AGENTS_STREAM).integer(1, world.traffic.agents)
  return {
    seq,
    account: world.account,
    callSid,
    kind,
    truth,
    ...planView(world, path, { kind, begunAt, hungUpAt, truth }),
    agents,
    branch: null,
    callbackUrl: order?.callbackUrl ?? null,
    webhooks: planWebhooks(world, path, { kind, begunAt, hungUpAt, legsUpAt, agents }, order),
  }
}
