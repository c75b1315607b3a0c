/**
 * An account in virtual time, for the planner alone: calls that surface when they have ended, and a shell that spends the budget as the
 * plan says, one scan after the other, at the budget's rate.
 */
import { lengthsOf } from '../schedule/call-lengths.ts'
import { ALL_LANES, type Lane } from '../schedule/lane.ts'
import { type Plan, plan, type Standing } from '../schedule/plan.ts'
import type { PlannedScan } from '../schedule/planned-work.ts'
import type { SchedulePolicy } from '../schedule/schedule-policy.ts'
import { requestsFor } from '../schedule/timing.ts'
import { addSpent, NOTHING_SPENT } from '../schedule/turns.ts'
import type { WindowProgress } from '../schedule/window-progress.ts'
import { type Instant, MINUTE, SECOND } from '../time.ts'
import { windowsBetween } from '../window/window.ts'
import { nextTransition, type WindowScan, type WindowState } from '../window/window-state.ts'

export interface VirtualCall {
  readonly createdAt: Instant
  readonly endedAt: Instant
  /** From when the list shows it. */
  readonly listedFrom: Instant
}

export interface VirtualAccount {
  readonly policy: SchedulePolicy
  readonly perMinute: number
  /** In order of creation. */
  readonly calls: readonly VirtualCall[]
  /** Whole windows, made as time goes on. */
  readonly from: Instant
  readonly to: Instant
  /** When the shell begins; by default with the first window. */
  readonly startAt?: Instant
  readonly filters: boolean
  readonly lanes?: ReadonlySet<Lane>
  readonly ageing?: (now: Instant) => Standing['ageing']
  readonly onScan?: (scan: PlannedScan, startedAt: Instant, endedAt: Instant, planned: Plan) => void
  /** What a piece of history costs; null: there is none. */
  readonly historyRequests?: number
}

export interface VirtualScan extends PlannedScan {
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly rows: number
  /** Really spent. */
  readonly spent: number
}

export interface VirtualOutcome {
  readonly scans: readonly VirtualScan[]
  readonly windows: readonly (WindowProgress & { readonly state: WindowState })[]
  /** By call, in their order: when it was first read; null: never. */
  readonly foundAt: readonly (Instant | null)[]
  readonly shed: ReadonlySet<string>
  readonly historyTurns: number
}

/** How often an idle shell looks again. */
const IDLE_MS = 5 * SECOND

export const liveVirtually = (account: VirtualAccount): VirtualOutcome => {
  const { policy, calls, perMinute, from, to, filters } = account
  const windows = windowsBetween(from, to).map((window) => ({ window, state: { state: 'open' } as WindowState, scans: [] as WindowScan[], listed: null as number | null }))
  const byWindow = new Map(windows.map((each) => [each.window.from, { each, calls: [] as number[] }]))
  for (const [nth, call] of calls.entries())
    byWindow.get(call.createdAt - (call.createdAt % (windows[0] === undefined ? 1 : windows[0].window.to - windows[0].window.from)))?.calls.push(nth)
  const foundAt: (Instant | null)[] = calls.map(() => null)
  const looks = new Map<Instant, Instant>()
  const observed = lengthsOf(calls.slice(0, 2_000).map((call) => call.endedAt - call.createdAt))
  const scans: VirtualScan[] = []
  const shed = new Set<string>()
  let spent = NOTHING_SPENT
  let spareTurn = 0
  let historyTurns = 0
  for (let now = account.startAt ?? from; now < to; ) {
    const planned: Plan = plan(
      {
        now,
        lanes: account.lanes ?? ALL_LANES,
        windows: windows.filter(({ window, state }) => window.from <= now && state.state !== 'final'),
        sweep: { filters, looks, lengths: observed },
        ageing: account.ageing?.(now) ?? [],
        perMinute,
        spent,
        spareTurn,
      },
      policy,
    )
    for (const { from: window, pass } of planned.shed) shed.add(`${window} ${pass}`)
    const next = planned.work.find((work) => work.lane !== 'history' || account.historyRequests !== undefined)
    if (next === undefined) {
      now += IDLE_MS
      continue
    }
    if (next.tier === 'spare') spareTurn += 1
    if (next.lane === 'history') {
      historyTurns += 1
      now += ((account.historyRequests ?? 0) / perMinute) * MINUTE
      continue
    }
    const startedAt = now
    const read = windowsBetween(next.from, next.to).flatMap((window) => {
      const held = byWindow.get(window.from)
      return held === undefined ? [] : [{ ...held, rows: held.calls.filter((nth) => isListed(calls[nth], startedAt, next.durationAtLeastSeconds)) }]
    })
    const rows = read.reduce((sum, each) => sum + each.rows.length, 0)
    const cost = requestsFor(rows)
    now += (cost / perMinute) * MINUTE
    for (const { each, rows: listed } of read) {
      for (const nth of listed) foundAt[nth] ??= now
      if (next.durationAtLeastSeconds !== null) looks.set(each.window.from, startedAt)
      else {
        each.scans.push({ scan: `s${scans.length}`, startedAt, digest: listed.join(), projected: true, unresolved: 0, listed: listed.length })
        each.listed = listed.length
        each.state = nextTransition(each.window, each.state, each.scans, now, policy)?.to ?? each.state
      }
    }
    spent = addSpent(spent, next, cost, perMinute)
    scans.push({ ...next, startedAt, endedAt: now, rows, spent: cost })
    account.onScan?.(next, startedAt, now, planned)
  }
  return { scans, windows, foundAt, shed, historyTurns }
}

const isListed = (call: VirtualCall | undefined, at: Instant, atLeastSeconds: number | null): boolean =>
  call !== undefined && call.listedFrom <= at && (atLeastSeconds === null || Math.floor((call.endedAt - call.createdAt) / SECOND) >= atLeastSeconds)
