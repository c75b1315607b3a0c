/** The planner alone in virtual time: its plan is followed at the budget's rate, by calls and budgets that chance makes. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY as policy } from '../testing/schedule-policy.ts'
import { liveVirtually, type VirtualAccount, type VirtualCall } from '../testing/virtual-account.ts'
import { HOUR, type Instant, MINUTE, SECOND } from '../time.ts'
import { WINDOW_MS, windowAt } from '../window/window.ts'
import { finalisableAt } from '../window/window-state.ts'

const START = windowAt(Date.UTC(2026, 0, 1)).from

interface Traffic {
  readonly seed: number
  readonly callsPerMinute: number
  readonly meanSeconds: number
  readonly longShare: number
  readonly lagSeconds: number
  readonly hours: number
}

/** Calls with exponential gaps and lengths, some of them long. */
const callsOf = ({ seed, callsPerMinute, meanSeconds, longShare, lagSeconds, hours }: Traffic): readonly VirtualCall[] => {
  let state = seed >>> 0
  const unit = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  const calls: VirtualCall[] = []
  for (let at = START; at < START + hours * HOUR; at += (-Math.log(unit()) / callsPerMinute) * MINUTE) {
    const seconds = unit() < longShare ? 900 + unit() * 13_500 : Math.min(14_400, -Math.log(unit()) * meanSeconds)
    const endedAt = Math.floor(at) + seconds * SECOND
    calls.push({ createdAt: Math.floor(at), endedAt, listedFrom: endedAt + unit() * lagSeconds * SECOND })
  }
  return calls
}
const live = (traffic: Traffic, changes: Partial<VirtualAccount> = {}) => {
  const calls = callsOf(traffic)
  const account: VirtualAccount = { policy, perMinute: 50, calls, from: START, to: START + traffic.hours * HOUR, filters: true, ...changes }
  return { calls, account, ...liveVirtually(account) }
}
/** How long each call waited that surfaced early enough to be waited for, ascending. */
const waits = ({ calls, foundAt, account }: ReturnType<typeof live>, untilMs = 15 * MINUTE): number[] =>
  calls.flatMap((call, nth) => (call.listedFrom > account.to - untilMs ? [] : [(foundAt[nth] ?? Number.POSITIVE_INFINITY) - call.listedFrom])).toSorted((a, b) => a - b)
const percentile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0

/** By budgets a quarter of the usual, so that a run takes less: as many calls for each request as 15 calls a second at 56 a minute. */
const FULL: Traffic = { seed: 1, callsPerMinute: 225, meanSeconds: 120, longShare: 0.02, lagSeconds: 60, hours: 5.5 }
const QUARTER = { perMinute: 14 }
/** Asked about by several tests. */
let usual: ReturnType<typeof live>
beforeAll(() => {
  usual = live(FULL, QUARTER)
})

const someTraffic = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  callsPerMinute: fc.constantFrom(0.2, 2, 30, 225),
  meanSeconds: fc.constantFrom(20, 120, 600),
  longShare: fc.constantFrom(0, 0.02, 0.2),
  lagSeconds: fc.constantFrom(0, 60, 115),
  hours: fc.constant(5),
})

describe('with enough budget', () => {
  it('every call is found within six minutes of when it was first listed, but for one in a hundred, and that within ten; long ones too', () => {
    const sorted = waits(usual)
    expect(sorted.length).toBeGreaterThan(50_000)
    expect(percentile(sorted, 0.99)).toBeLessThanOrEqual(6 * MINUTE)
    expect(sorted.at(-1)).toBeLessThanOrEqual(10 * MINUTE)
    expect(usual.shed.size).toBe(0)
  })

  it('so it is whatever the calls are like', () => {
    fc.assert(
      fc.property(someTraffic, (traffic) => {
        const sorted = waits(live(traffic, { perMinute: 100 }))
        expect(percentile(sorted, 0.99)).toBeLessThanOrEqual(6 * MINUTE)
        expect(sorted.at(-1) ?? 0).toBeLessThanOrEqual(10 * MINUTE)
      }),
      { numRuns: 6 },
    )
  })

  it('every window is final within twenty minutes of when it could be', () => {
    const { windows, account } = usual
    const old = windows.filter(({ window }) => finalisableAt(window, policy) + 20 * MINUTE < account.to)
    expect(old.length).toBeGreaterThan(10)
    for (const { state } of old) expect(state.state).toBe('final')
  })

  it('few requests are spent on an account with few calls', () => {
    const traffic = { ...FULL, callsPerMinute: 1 }
    const perSweep = (filters: boolean): number => {
      const { scans } = live(traffic, { filters })
      return scans.filter(({ lane, startedAt }) => lane === 'sweep' && startedAt > START + 4 * HOUR + WINDOW_MS).reduce((sum, { spent }) => sum + spent, 0) / (2 * 12 - 1)
    }
    expect(perSweep(true)).toBeLessThanOrEqual(3)
    expect(perSweep(false)).toBeLessThanOrEqual(7)
  })
})

describe('with too little budget', () => {
  const OVERLOAD = { perMinute: 9 }

  it('the earliest trailing passes are left out and no window goes without its last one and its finalising scans', () => {
    const { windows, scans, shed, account } = live(FULL, OVERLOAD)
    expect(shed.size).toBeGreaterThan(5)
    expect([...shed].every((key) => !key.endsWith(` ${policy.trailingPassesMs.length - 1}`))).toBe(true)
    const past = windows.filter(({ window }) => window.to + 40 * MINUTE < account.to)
    for (const { scans: made, window } of past) expect(made.some(({ startedAt }) => startedAt >= window.to + (policy.trailingPassesMs.at(-1) ?? 0))).toBe(true)
    expect(scans.filter(({ lane }) => lane === 'finalise').length).toBeGreaterThan(20)
  })

  it('no lane starves: each has its part of the budget in every half hour in which it has something to do', () => {
    fc.assert(
      fc.property(someTraffic, fc.constantFrom(3, 6, 9), (traffic, perMinute) => {
        const { scans, account } = live({ ...traffic, callsPerMinute: 225, hours: 6 }, { perMinute, filters: true })
        for (let from = START + 5 * HOUR; from + 30 * MINUTE <= account.to; from += 30 * MINUTE) {
          const lanes = new Set(scans.filter(({ startedAt, endedAt }) => endedAt > from && startedAt < from + 30 * MINUTE).map(({ lane }) => lane))
          expect([...lanes]).toEqual(expect.arrayContaining(['trailing', 'finalise']))
        }
      }),
      { numRuns: 3 },
    )
  })
})

describe('after an outage of three hours', () => {
  it('what is new is found as soon as ever, and the backlog is read', () => {
    const back = START + 3 * HOUR
    const outcome = live({ ...FULL, callsPerMinute: 120 }, { perMinute: 20, startAt: back })
    const { calls, foundAt, account } = outcome
    const fresh = calls.flatMap((call, nth) =>
      call.createdAt < back + 10 * MINUTE || call.listedFrom > account.to - 15 * MINUTE ? [] : [(foundAt[nth] ?? Number.POSITIVE_INFINITY) - call.listedFrom],
    )
    expect(
      percentile(
        fresh.toSorted((a, b) => a - b),
        0.99,
      ),
    ).toBeLessThanOrEqual(10 * MINUTE)
    const old = calls.flatMap((call, nth) => (call.listedFrom < back ? [(foundAt[nth] ?? Number.POSITIVE_INFINITY) - back] : []))
    expect(Math.max(...old)).toBeLessThanOrEqual(90 * MINUTE)
  })
})

describe('ageing and history', () => {
  /** Windows of last week, each of which is read once. */
  const ageingWindows = (): ((now: Instant) => readonly { from: number; to: number; due: number; calls: number }[]) & { readonly read: Set<number> } => {
    const read = new Set<number>()
    const from = START - 7 * 24 * HOUR
    return Object.assign(
      () =>
        Array.from({ length: 2_000 }, (_, nth) => from + nth * WINDOW_MS)
          .filter((each) => !read.has(each))
          .slice(0, 288)
          .map((each) => ({ from: each, to: each + WINDOW_MS, due: each, calls: 1_000 })),
      { read },
    )
  }
  const withAgeing = (historyRequests?: number) => {
    const ageing = ageingWindows()
    const outcome = live(FULL, {
      perMinute: 14,
      ageing,
      ...(historyRequests === undefined ? {} : { historyRequests }),
      onScan: ({ lane, from, to }) => {
        if (lane === 'ageing') for (let each = from; each < to; each += WINDOW_MS) ageing.read.add(each)
      },
    })
    return { ...outcome, read: ageing.read.size }
  }

  it('never delay what the RPO needs by more than the one scan that is under way', () => {
    const beside = withAgeing(5)
    expect(beside.read).toBeGreaterThan(50)
    expect(beside.historyTurns).toBeGreaterThan(5)
    expect(percentile(waits(beside), 0.99)).toBeLessThanOrEqual(percentile(waits(usual), 0.99) + MINUTE)
    expect(waits(beside).at(-1)).toBeLessThanOrEqual(10 * MINUTE)
    const longest = Math.max(...beside.scans.filter(({ lane }) => lane === 'ageing').map(({ startedAt, endedAt }) => endedAt - startedAt))
    expect(longest).toBeLessThanOrEqual(MINUTE)
  })

  it('have their turns beside rescans that never end', () => {
    const ageing = ageingWindows()
    const { scans, historyTurns } = live(FULL, { perMinute: 14, filters: false, ageing, historyRequests: 5 })
    const turns = (lane: string) => scans.filter((scan) => scan.lane === lane).length
    expect(turns('ageing')).toBeGreaterThan(turns('sweep') / 4)
    expect(historyTurns).toBeGreaterThan(turns('sweep') / 4)
  })
})

describe('where the list takes no filter', () => {
  it('every age is read whole again, as often as what is left of the budget allows', () => {
    const outcome = live({ ...FULL, callsPerMinute: 60 }, { perMinute: 12.5, filters: false })
    const sorted = waits(outcome, 40 * MINUTE)
    expect(percentile(sorted, 0.99)).toBeLessThanOrEqual(20 * MINUTE)
    expect(outcome.scans.filter(({ lane }) => lane === 'sweep').every(({ durationAtLeastSeconds }) => durationAtLeastSeconds === null)).toBe(true)
  })
})
