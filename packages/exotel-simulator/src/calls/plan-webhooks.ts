import { createRandom } from '../random.ts'
import { surfaceOf } from '../webhooks/webhook-surface.ts'
import type { CallOrder } from './call-order.ts'
import type { CallWorld } from './call-world.ts'
import { type LedgerWebhook, UNSENT, type WebhookEncoding, type WebhookEvent, type WebhookSurface } from './ledger-call.ts'
import { planFaults } from './plan-faults.ts'
import { type CallMoments, planHappenings } from './plan-happenings.ts'

const EVENTS_STREAM = 3
const FAULTS_STREAM = 4

/** Exotel hands a webhook to the network within this. */
const SEND_LAG_MS_MAX = 1_500

const ENCODINGS: Readonly<Record<WebhookSurface, WebhookEncoding | null>> = {
  'status-callback': null,
  passthru: 'query',
  popup: 'query',
  connect: 'query',
  gather: 'query',
  webrtc: 'json',
  campaign: 'json',
  exoml: 'json',
  sms: 'urlencoded',
  heartbeat: 'json',
}

/** Null: as the call asked for. */
const encodingOf = (event: WebhookEvent): WebhookEncoding | null => (event.startsWith('voice-v3/') ? 'json' : ENCODINGS[surfaceOf(event)])

/** Every webhook the call should have, in the order of what happened, with the faults decided. `path` names the call's streams of chance. */
export const planWebhooks = ({ seed, traffic, faults, webhooks }: CallWorld, path: readonly number[], call: CallMoments, order?: CallOrder): LedgerWebhook[] => {
  const random = createRandom(seed, ...path, EVENTS_STREAM)
  const wantsAnswered = random.chance(traffic.answeredEventsShare)
  const drawn = random.pick(Object.entries(traffic.encodings).map(([name, weight]) => ({ name: name as WebhookEncoding, weight }))).name
  const happenings = planHappenings(call, {
    traffic,
    random,
    wantsAnswered: order?.wantsAnswered ?? wantsAnswered,
    wantsTerminal: order?.wantsTerminal ?? true,
    v3Callback: webhooks?.v3Callback !== 'none',
  })
  const plain = happenings.map((happening) => {
    const lagMs = random.integer(0, SEND_LAG_MS_MAX)
    // A flow that waits for the answer has asked at once.
    return { ...happening, readyAt: happening.happenedAt + (happening.sync ? 0 : lagMs) }
  })

  return plain.map(({ readyAt, ...happening }, position) => {
    const encoding = encodingOf(happening.event) ?? order?.encoding ?? drawn
    const subject = { ...happening, encoding, kind: call.kind, byApi: order?.byApi === true && position === 0 }
    const planned = planFaults(faults, subject, createRandom(seed, ...path, FAULTS_STREAM, position))
    const reordered = planned.faults.includes('reorder')
    const held = reordered ? Math.max(readyAt, plain[position + 1]?.readyAt ?? 0) + planned.holdMs : readyAt
    const dueAt = held + planned.delayMs
    return { ...happening, encoding, dueAt, duplicateDueAt: planned.copyMs === null ? null : dueAt + planned.copyMs, faults: planned.faults, ...UNSENT }
  })
}
