import { CALL_KINDS } from '@rollcall/exotel-simulator/calls/call-kind'
import { createCallSource } from '@rollcall/exotel-simulator/calls/call-source'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { type ToldTruth, toldTruth } from '@rollcall/exotel-simulator/calls/told-truth'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { TrafficPlan } from '@rollcall/exotel-simulator/traffic-plan'
import { WebhookFaults } from '@rollcall/exotel-simulator/webhook-faults'
import { type WebhookRequest, webhookRequest } from '@rollcall/exotel-simulator/webhooks/webhook-request'
import { webhookIdentity } from './webhook-identity.ts'

/** Calls whose webhooks are told in turns, so that a call lasts over several faults. */
const CALLS_AT_ONCE = 200
const WEBHOOKS_STREAM = 77
/** Whose webhooks tell most. */
const MORE_OF = { 'outbound-extended': 8, 'outbound-v3': 3, 'inbound-passthru': 3 } as const

export interface PlannedWebhook {
  readonly callSid: string
  readonly request: WebhookRequest
  readonly identity: string
  /** See the book. */
  readonly told: ToldTruth
}

/** Webhooks of simulated calls of every kind without end, in every encoding, each call's in their order and no two alike. */
export function* planWebhooks(seed: number, account: string, beginAt: number): Generator<PlannedWebhook, never> {
  const kinds = Object.fromEntries(CALL_KINDS.map((kind) => [kind, 1]))
  const traffic = TrafficPlan.parse({
    callsPerSecond: 20,
    callSeconds: { mean: 30, max: 300 },
    kinds: { ...kinds, ...MORE_OF },
    campaignCallbacks: true,
    encodings: { json: 1, urlencoded: 1, multipart: 1 },
  })
  const source = createCallSource({ seed, account, traffic, faults: WebhookFaults.parse({}) })
  source.begin(beginAt)
  const random = createRandom(seed, WEBHOOKS_STREAM)
  const calls: PlannedWebhook[][] = []
  for (;;) {
    while (calls.length < CALLS_AT_ONCE) {
      const webhooks = webhooksOf(source.take())
      if (webhooks.length > 0) calls.push(webhooks)
    }
    const at = random.integer(0, calls.length - 1)
    const next = calls[at]?.shift()
    if (next !== undefined) yield next
    if (calls[at]?.length === 0) calls.splice(at, 1)
  }
}

const webhooksOf = (call: LedgerCall): PlannedWebhook[] => {
  const seen = new Set<string>()
  return call.webhooks.flatMap((webhook) => {
    const request = webhookRequest(call, webhook)
    const identity = webhookIdentity({ method: request.method, query: request.query, body: request.body ?? '' })
    if (seen.has(identity)) return []
    seen.add(identity)
    return [{ callSid: call.callSid, request, identity, told: toldTruth(call, webhook) }]
  })
}
