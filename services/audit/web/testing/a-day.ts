import type { DayMeasures, Delays, StateCompleteness, WebhookYield, WindowStateName } from '@rollcall/contracts/audit-api/measures'
import type { WindowItem } from '@rollcall/contracts/audit-api/window'
import { numbersFrom, seedOf } from './numbers.ts'

/**
 * An account with a year of calls, made up from a seed: most days in order, some with every kind of trouble. All numbers of a day follow from its
 * windows, as they do in the service.
 */
const IST_MS = 330 * 60_000
const WINDOW_MS = 300_000
const DAY_MS = 86_400_000
const FINAL_AFTER_MS = 4 * 3_600_000 + 20 * 60_000

export const dayStart = (day: string): number => Date.parse(`${day}T00:00:00Z`) - IST_MS
export const dayOf = (at: number): string => new Date(at + IST_MS).toISOString().slice(0, 10)
const text = (at: number): string => new Date(at).toISOString()

type Trouble = 'none' | 'lacking' | 'gap' | 'silent' | 'late' | 'amended'
const TROUBLES: Readonly<Record<number, Trouble>> = { 9: 'silent', 23: 'lacking', 24: 'late', 41: 'amended', 77: 'gap', 78: 'gap', 120: 'silent', 171: 'late', 230: 'lacking' }

const troubleOf = (day: string, now: number): Trouble => TROUBLES[Math.round((dayStart(dayOf(now)) - dayStart(day)) / DAY_MS)] ?? 'none'

/** The 288 windows of a day, as they are at `now`; `account` without calls: `quiet`. */
export const windowsOf = (account: string, day: string, now: number, firstWindow: number): WindowItem[] => {
  const trouble = troubleOf(day, now)
  const next = numbersFrom(seedOf(account, day))
  return Array.from({ length: 288 }, (_, index) => {
    const from = dayStart(day) + index * WINDOW_MS
    const state = stateOf(from, now, firstWindow, trouble, index)
    const hour = index / 12
    const busy = Math.max(0, Math.sin(((hour - 5) / 17) * Math.PI)) * 46 + next() * 7
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()) ? 0.35 : 1
    const calls = Math.floor(busy * weekend)
    const begun = state !== null && from + WINDOW_MS <= now
    const listed = begun && state !== 'settling' ? calls : 0
    const lacking = trouble === 'lacking' && index >= 130 && index < 134 && listed > 2 ? 1 : 0
    const silent = trouble === 'silent' && index > 140 && index < 165
    const webhooksExpected = begun ? listed * 2 : 0
    return {
      from: text(from),
      to: text(from + WINDOW_MS),
      state: trouble === 'amended' && index === 150 ? 'amended' : state,
      reason:
        state === null
          ? null
          : state === 'final'
            ? 'equal-scans'
            : state === 'provisional'
              ? 'sound-scan'
              : state === 'settling'
                ? 'ended'
                : state === 'gap'
                  ? 'beyond-history'
                  : 'made',
      since: state === null ? null : text(Math.min(now, from + WINDOW_MS + (state === 'final' ? FINAL_AFTER_MS : 0))),
      amendments: trouble === 'amended' && index === 150 ? 1 : 0,
      scans: begun ? 3 + Math.floor(next() * 4) : 0,
      listed,
      exact: listed - lacking,
      unlisted: index === 200 && listed > 0 ? 1 : 0,
      claims: index === 96 && listed > 0 ? 1 : 0,
      webhooksExpected,
      webhooksMissing: silent ? webhooksExpected : next() > 0.985 && listed > 0 ? 1 : 0,
    }
  })
}

const stateOf = (from: number, now: number, firstWindow: number, trouble: Trouble, index: number): WindowStateName | null => {
  if (from < firstWindow || from > now) return null
  if (from + WINDOW_MS > now) return 'open'
  if (from + WINDOW_MS + 180_000 > now) return 'settling'
  if (from + WINDOW_MS + FINAL_AFTER_MS > now) return 'provisional'
  return trouble === 'gap' && index > 60 && index < 84 ? 'gap' : 'final'
}

/** The three measures of a day, counted from its windows. */
export const measuresOf = (account: string, day: string, windows: readonly WindowItem[], now: number): DayMeasures => {
  const byState: Partial<Record<WindowStateName, StateCompleteness>> = {}
  for (const window of windows) {
    if (window.state === null) continue
    const counts = byState[window.state] ?? { windows: 0, listed: 0, exact: 0, unlisted: 0, claims: 0 }
    byState[window.state] = counts
    counts.windows += 1
    for (const what of ['listed', 'exact', 'unlisted', 'claims'] as const) counts[what] += window[what]
  }
  const closedStates = [byState.final, byState.amended].filter((state) => state !== undefined)
  const closed = closedStates.reduce(addCounts, { windows: 0, listed: 0, exact: 0, unlisted: 0, claims: 0 })
  const windowsExpected = windows.filter(({ from }) => Date.parse(from) < now).length
  const listed = windows.reduce((sum, window) => sum + window.listed, 0)
  const trouble = troubleOf(day, now)
  const taken = windows.some(({ state }) => state !== null)
  return {
    day,
    range: { from: text(dayStart(day)), to: text(dayStart(day) + DAY_MS) },
    completeness: {
      windowsExpected,
      closed,
      byState,
      answer: closed.exact < closed.listed ? 'incomplete' : closed.windows === windowsExpected && windowsExpected > 0 ? 'complete' : 'unproven',
    },
    timeliness: {
      ended: delaysOf(taken ? listed : 0, trouble, seedOf(account, day)),
      recorded: delaysOf(taken ? Math.floor(listed * 0.6) : 0, trouble === 'late' ? 'none' : trouble, seedOf(day, account)),
    },
    webhooks: yieldOf(windows, seedOf(account, day)),
    measuredAt: text(now),
  }
}

const addCounts = (one: StateCompleteness, other: StateCompleteness): StateCompleteness => ({
  windows: one.windows + other.windows,
  listed: one.listed + other.listed,
  exact: one.exact + other.exact,
  unlisted: one.unlisted + other.unlisted,
  claims: one.claims + other.claims,
})

const delaysOf = (facts: number, trouble: Trouble, seed: number): Delays => {
  if (facts === 0) return { facts: 0, withinObjective: 0, withinRpo: 0, p50Seconds: null, p99Seconds: null, maxSeconds: null }
  const next = numbersFrom(seed)
  const late = trouble === 'late' ? Math.ceil(facts * 0.02) : trouble === 'silent' ? Math.ceil(facts * 0.004) : next() > 0.9 ? 1 : 0
  const above = trouble === 'late' ? Math.ceil(late / 3) : 0
  return {
    facts,
    withinObjective: facts - late,
    withinRpo: facts - above,
    p50Seconds: 1 + next(),
    p99Seconds: trouble === 'late' ? 780 + next() * 300 : trouble === 'silent' ? 210 + next() * 100 : 20 + next() * 60,
    maxSeconds: above > 0 ? 2_460 : 300 + next() * 200,
  }
}

const yieldOf = (windows: readonly WindowItem[], seed: number): WebhookYield => {
  const expected = windows.reduce((sum, window) => sum + window.webhooksExpected, 0)
  const missing = windows.reduce((sum, window) => sum + window.webhooksMissing, 0)
  const pending = windows.filter(({ state }) => state === 'provisional').length > 3 ? 4 : 0
  const refused = Math.min(missing, 2)
  return {
    expected,
    arrived: Math.max(0, expected - missing - pending),
    late: Math.floor(numbersFrom(seed)() * 12 * (expected > 0 ? 1 : 0)),
    missing,
    pending: Math.min(pending, expected - missing),
    missingBy: missing === 0 ? {} : { 'never-arrived': missing - refused, ...(refused > 0 ? { refused } : {}) },
    callsNotExpected: Math.floor(expected / 40),
  }
}
