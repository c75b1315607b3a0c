import type { Instant } from '../clock/simulator-clock.ts'
import { createRandom, type Random } from '../random.ts'
import { type CallKind, DIRECTIONS, EXOPHONES } from './call-kind.ts'
import type { CallWorld } from './call-world.ts'
import { drawCallSid } from './draw-call-sid.ts'
import type { CallTruth, LedgerCall, LegStatus } from './ledger-call.ts'
import { drawOutcome, type Outcome } from './outcome.ts'
import { planWebhooks } from './plan-webhooks.ts'
import { SECOND_MS, secondOf } from './seconds.ts'

/** Purposes of the random streams of one call; a number once given is never reused. */
const TRUTH_STREAM = 1
const VIEW_STREAM = 2

const RING_SECONDS_MAX = 20
const RECORDED_SHARE = 0.9
/** Price of a started minute, in thousandths. */
const MINUTE_PRICE = 450
const PHONE_LINES = 9_000

/** All are made up; the ExoPhones are 09000009xxx. */
const drawPhone = (random: Random) => `0900000${String(random.integer(0, PHONE_LINES - 1)).padStart(4, '0')}`

const decimalOf = (thousandths: number): string => String(thousandths / 1_000)

const listed = <Key extends string>(weights: Readonly<Record<Key, number>>) => (Object.entries(weights) as [Key, number][]).map(([name, weight]) => ({ name, weight }))

/** How long each part of the call takes, in whole seconds that add up to the drawn length. */
const splitCall = (length: number, { leg1, leg2 }: Outcome, random: Random) => {
  const ring = () => Math.min(random.integer(2, RING_SECONDS_MAX), Math.floor(length / 4))
  const setup = length > 4 ? random.integer(0, 2) : 0
  const ring1 = leg1 === 'completed' ? ring() : 0
  const ring2 = leg2 === 'completed' ? ring() : 0
  const duration = length - setup
  const leg1Seconds = leg1 === 'completed' ? Math.max(duration - ring1, 0) : 0
  return { setup, ring1, ring2, duration, leg1Seconds, conversation: leg2 === 'completed' ? Math.max(leg1Seconds - ring2, 1) : 0 }
}

/**
 * Call number `seq`, begun at `begunAt`: its whole story up to the last webhook, from the seed alone. Only the times move with begunAt.
 */
export const planCall = (world: CallWorld, seq: number, begunAt: Instant): LedgerCall => {
  const { seed, account, traffic } = world
  const random = createRandom(seed, seq, TRUTH_STREAM)
  const callSid = drawCallSid(random)
  const kind: CallKind = random.pick(listed(traffic.kinds)).name
  const outcome = drawOutcome(kind, random)
  const length = Math.min(Math.max(Math.round(random.exponential(traffic.callSeconds.mean)), 1), traffic.callSeconds.max)
  const parts = splitCall(length, outcome, random)
  const direction = DIRECTIONS[kind]
  const exophone = EXOPHONES[kind]
  const [caller, callee] = [drawPhone(random), drawPhone(random)]
  const createdAt = secondOf(begunAt)
  const talked = outcome.status === 'completed' && (outcome.leg2 === 'completed' || kind === 'outbound-flow')
  const leg2: LegStatus | null = outcome.leg2 === 'none' || outcome.leg2 === 'undialled' ? null : outcome.leg2

  const truth: CallTruth = {
    status: outcome.status,
    direction,
    from: caller,
    to: direction === 'inbound' || kind === 'outbound-flow' ? exophone : callee,
    exophone,
    createdAt,
    startedAt: createdAt + parts.setup * SECOND_MS,
    endedAt: createdAt + length * SECOND_MS,
    durationSeconds: parts.duration,
    conversationSeconds: parts.conversation,
    price: decimalOf(talked ? Math.ceil(parts.duration / 60) * MINUTE_PRICE : 0),
    recordingUrl: talked && random.chance(RECORDED_SHARE) ? `https://recordings.example.com/exotelrecordings/${account}/${callSid}.mp3` : null,
    leg1Status: outcome.leg1,
    leg2Status: leg2,
    leg1Seconds: parts.leg1Seconds,
    leg2Seconds: outcome.leg2 === 'none' ? null : parts.conversation,
    answeredBy: talked ? 'human' : null,
    customField: kind === 'outbound-extended' ? `order-${seq}` : null,
  }
  const hungUpAt = begunAt + length * SECOND_MS
  const legsUpAt = [
    outcome.leg1 === 'completed' ? begunAt + (parts.setup + parts.ring1) * SECOND_MS : null,
    outcome.leg2 === 'completed' ? begunAt + (parts.setup + parts.ring1 + parts.ring2) * SECOND_MS : null,
  ].filter((at) => at !== null)

  const view = createRandom(seed, seq, VIEW_STREAM)
  const after = (lag: { readonly min: number; readonly max: number }) => hungUpAt + Math.round((lag.min + view.unit() * (lag.max - lag.min)) * SECOND_MS)
  const either = <One, Other>(one: One, other: Other): One | Other => (view.chance(0.5) ? one : other)
  const listedFrom = after(traffic.listLagSeconds)
  const finalFrom = after(traffic.finalisationLagSeconds)
  const recordingLag = after(traffic.recordingLagSeconds)
  const recordingFrom = truth.recordingUrl === null ? null : recordingLag
  const { numbers, nulls } = traffic.rows

  return {
    seq,
    callSid,
    kind,
    truth,
    visible: { begunAt, hungUpAt, listedFrom, finalFrom, recordingFrom, settledFrom: Math.max(listedFrom, finalFrom, recordingFrom ?? 0) },
    style: {
      numbers: numbers === 'mixed' ? either('number' as const, 'string' as const) : numbers,
      nulls: nulls === 'mixed' ? either('null' as const, 'empty' as const) : nulls,
      missingRecording: either('absent' as const, 'empty' as const),
      legsSayAnsweredBy: view.chance(0.5),
    },
    webhooks: planWebhooks(world, { seq, kind, hungUpAt, legsUpAt }),
  }
}
