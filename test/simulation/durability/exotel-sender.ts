/**
 * Exotel's side, which keeps a book of its own: each webhook is sent, an answer is waited for 15 seconds, and one that is not 200 is sent
 * again where there are retries. What it heard is all it goes by.
 */
import type { Random } from '@rollcall/exotel-simulator/random'
import { ACCOUNT, type IngestHost } from './ingest-host.ts'
import type { PlannedWebhook, RunPlan } from './plan-run.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface ExotelSender {
  begin(): void
  /** From now on nothing is lost on the way. */
  calm(): void
  isDone(): boolean
  bodyOf(number: number): Buffer
  /** Numbers of the webhooks for which a 200 was heard. */
  acknowledged(): ReadonlySet<number>
  attempts(): number
}

const TIMEOUT_MS = 15_000
const LATENCY_MS = 20
const RETRY_MS = 1_000
const CALM_RETRY_MS = 300

export const createExotelSender = (plan: RunPlan, time: VirtualTime, host: IngestHost, random: Random): ExotelSender => {
  const bodies = plan.webhooks.map((webhook, number) => bodyOf(webhook, number))
  const acknowledged = new Set<number>()
  let open = plan.webhooks.length
  let attempts = 0
  let { network } = plan
  let retryMs = RETRY_MS

  const attempt = (number: number, left: number): void => {
    attempts += 1
    let isOver = false
    const over = (isAcknowledged: boolean): void => {
      if (isOver) return
      isOver = true
      time.cancel(timeout)
      if (isAcknowledged) acknowledged.add(number)
      if (isAcknowledged || left === 0) open -= 1
      else time.after(retryMs * (0.5 + random.unit()), null, () => attempt(number, left - 1))
    }
    const timeout = time.after(TIMEOUT_MS, null, () => over(false))
    if (random.chance(network.requestLost)) return
    time.after(LATENCY_MS * random.unit(), null, () =>
      host.deliver({ number, body: bodies[number] as Buffer }, (status) => {
        if (random.chance(network.answerLost)) return
        time.after(LATENCY_MS * random.unit(), null, () => over(status === 200))
      }),
    )
  }

  return {
    begin: () => {
      for (const [number, { atMs }] of plan.webhooks.entries()) time.after(atMs, null, () => attempt(number, plan.retries))
    },
    calm: () => {
      network = { requestLost: 0, answerLost: 0 }
      retryMs = CALM_RETRY_MS
    },
    isDone: () => open === 0,
    bodyOf: (number) => bodies[number] as Buffer,
    acknowledged: () => acknowledged,
    attempts: () => attempts,
  }
}

const bodyOf = ({ call, status, fillBytes, isPoison }: PlannedWebhook, number: number): Buffer => {
  if (isPoison) return Buffer.concat([Buffer.from(`Number=${number}&Status=\0`), Buffer.from([0xff, 0xfe, number & 0xff])])
  const second = String(number % 60).padStart(2, '0')
  const event = status === 'in-progress' ? 'answered' : 'terminal'
  const callSid = `call${String(call).padStart(28, '0')}`
  const filling = String(number)
    .repeat(Math.ceil(fillBytes / 4))
    .slice(0, fillBytes)
  return Buffer.from(
    `CallSid=${callSid}&AccountSid=${ACCOUNT}&EventType=${event}&Status=${status}&DateUpdated=2026-01-05+10%3A00%3A${second}&Number=${number}&CustomField=${filling}`,
  )
}
