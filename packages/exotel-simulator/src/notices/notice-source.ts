import { EXOPHONES } from '../calls/call-kind.ts'
import type { CallWorld } from '../calls/call-world.ts'
import { type SentWebhook, UNSENT } from '../calls/ledger-call.ts'
import { planFaults } from '../calls/plan-faults.ts'
import { SECOND_MS, secondOf } from '../calls/seconds.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { createRandom } from '../random.ts'
import type { LedgerHeartbeat, LedgerNotice, LedgerSms } from './ledger-notice.ts'
import type { NoticePlan } from './notice-plan.ts'

const SMS_STREAM = 12
const HEARTBEAT_STREAM = 13
const SMS_ARRIVALS_STREAM = 14
const FAULTS_STREAM = 4

const SMS_SETTLES_MS = { min: 2_000, max: 10_000 } as const
const WARNED_EXOPHONES = 2
const NUMBERS = [...new Set(Object.values(EXOPHONES))]

/** What is told beside calls, in the order of its happening; without end. */
export interface NoticeSource {
  /** Null: nothing is ever told. */
  nextAt(): Instant | null
  take(): LedgerNotice
}

export const createNoticeSource = (world: CallWorld, plan: NoticePlan, origin: Instant): NoticeSource => {
  const arrivals = createRandom(world.seed, SMS_ARRIVALS_STREAM)
  const { everySeconds } = plan.heartbeat
  const [smsGapMs, beatGapMs] = [() => arrivals.exponential(SECOND_MS / plan.sms.perSecond), (everySeconds ?? Number.POSITIVE_INFINITY) * SECOND_MS]
  let [smsNumber, beatNumber] = [0, 0]
  let smsAt = plan.sms.perSecond === 0 ? Number.POSITIVE_INFINITY : origin + smsGapMs()
  let beatAt = origin + beatGapMs

  return {
    nextAt: () => (Number.isFinite(Math.min(smsAt, beatAt)) ? Math.floor(Math.min(smsAt, beatAt)) : null),
    take() {
      if (smsAt <= beatAt) {
        const sms = planSms(world, plan.sms, smsNumber++, Math.floor(smsAt))
        smsAt += smsGapMs()
        return sms
      }
      const beat = planHeartbeat(world, plan.heartbeat, beatNumber++, Math.floor(beatAt))
      beatAt += beatGapMs
      return beat
    },
  }
}

const webhookOf = (world: CallWorld, path: readonly number[], how: Pick<LedgerNotice['webhook'], 'event' | 'encoding' | 'happenedAt'>): LedgerNotice['webhook'] => {
  const { faults, holdMs, delayMs, copyMs } = planFaults(
    world.faults,
    { event: how.event, encoding: how.encoding, place: 0, kind: null, byApi: false },
    createRandom(world.seed, ...path, FAULTS_STREAM),
  )
  const dueAt = how.happenedAt + delayMs + (faults.includes('reorder') ? holdMs : 0)
  const webhook: Omit<SentWebhook, 'event'> = { ...UNSENT, ...how, dueAt, duplicateDueAt: copyMs === null ? null : dueAt + copyMs, faults }
  return { ...webhook, event: how.event }
}

const ENDS = {
  sent: { status: 'sent', detailedStatus: 'DELIVERED_TO_HANDSET', detailedStatusCode: 20_005 },
  failed: { status: 'failed', detailedStatus: 'FAILED_INVALID_DESTINATION_NUMBER', detailedStatusCode: 30_010 },
  dnd: { status: 'failed_dnd', detailedStatus: 'FAILED_DND', detailedStatusCode: 30_004 },
} as const

const planSms = (world: CallWorld, { shape, failedShare }: NoticePlan['sms'], number: number, at: Instant): LedgerSms => {
  const path = [number, SMS_STREAM]
  const random = createRandom(world.seed, ...path)
  const end = ENDS[random.chance(failedShare) ? (random.chance(0.5) ? 'failed' : 'dnd') : 'sent']
  const createdAt = secondOf(at)
  const settledAt = secondOf(createdAt + random.integer(SMS_SETTLES_MS.min, SMS_SETTLES_MS.max))
  return {
    kind: 'sms',
    account: world.account,
    smsSid: random.hex(32),
    createdAt,
    settledAt,
    from: 'EXOSIM',
    to: `0900000${String(random.integer(0, 8_999)).padStart(4, '0')}`,
    ...end,
    units: 1,
    price: end.status === 'sent' ? '0.180000' : '0.000000',
    customField: random.chance(0.5) ? `sms-${number}` : null,
    webhook: webhookOf(world, path, { event: 'sms', encoding: shape === 'json' ? 'json' : 'urlencoded', happenedAt: settledAt }),
  }
}

const planHeartbeat = (world: CallWorld, { warningRate, criticalRate, tooLargeRate }: NoticePlan['heartbeat'], number: number, at: Instant): LedgerHeartbeat => {
  const path = [number, HEARTBEAT_STREAM]
  const random = createRandom(world.seed, ...path)
  const drawn = random.unit()
  const [warned, side] = [random.integer(0, NUMBERS.length - WARNED_EXOPHONES), random.integer(0, 2)]
  const [few, inAll] = [NUMBERS.slice(warned, warned + WARNED_EXOPHONES), side === 0]
  const base = { kind: 'heartbeat', account: world.account, at, webhook: webhookOf(world, path, { event: 'heartbeat', encoding: 'json', happenedAt: at }) } as const
  if (drawn < criticalRate) return { ...base, statusType: 'CRITICAL', incoming: NUMBERS, outgoing: NUMBERS }
  if (drawn < criticalRate + tooLargeRate) return { ...base, statusType: 'PAYLOAD_TOO_LARGE', incoming: NUMBERS, outgoing: NUMBERS }
  if (drawn < criticalRate + tooLargeRate + warningRate)
    return { ...base, statusType: 'WARNING', incoming: inAll || side === 1 ? few : [], outgoing: inAll || side === 2 ? few : [] }
  return { ...base, statusType: 'OK', incoming: [], outgoing: [] }
}
