import type { Instant } from '../clock/simulator-clock.ts'
import type { Random } from '../random.ts'
import type { TrafficPlan } from '../traffic-plan.ts'
import type { CallKind } from './call-kind.ts'
import type { LedgerWebhook, WebhookEvent } from './ledger-call.ts'

/** How long before hang-up the flow reaches its Passthru. */
const PASSTHRU_BEFORE_END_MS_MAX = 1_000
/** Of the time an agent's phone is dialled, how much passes until it rings. */
const RING_AFTER = 0.25

export interface CallMoments {
  readonly kind: CallKind
  readonly begunAt: Instant
  readonly hungUpAt: Instant
  /** When leg 1, then leg 2, was answered; shorter where they were not. */
  readonly legsUpAt: readonly Instant[]
  /** How many agents were tried. */
  readonly agents: number
}

export interface Choices {
  readonly traffic: TrafficPlan
  readonly wantsAnswered: boolean
  readonly wantsTerminal: boolean
  readonly v3Callback: boolean
  readonly random: Random
}

/** What one webhook tells of. */
export type Happening = Pick<LedgerWebhook, 'event' | 'happenedAt' | 'legsUp' | 'place' | 'last' | 'sync'>

const happening = (event: WebhookEvent, happenedAt: Instant, more: Partial<Happening> = {}): Happening => ({
  event,
  happenedAt,
  legsUp: 0,
  place: 0,
  last: true,
  sync: false,
  ...more,
})

/** What of a call Exotel tells by webhook, in the order of its happening. */
export const planHappenings = (call: CallMoments, { traffic, wantsAnswered, wantsTerminal, v3Callback, random }: Choices): Happening[] => {
  const { kind, begunAt, hungUpAt, legsUpAt } = call
  const [leg1Up, leg2Up] = legsUpAt
  const lastPassthru = (place = 0) => happening('passthru', Math.max(hungUpAt - random.integer(0, PASSTHRU_BEFORE_END_MS_MAX), begunAt), { place })
  const during = (part: number): Instant => Math.round(begunAt + (hungUpAt - begunAt) * part)

  switch (kind) {
    case 'outbound-extended':
      return [
        ...(wantsAnswered ? legsUpAt : []).map((at, leg) => happening('status-callback/answered', at, { legsUp: leg === 0 ? 1 : 2, place: leg })),
        ...(wantsTerminal ? [happening('status-callback/terminal', hungUpAt)] : []),
      ]
    case 'outbound-flow':
    case 'outbound-default':
      return [happening('status-callback/default', hungUpAt)]
    case 'outbound-undialled':
      return [happening('status-callback/terminal', hungUpAt)]
    case 'outbound-v3':
      return v3Callback ? [happening('voice-v3/terminal', hungUpAt)] : []
    case 'outbound-exoml':
      return [...(leg1Up === undefined ? [] : [happening('exoml/leg-answered', leg1Up)]), happening('exoml/leg-completed', hungUpAt)]
    case 'inbound-passthru':
    case 'inbound-transfer':
      return [lastPassthru()]
    case 'inbound-several': {
      const before = Array.from({ length: traffic.passthrus - 1 }, (_, place) => happening('passthru', during((place + 1) / (2 * traffic.passthrus)), { place, last: false }))
      return [...before, lastPassthru(before.length)]
    }
    case 'inbound-sync':
      return [happening('passthru', during(0.1), { last: false, sync: true }), lastPassthru(1)]
    case 'inbound-gather':
      return [happening('gather', during(0.05)), ...(call.agents > 0 ? [happening('connect', during(0.2))] : []), lastPassthru()]
    case 'inbound-popup':
      return [...popups(call, traffic.popupEvents === 'all'), lastPassthru()]
    case 'webrtc-outbound':
      return [...(leg2Up === undefined ? [] : [happening('webrtc/answered', leg2Up)]), happening('webrtc/terminal', hungUpAt)]
    case 'webrtc-inbound':
      return [happening('webrtc/active', leg1Up ?? begunAt), happening('webrtc/terminal', hungUpAt)]
    case 'campaign':
      return traffic.campaignCallbacks ? [happening('campaign/call', hungUpAt)] : []
    case 'inbound-abandoned':
    case 'inbound-silent':
    case 'outbound-silent':
    case 'transfer-leg':
    case 'dashboard':
      return []
    default:
      return kind satisfies never
  }
}

/** Agents are tried one after the other from the greeting's end on; the last is the one who answers, if any does. */
const popups = ({ begunAt, hungUpAt, legsUpAt: [leg1Up, leg2Up], agents }: CallMoments, all: boolean): Happening[] => {
  const from = leg1Up ?? begunAt
  const to = leg2Up ?? hungUpAt
  const dialAt = (place: number): Instant => Math.round(from + ((to - from) * place) / agents)
  return Array.from({ length: agents }, (_, place) => {
    const last = place === agents - 1
    const [dialled, left] = [dialAt(place), dialAt(place + 1)]
    return [
      happening('popup/dial', dialled, { place, last }),
      ...(all ? [happening('popup/ringing', Math.round(dialled + (left - dialled) * RING_AFTER), { place, last })] : []),
      ...(all && last && leg2Up !== undefined ? [happening('popup/answered', leg2Up, { place, last })] : []),
      happening('popup/terminal', last ? hungUpAt : left, { place, last }),
    ]
  }).flat()
}
