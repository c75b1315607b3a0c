import { planCall } from '@rollcall/exotel-simulator/calls/plan-call'
import { TrafficPlan } from '@rollcall/exotel-simulator/traffic-plan'
import { WebhookFaults } from '@rollcall/exotel-simulator/webhook-faults'
import { webhookRequest } from '@rollcall/exotel-simulator/webhooks/webhook-request'

const SID_DIGITS = 12
const CALL_BEGUN_AT = Date.UTC(2026, 0, 1)

/**
 * Bodies of a terminal StatusCallback in JSON, as the simulator writes it, about 700 bytes: one answered call told over and over, under another CallSid each time.
 * `mark` (hex) keeps the CallSids of two loads apart.
 */
export const callbackBodies = (mark: string): (() => string) => {
  const traffic = TrafficPlan.parse({ kinds: { 'outbound-extended': 1 }, answeredEventsShare: 0, encodings: { json: 1 } })
  const world = { seed: 1, account: 'bench', traffic, faults: WebhookFaults.parse({}) }
  const bodies = Array.from({ length: 100 }, (_, seq) => planCall(world, seq, CALL_BEGUN_AT)).flatMap((call) =>
    call.webhooks.map((webhook) => ({ callSid: call.callSid, body: webhookRequest(call, webhook).body ?? '' })),
  )
  const { callSid, body } = bodies.reduce((longest, one) => (one.body.length > longest.body.length ? one : longest))
  const [before = '', after = ''] = body.split(`"${callSid}"`)
  const fixed = callSid.slice(0, callSid.length - SID_DIGITS - mark.length)
  let number = 0
  return () => `${before}"${fixed}${mark}${String(number++).padStart(SID_DIGITS, '0')}"${after}`
}
