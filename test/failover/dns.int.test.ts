/**
 * Failover by DNS alone, as Exotel would see it: the webhooks' name leads to one host, that host dies, and half a minute later the record is
 * changed to the other. Exotel is the simulator, its resolver and its retry profiles, at one webhook a simulated second; connections are real.
 */
import { setMaxListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { createManualClock } from '@rollcall/exotel-simulator/clock/manual-clock'
import { startReceiver } from '@rollcall/exotel-simulator/testing/start-receiver'
import { createResolver } from '@rollcall/exotel-simulator/webhooks/resolver'
import { RETRY_PROFILES, type RetryProfileName } from '@rollcall/exotel-simulator/webhooks/retry-profile'
import { WebhookProfile } from '@rollcall/exotel-simulator/webhooks/webhook-profile'
import { createWebhookSender, type Delivery } from '@rollcall/exotel-simulator/webhooks/webhook-sender'
import { webhookTarget } from '@rollcall/exotel-simulator/webhooks/webhook-target'
import { afterAll, describe, expect, it } from 'vitest'

const SECOND_MS = 1_000
const DIES_AT = 45
/** Until somebody, or the provider's health check, has changed the record. */
const CHANGED_AFTER = 30
const SENT_FOR = 450
const RETRIES_END = 1_300
const [FIRST, SECOND] = ['127.0.0.1', '127.0.0.2']

interface Outcome {
  readonly ttl: number
  readonly kept: number
  readonly retries: RetryProfileName
  /** Seconds after the first host's death. */
  readonly secondTakesAfter: number
  readonly sent: number
  readonly lost: number
}

const fail = async ({ ttl, kept, retries }: Pick<Outcome, 'ttl' | 'kept' | 'retries'>): Promise<Outcome> => {
  const first = await startReceiver()
  const port = Number(new URL(first.url).port)
  const manual = createManualClock(0)
  let takenAt: number | null = null
  const second = await startReceiver(
    (response) => {
      takenAt ??= manual.now() / SECOND_MS
      response.end()
    },
    port,
    SECOND,
  )
  // Counts what is really under way, so that no simulated time passes meanwhile.
  let underWay = 0
  const clock = {
    ...manual,
    hold: () => {
      underWay += 1
      return () => {
        underWay -= 1
      }
    },
  }
  const quiet = async () => {
    do for (let turn = 0; turn < 5; turn += 1) await setImmediate()
    while (underWay > 0)
  }
  const stopping = new AbortController()
  // One for each webhook that waits to be sent again.
  setMaxListeners(0, stopping.signal)
  const address = () => (manual.now() < (DIES_AT + CHANGED_AFTER) * SECOND_MS ? FIRST : SECOND)
  const sender = createWebhookSender({
    profile: WebhookProfile.parse({ retries }),
    clock,
    target: () => webhookTarget(`http://hooks.example:${port}/hooks/acme/secret`),
    failoverTarget: () => webhookTarget(second.url),
    resolve: createResolver({ now: manual.now, zone: (name) => ({ address: name === 'hooks.example' ? address() : SECOND, ttlSeconds: ttl }), keepsSecondsMin: kept }),
    signal: stopping.signal,
  })
  const deliveries: Promise<Delivery | null>[] = []
  for (let at = 0; at < RETRIES_END; at += 1) {
    await clock.advanceTo(at * SECOND_MS)
    if (at === DIES_AT) await first.close()
    if (at < SENT_FOR) {
      const body = `CallSid=call-${at}&EventType=terminal&Status=completed`
      const request = () => ({ method: 'POST' as const, surface: 'status-callback' as const, query: '', contentType: 'application/x-www-form-urlencoded', body, headers: {} })
      deliveries.push(sender.send({ request, target: null, probe: null }))
    }
    await quiet()
  }
  const outcomes = await Promise.all(deliveries)
  stopping.abort()
  await sender.close()
  await second.close()
  const lost = outcomes.filter((delivery) => delivery?.outcome !== 'delivered').length
  return { ttl, kept, retries, secondTakesAfter: (takenAt ?? Number.NaN) - DIES_AT, sent: outcomes.length, lost }
}

describe('a dead ingest host whose name is led to another one', () => {
  const outcomes: Outcome[] = []
  afterAll(() => console.table(outcomes))

  it.each<Pick<Outcome, 'ttl' | 'kept'>>([
    { ttl: 5, kept: 0 },
    { ttl: 30, kept: 0 },
    { ttl: 60, kept: 0 },
    { ttl: 300, kept: 0 },
    { ttl: 60, kept: 300 },
  ])('is replaced when the record has changed and run out (TTL $ttl s, kept for $kept s or longer), and what was sent meanwhile once is lost', async (names) => {
    const outcome = await fail({ ...names, retries: 'none' })
    outcomes.push(outcome)
    expect(outcome.secondTakesAfter).toBeGreaterThanOrEqual(CHANGED_AFTER)
    expect(outcome.secondTakesAfter).toBeLessThanOrEqual(CHANGED_AFTER + Math.max(names.ttl, names.kept))
    expect(outcome.lost).toBe(outcome.secondTakesAfter)
  })

  it.each<[RetryProfileName, 'all' | 'none']>([
    ['twice-at-once', 'all'],
    ['after-5-and-15-minutes', 'none'],
    ['failover-after-2', 'none'],
  ])('loses, where Exotel sends again as in %s, %s of what was sent meanwhile', async (retries, lost) => {
    const outcome = await fail({ ttl: 60, kept: 0, retries })
    outcomes.push(outcome)
    expect(outcome.lost).toBe(lost === 'none' ? 0 : outcome.secondTakesAfter)
    // Past the name, a failover address is there at once.
    expect(outcome.secondTakesAfter).toBeLessThanOrEqual(RETRY_PROFILES[retries].failoverAfter === null ? CHANGED_AFTER + 60 : 0)
  })
})
