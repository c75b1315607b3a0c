import type { Instant } from '../clock/simulator-clock.ts'
import { createRandom } from '../random.ts'
import type { CallKind } from './call-kind.ts'
import type { CallWorld } from './call-world.ts'
import type { LedgerWebhook, WebhookEncoding, WebhookEvent, WebhookFault } from './ledger-call.ts'
import { SECOND_MS } from './seconds.ts'

const EVENTS_STREAM = 3
const FAULTS_STREAM = 4

/** Exotel hands a webhook to the network within this. */
const SEND_LAG_MS_MAX = 1_500
/** How long before hang-up the flow reaches its Passthru. */
const PASSTHRU_BEFORE_END_MS_MAX = 1_000
const DUPLICATE_AFTER_MS_MAX = 20 * SECOND_MS
/** A webhook held back behind other calls' newer ones. */
const REORDER_MS_MAX = 30 * SECOND_MS

interface CallMoments {
  readonly seq: number
  readonly kind: CallKind
  readonly hungUpAt: Instant
  /** When leg 1, then leg 2, was answered; shorter where they were not. */
  readonly legsUpAt: readonly Instant[]
}

interface Happening {
  readonly event: WebhookEvent
  readonly happenedAt: Instant
  readonly legsUp: 0 | 1 | 2
}

/** Every webhook the call should have, in the order of what happened, with the faults decided. */
export const planWebhooks = ({ seed, traffic, faults }: CallWorld, { seq, kind, hungUpAt, legsUpAt }: CallMoments): LedgerWebhook[] => {
  const random = createRandom(seed, seq, EVENTS_STREAM)
  const wantsAnswered = random.chance(traffic.answeredEventsShare)
  const drawn = random.pick(Object.entries(traffic.encodings).map(([name, weight]) => ({ name: name as WebhookEncoding, weight }))).name
  const encoding = kind === 'inbound-passthru' ? 'query' : drawn

  const happenings = ((): Happening[] => {
    switch (kind) {
      case 'outbound-extended':
        return [
          ...(wantsAnswered ? legsUpAt : []).map((at, leg) => ({ event: 'status-callback/answered' as const, happenedAt: at, legsUp: leg === 0 ? (1 as const) : (2 as const) })),
          { event: 'status-callback/terminal', happenedAt: hungUpAt, legsUp: 0 },
        ]
      case 'outbound-flow':
        return [{ event: 'status-callback/default', happenedAt: hungUpAt, legsUp: 0 }]
      case 'inbound-passthru':
        return [{ event: 'passthru', happenedAt: hungUpAt - random.integer(0, PASSTHRU_BEFORE_END_MS_MAX), legsUp: 0 }]
      case 'inbound-abandoned':
      case 'inbound-silent':
      case 'dashboard':
      case 'campaign':
        return []
      default:
        return kind satisfies never
    }
  })()

  const plain = happenings.map((happening) => ({ ...happening, readyAt: happening.happenedAt + random.integer(0, SEND_LAG_MS_MAX) }))
  return plain.map(({ event, happenedAt, legsUp, readyAt }, position) => {
    const chance = createRandom(seed, seq, FAULTS_STREAM, position)
    const [drop, duplicate, delay, reorder] = [faults.dropRate, faults.duplicateRate, faults.delay.rate, faults.reorderRate].map((rate) => chance.chance(rate))
    const [holdMs, copyMs] = [chance.integer(1, REORDER_MS_MAX), chance.integer(1, DUPLICATE_AFTER_MS_MAX)]
    const noted: WebhookFault[] = drop ? ['drop'] : [...(duplicate ? ['duplicate' as const] : []), ...(delay ? ['delay' as const] : []), ...(reorder ? ['reorder' as const] : [])]

    const next = plain[position + 1]
    const held = reorder ? Math.max(readyAt, next?.readyAt ?? 0) + holdMs : readyAt
    const dueAt = drop ? readyAt : held + (delay ? Math.round(faults.delay.seconds * SECOND_MS) : 0)
    return {
      event,
      encoding,
      happenedAt,
      dueAt,
      duplicateDueAt: duplicate && !drop ? dueAt + copyMs : null,
      faults: noted,
      legsUp,
      sentAt: null,
      attempts: 0,
      outcome: 'pending',
      httpStatus: null,
      duplicateOutcome: null,
    }
  })
}
