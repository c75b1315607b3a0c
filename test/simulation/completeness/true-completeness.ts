import { HOUR, type Instant } from '@rollcall/domain/time'
import { type Window, windowAt } from '@rollcall/domain/window/window'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { arrivals } from '../reconcile/arrivals.ts'
import type { RunPlan } from '../reconcile/plan-run.ts'

/** What a piece of time should measure, by the ledger alone. */
export interface TrueCompleteness {
  /** Calls that Exotel lists, all of which have to be held. */
  readonly listed: number
  /** Webhooks that the default coverage rules expect of calls made by the API. */
  readonly expected: number
  readonly arrived: number
  readonly missing: number
}

/** Webhooks that satisfy what the default coverage rules expect. */
const REPORTS_END: ReadonlySet<string> = new Set(['status-callback/terminal', 'status-callback/default'])

/** By the start of each window that holds a call, up to `now`. Pure. */
export const trueCompleteness = (plan: RunPlan, now: Instant): ReadonlyMap<Instant, TrueCompleteness> => {
  const byWindow = new Map<Instant, TrueCompleteness>()
  for (const call of plan.calls) {
    const { from } = windowAt(call.truth.createdAt)
    byWindow.set(from, plus(byWindow.get(from) ?? NOTHING, ofCall(plan, call, now)))
  }
  return byWindow
}

/** All that is in the span together. */
export const totalOf = (byWindow: ReadonlyMap<Instant, TrueCompleteness>, { from, to }: Window): TrueCompleteness =>
  [...byWindow].reduce((sum, [at, counts]) => (at >= from && at < to ? plus(sum, counts) : sum), NOTHING)

const ofCall = (plan: RunPlan, call: LedgerCall, now: Instant): TrueCompleteness => {
  if (call.visible.listedFrom === null) return NOTHING
  if (call.truth.direction !== 'outbound-api') return { ...NOTHING, listed: 1 }
  const came = call.webhooks
    .filter(({ event }) => REPORTS_END.has(event))
    .flatMap((webhook) => arrivals(plan, call, webhook, () => {}, Date.now))
    .some(({ at }) => at <= now)
  return { listed: 1, expected: 1, arrived: came ? 1 : 0, missing: came ? 0 : 1 }
}

const NOTHING: TrueCompleteness = { listed: 0, expected: 0, arrived: 0, missing: 0 }

const plus = (a: TrueCompleteness, b: TrueCompleteness): TrueCompleteness => ({
  listed: a.listed + b.listed,
  expected: a.expected + b.expected,
  arrived: a.arrived + b.arrived,
  missing: a.missing + b.missing,
})

/** Calls whose row vanished from the API for a while: what the last scan of their window listed may be one less, by right. Their windows. */
export const excusedWindows = (plan: RunPlan): ReadonlySet<Instant> =>
  new Set(plan.calls.flatMap(({ visible, truth }) => (visible.hidden === null ? [] : [windowAt(truth.createdAt).from])))

/** Whole hours of the span, from its beginning on. */
export const hoursOf = ({ from, to }: Window): readonly Window[] =>
  Array.from({ length: Math.ceil((to - from) / HOUR) }, (_, nth) => ({ from: from + nth * HOUR, to: from + (nth + 1) * HOUR }))
