import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../time.ts'
import { PASSES_APART_MS, policyOfTheList, SILENT_AFTER_MS, UNTOLD_CALLS_AGE_MS_MAX, UNTOLD_CALLS_MIN, type WebhookFlow, type WebhookTraffic, webhookFlow } from './gone-silent.ts'
import { WINDOW_MS } from './window.ts'

const NOW = Date.UTC(2026, 0, 1)

describe('webhooks', () => {
  it.each<[string, WebhookTraffic, WebhookFlow]>([
    ['have gone silent when none came for two minutes, though enough calls should have told of themselves', { lastWebhookAt: NOW - 2 * MINUTE, untoldCalls: 3 }, 'silent'],
    ['may have before two minutes are over', { lastWebhookAt: NOW - 2 * MINUTE + 1, untoldCalls: 3 }, 'suspect'],
    ['may have where one or two calls lost theirs', { lastWebhookAt: NOW - HOUR, untoldCalls: 2 }, 'suspect'],
    ['may have when the first call did not tell and a minute is over', { lastWebhookAt: NOW - MINUTE, untoldCalls: 1 }, 'suspect'],
    ['flow while one came within the minute', { lastWebhookAt: NOW - MINUTE + 1, untoldCalls: 3 }, 'flowing'],
    ['flow at night, when there are no calls', { lastWebhookAt: NOW - 9 * HOUR, untoldCalls: 0 }, 'flowing'],
    ['have gone silent where none ever came, though calls should have told of themselves', { lastWebhookAt: null, untoldCalls: 3 }, 'silent'],
    ['flow where none ever came, and none is expected', { lastWebhookAt: null, untoldCalls: 0 }, 'flowing'],
  ])('%s', (_case, traffic, flow) => {
    expect(webhookFlow(traffic, NOW)).toBe(flow)
  })

  it('that may have stopped have every window read each minute, at its own passes too', () => {
    const policy = { trailingPassesMs: [-2 * MINUTE, 3.5 * MINUTE, 6 * MINUTE] }
    expect(policyOfTheList(policy).trailingPassesMs.map((pass) => pass / MINUTE)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 3.5, 4, 5, 6])
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -300, max: 900 }), { minLength: 1, maxLength: 8 }), (seconds) => {
        const own = seconds.toSorted((a, b) => a - b).map((second) => second * SECOND)
        const passes = policyOfTheList({ ...policy, trailingPassesMs: own }).trailingPassesMs
        expect(passes).toEqual(expect.arrayContaining(own))
        expect(passes).toEqual([...new Set(passes)].toSorted((a, b) => a - b))
        expect(passes.at(-1)).toBe(own.at(-1))
        for (const [nth, pass] of passes.entries()) if (pass > PASSES_APART_MS - WINDOW_MS) expect(pass - (passes[nth - 1] ?? pass)).toBeLessThanOrEqual(PASSES_APART_MS)
      }),
    )
  })
})

/* Days of traffic in virtual time: calls come and end, most tell of themselves, the list shows them late, and passes meet them. */

interface Traffic {
  /** Calls that begin in an hour of the day. */
  readonly perHour: (hour: number) => number
  readonly lossPercent: number
  /** No webhook is sent from then on. */
  readonly blackoutAt?: number
}

interface Day {
  readonly alarms: readonly number[]
  /** When the first, second … call that had ended in the blackout was known to be missing its webhook. */
  readonly metUntold: readonly number[]
}

const LOOK_EVERY_MS = 20 * SECOND
const POLICY = { trailingPassesMs: [MINUTE, 3 * MINUTE, 6 * MINUTE] }
const GRACE_MS = MINUTE
const DAY_MS = 24 * HOUR

/** mulberry32: the same day for the same seed. */
const chanceOf = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const liveADay = ({ perHour, lossPercent, blackoutAt = Number.POSITIVE_INFINITY }: Traffic, seed: number): Day => {
  const chance = chanceOf(seed)
  const arrivals: number[] = []
  interface Call {
    readonly endedAt: number
    readonly cameAt: number
    readonly listedAt: number
    /** The pass that meets it where nothing is suspected. */
    readonly at: number
    readonly windowFrom: number
  }
  const calls: Call[] = []
  for (let hour = 0; hour < 24; hour += 1) {
    for (let nth = 0; nth < Math.round(perHour(hour)); nth += 1) {
      const createdAt = hour * HOUR + chance() * HOUR
      const endedAt = createdAt - Math.log(1 - chance()) * 2 * MINUTE
      const isSent = endedAt < blackoutAt && chance() * 100 >= lossPercent
      const cameAt = isSent ? endedAt + chance() * 10 * SECOND : Number.POSITIVE_INFINITY
      if (isSent) arrivals.push(cameAt)
      const listedAt = endedAt + chance() * 2 * MINUTE
      const windowFrom = Math.floor(createdAt / WINDOW_MS) * WINDOW_MS
      const pass = POLICY.trailingPassesMs.find((each) => windowFrom + WINDOW_MS + each >= listedAt)
      calls.push({ endedAt, cameAt, listedAt, windowFrom, at: pass === undefined ? Number.POSITIVE_INFINITY : windowFrom + WINDOW_MS + pass })
    }
  }
  arrivals.sort((a, b) => a - b)
  calls.sort((a, b) => a.listedAt - b.listedAt)
  const [alarms, metUntold]: [number[], number[]] = [[], []]
  let [came, listed, flow]: [number, number, WebhookFlow] = [0, 0, 'flowing']
  let unmet: Call[] = []
  let met: Call[] = []
  for (let now = 0; now < DAY_MS; now += LOOK_EVERY_MS) {
    while ((arrivals[came] ?? now + 1) <= now) came += 1
    for (let next = calls[listed]; next !== undefined && next.listedAt <= now; next = calls[listed]) {
      unmet.push(next)
      listed += 1
    }
    const passes = flow === 'flowing' ? [] : policyOfTheList(POLICY).trailingPassesMs
    const isMet = ({ at, windowFrom }: Call): boolean =>
      at <= now || passes.some((pass) => windowFrom + WINDOW_MS + pass > now - LOOK_EVERY_MS && windowFrom + WINDOW_MS + pass <= now)
    met = [...met.filter(({ endedAt }) => endedAt > now - UNTOLD_CALLS_AGE_MS_MAX), ...unmet.filter(isMet)]
    unmet = unmet.filter((call) => !isMet(call) && call.endedAt > now - UNTOLD_CALLS_AGE_MS_MAX)
    const lastWebhookAt = came === 0 ? null : (arrivals[came - 1] ?? null)
    const missing = met.filter(({ endedAt, cameAt }) => cameAt > now && now > endedAt + GRACE_MS && endedAt > (lastWebhookAt ?? Number.NEGATIVE_INFINITY))
    while (metUntold.length < missing.filter(({ endedAt }) => endedAt >= blackoutAt).length) metUntold.push(now)
    const next = webhookFlow({ lastWebhookAt, untoldCalls: Math.min(missing.length, UNTOLD_CALLS_MIN) }, now)
    if (next === 'silent' && flow !== 'silent') alarms.push(now)
    flow = next
  }
  return { alarms, metUntold }
}

const office = (busiest: number) => (hour: number) => (hour < 8 || hour >= 20 ? 0 : hour === 13 ? busiest / 4 : busiest)
const always = (calls: number) => () => calls
const SEEDS = [1, 2, 3]

describe('a day of ordinary traffic', () => {
  it.each<[string, Traffic]>([
    ['of a busy account, around the clock', { perHour: always(1_200), lossPercent: 1 }],
    ['of an office, silent at night', { perHour: office(600), lossPercent: 1 }],
    ['of an office that loses one webhook in ten', { perHour: office(600), lossPercent: 10 }],
    ['of a quiet account', { perHour: always(12), lossPercent: 1 }],
    ['of an account with a call now and then', { perHour: (hour) => (hour % 5 === 0 ? 1 : 0), lossPercent: 1 }],
  ])('%s raises no alarm', (_case, traffic) => {
    expect(SEEDS.flatMap((seed) => liveADay(traffic, seed).alarms)).toEqual([])
  })
})

describe('a blackout', () => {
  const BEGINS = 11 * HOUR + 7 * MINUTE
  it.each<[string, Traffic]>([
    ['of a busy account', { perHour: always(1_200), lossPercent: 1, blackoutAt: BEGINS }],
    ['of an office', { perHour: office(600), lossPercent: 1, blackoutAt: BEGINS }],
    ['of an office that loses one webhook in ten anyway', { perHour: office(600), lossPercent: 10, blackoutAt: BEGINS }],
    ['of five calls a minute', { perHour: always(300), lossPercent: 1, blackoutAt: BEGINS }],
  ])('%s is known within two minutes after the first call that should have told of itself was met', (_case, traffic) => {
    for (const seed of SEEDS) {
      const { alarms, metUntold } = liveADay(traffic, seed)
      const [alarm = Number.POSITIVE_INFINITY] = alarms
      expect(alarm).toBeGreaterThanOrEqual(BEGINS)
      expect(alarm - (metUntold[0] ?? 0)).toBeLessThanOrEqual(2 * MINUTE)
    }
  })

  it('of a quiet account is known with its third such call', () => {
    for (const seed of SEEDS) {
      const { alarms, metUntold } = liveADay({ perHour: always(12), lossPercent: 0, blackoutAt: BEGINS }, seed)
      const third = metUntold[UNTOLD_CALLS_MIN - 1] ?? 0
      expect(alarms[0]).toBeGreaterThanOrEqual(third)
      expect((alarms[0] ?? Number.POSITIVE_INFINITY) - third).toBeLessThanOrEqual(SILENT_AFTER_MS)
    }
  })

  it('is over with the first webhook', () => {
    const { alarms } = liveADay({ perHour: always(600), lossPercent: 0, blackoutAt: BEGINS }, 1)
    expect(alarms).toHaveLength(1)
    expect(webhookFlow({ lastWebhookAt: NOW, untoldCalls: 0 }, NOW)).toBe('flowing')
  })
})
