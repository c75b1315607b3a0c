import { INDIA_UTC_OFFSET_MINUTES, type Observation } from '@rollcall/contracts/observation'
import { ApiProfile } from '@rollcall/exotel-simulator/api/api-profile'
import { callRow } from '@rollcall/exotel-simulator/api/call-row'
import { CALL_KINDS } from '@rollcall/exotel-simulator/calls/call-kind'
import { createCallSource } from '@rollcall/exotel-simulator/calls/call-source'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'
import { TrafficPlan } from '@rollcall/exotel-simulator/traffic-plan'
import { WebhookFaults } from '@rollcall/exotel-simulator/webhook-faults'
import { WebhookProfile } from '@rollcall/exotel-simulator/webhooks/webhook-profile'
import { type WebhookRequest, webhookRequest } from '@rollcall/exotel-simulator/webhooks/webhook-request'

const BEGIN_AT = Date.UTC(2026, 0, 5, 4)
const CALLS = 100
const ACCOUNT = 'acme'

export interface SimulatedSettings {
  readonly seed?: number
  readonly account?: { readonly utcOffsetMinutes?: number }
  readonly traffic?: object
  readonly webhooks?: object
  readonly api?: object
  readonly faults?: object
}

export interface SimulatedDelivery {
  readonly call: LedgerCall
  readonly webhook: LedgerWebhook
  readonly observation: Observation
}

const observation = (
  surface: Observation['surface'],
  receivedAt: number,
  request: Pick<WebhookRequest, 'query' | 'contentType' | 'body'> & { method: string | null; utcOffsetMinutes: number },
): Observation => ({
  id: '01890000-0000-7000-8000-000000000000',
  account: ACCOUNT,
  surface,
  callSid: null,
  receivedAt,
  source: '/rollcall/test',
  method: request.method,
  query: request.query === '' ? null : request.query,
  contentType: request.contentType,
  scanId: null,
  leaseEpoch: null,
  payloadSha256: '',
  traceparent: null,
  utcOffsetMinutes: request.utcOffsetMinutes,
  payload: Buffer.from(request.body ?? ''),
})

/** Calls of every kind under some settings: each webhook, and each call's rows from hang-up until nothing changes, as they would be in the log. */
export const simulatedObservations = ({ seed = 7, account, traffic, webhooks, api, faults }: SimulatedSettings) => {
  const utcOffsetMinutes = account?.utcOffsetMinutes ?? INDIA_UTC_OFFSET_MINUTES
  const source = createCallSource({
    seed,
    account: ACCOUNT,
    utcOffsetMinutes,
    traffic: TrafficPlan.parse({ kinds: Object.fromEntries(CALL_KINDS.map((kind) => [kind, 1])), campaignCallbacks: true, answeredEventsShare: 0.7, ...traffic }),
    webhooks: WebhookProfile.parse(webhooks ?? {}),
    faults: WebhookFaults.parse(faults ?? {}),
  })
  source.begin(BEGIN_AT)
  const calls = Array.from({ length: CALLS }, () => source.take())
  const profile = ApiProfile.parse(api ?? {})
  const deliveries: SimulatedDelivery[] = calls.flatMap((call) =>
    call.webhooks.map((webhook) => {
      const request = webhookRequest(call, webhook)
      return { call, webhook, observation: observation(request.surface, webhook.dueAt, { ...request, utcOffsetMinutes }) }
    }),
  )
  const rowOf = (call: LedgerCall, now: number, shape: 'list' | 'single') => {
    const row = callRow(call, { account: ACCOUNT, now, shape, details: shape === 'single' || profile.listDetails === 'given', profile })
    const body = JSON.stringify(shape === 'single' ? { Call: row } : row)
    return observation(shape === 'single' ? 'call-lookup' : 'call-list', now, { method: null, query: '', contentType: 'application/json', body, utcOffsetMinutes })
  }
  return { calls, deliveries, rowOf }
}
