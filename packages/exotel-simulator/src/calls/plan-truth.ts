import type { Instant } from '../clock/simulator-clock.ts'
import { createRandom, type Random } from '../random.ts'
import { type CallKind, DIRECTIONS, EXOPHONES, OUTCOME_TABLES } from './call-kind.ts'
import type { CallOrder } from './call-order.ts'
import type { CallWorld } from './call-world.ts'
import { drawCallSid } from './draw-call-sid.ts'
import type { CallTruth, LegStatus } from './ledger-call.ts'
import { drawOutcome, type Outcome } from './outcome.ts'
import { SECOND_MS, secondOf } from './seconds.ts'

/** Purposes of the random streams of one call; a number once given is never reused. */
const TRUTH_STREAM = 1
const LENGTH_STREAM = 6

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

const lengthOf = ({ seed, traffic }: CallWorld, path: readonly number[], kind: CallKind, random: Random): number => {
  const usual = Math.min(Math.max(Math.round(random.exponential(traffic.callSeconds.mean)), 1), traffic.callSeconds.max)
  const long = createRandom(seed, ...path, LENGTH_STREAM)
  if (OUTCOME_TABLES[kind] === 'undialled') return 1
  return long.chance(traffic.longCalls.share) ? long.integer(traffic.longCalls.minSeconds, traffic.longCalls.maxSeconds) : usual
}

export interface PlannedTruth {
  readonly callSid: string
  readonly kind: CallKind
  readonly truth: CallTruth
  readonly hungUpAt: Instant
  readonly legsUpAt: readonly Instant[]
}

/** How the call goes, from the seed and the order alone. */
export const planTruth = (world: CallWorld, path: readonly number[], begunAt: Instant, order?: CallOrder): PlannedTruth => {
  const { seed, account, traffic } = world
  const random = createRandom(seed, ...path, TRUTH_STREAM)
  const callSid = drawCallSid(random)
  const drawnKind: CallKind = random.pick(listed(traffic.kinds)).name
  const kind = order?.kind ?? drawnKind
  const outcome = drawOutcome(kind, random)
  const drawnLength = lengthOf(world, path, kind, random)
  const length = order?.seconds ?? Math.min(drawnLength, order?.secondsMax ?? drawnLength)
  const parts = splitCall(length, outcome, random)
  const direction = DIRECTIONS[kind]
  const exophone = order?.exophone ?? EXOPHONES[kind]
  const [caller, callee] = [drawPhone(random), drawPhone(random)]
  const createdAt = secondOf(begunAt)
  const oneLeg = OUTCOME_TABLES[kind] === 'one-leg'
  const talked = outcome.status === 'completed' && (outcome.leg2 === 'completed' || kind === 'outbound-flow' || kind === 'outbound-exoml')
  const leg2: LegStatus | null = outcome.leg2 === 'none' || outcome.leg2 === 'undialled' ? null : outcome.leg2
  const agent = `sip:agent${callee.slice(-4)}`
  const called = direction === 'inbound' || (oneLeg && kind !== 'campaign') ? exophone : callee

  const truth: CallTruth = {
    status: outcome.status,
    direction,
    from: order?.from ?? (kind === 'webrtc-outbound' ? agent : caller),
    to: order?.to ?? (kind === 'webrtc-inbound' ? agent : called),
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
    customField: order?.customField === undefined ? customFieldOf(kind, path) : order.customField,
    parentCallSid: order?.parentCallSid ?? null,
  }
  const legsUpAt = [
    outcome.leg1 === 'completed' ? begunAt + (parts.setup + parts.ring1) * SECOND_MS : null,
    outcome.leg2 === 'completed' ? begunAt + (parts.setup + parts.ring1 + parts.ring2) * SECOND_MS : null,
  ].filter((at) => at !== null)
  return { callSid, kind, truth, hungUpAt: begunAt + length * SECOND_MS, legsUpAt }
}

/** Only an extended callback, or a v3 call, says it back. */
const customFieldOf = (kind: CallKind, path: readonly number[]): string | null =>
  kind === 'outbound-extended' || kind === 'outbound-undialled' || kind === 'outbound-v3' ? `order-${path.join('-')}` : null
