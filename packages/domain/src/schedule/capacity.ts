/**
 * What reconciliation costs, and whether a share of the rate limit holds the RPO. Pure arithmetic over the lanes' own settings.
 *
 * A list shows a call when it has ended, so of the calls created between the ages y and o (ages: time since creation) it shows
 *
 *     rows(y, o) = λ ∫ (1 − S(x)) dx over x from y to o         λ calls per second, S(x) the share that lasts longer than x
 *
 * and with `Duration=gte:b`, λ ∫ (S(b) − S(x)) dx. A list of n rows costs n / 100 requests, rounded up, and one more: a page with rows
 * names a next one, and only an empty page ends the list (contract §7). An empty list costs one.
 *
 *     trailing → each pass reads a window whole, once: rows(max(0, p), 5 min + p) for a pass p after the window's end
 *     sweep    → each pass reads every band [a, r·a) of ages from the last trailing pass to the longest call, with b = a − interval − lag:
 *                what the pass before did not see yet. Without the filter it must read those ages whole
 *     finalise → each window whole, twice
 *     chase    → as many as calls want, but while scans are due no more than a tenth of what those take; where
 *                rescans are always due, that tenth
 *
 * A call is found after the longest time between two readings of its age (`gap`), plus what a reading waits for: the scan that is being
 * made, and whatever else the RPO lanes have to do (`work`). Both grow as the share shrinks, so the RPO decides the least share.
 */
import { MINUTE, SECOND } from '../time.ts'
import { WINDOW_MS } from '../window/window.ts'
import type { CallLengths } from './call-lengths.ts'
import type { SchedulePolicy } from './schedule-policy.ts'
import { LOOKUPS_PER_SCAN_REQUEST, ROWS_PER_REQUEST, requestsFor } from './timing.ts'

/** What calls there are, at the busiest. */
export interface CallLoad {
  readonly callsPerSecond: number
  readonly lengths: CallLengths
}

/** What the lanes are set to. Milliseconds. */
export interface LaneSettings {
  readonly policy: Pick<SchedulePolicy, 'trailingPassesMs' | 'maximumCallMs' | 'sweepEveryMs' | 'listLagMs'>
  /** Of the sweep's age bands: each ends at so many times the age at which it begins. */
  readonly bandRatio: number
  /** Whether the account's list takes the Duration filter. */
  readonly takesDuration: boolean
  /** Where it does not: of what the other lanes leave, the share that plain rescans may spend. */
  readonly rescanShare: number
  /** Requests of the chase for each call, where it may make as many as it wants. */
  readonly chasePerCall: number
  /** What is asked of the account itself. */
  readonly checksPerMinute: number
  /** How long a due scan may wait for the next run. */
  readonly slotMs: number
  /** How long a scan of several windows may take: nothing overtakes it. */
  readonly scanMs: number
}

/** Requests per minute, by lane. */
export interface Demand {
  readonly chase: number
  readonly trailing: number
  readonly sweep: number
  readonly finalise: number
  readonly total: number
}

/** How long it takes at the worst, from the list's first showing a call to its row being read. Milliseconds. */
export interface WorstDetection {
  /** Of a call that ended before its window's last trailing pass. */
  readonly shortMs: number
  /** Of one that ended later. */
  readonly longMs: number
}

export interface Capacity {
  readonly holds: boolean
  /** How many trailing passes of each window, the earliest first, must be left out for it; where nothing holds it, all that may be. */
  readonly passesShed: number
  readonly demand: Demand
  /** Null where more is asked for than can be sent: then what is not read only grows. */
  readonly worst: WorstDetection | null
}

/** Webhook facts within 20 minutes: what the product promises. */
export const RPO_MS = 20 * MINUTE
/** What it aims at. */
export const RPO_GOAL_MS = 10 * MINUTE

const FINALISING_SCANS = 2
/** About as many as half a minute brings at an average share. */
const ROWS_PER_RESCAN = 2_000
const INTEGRATION_STEPS = 64
/** Beyond any account's limit. */
const REQUESTS_PER_MINUTE_MAX = 1_000_000
const BISECTIONS = 40
/** From a read row to its place in the log. */
const APPEND_MS = 5 * SECOND

/**
 * Whether so many requests per minute hold the RPO, and what they are spent on.
 * @param requestsPerMinute what may be sent in each minute, over time
 * @param rpoMs the longest that a call may stay unread after the list first shows it
 */
export const capacityOf = (load: CallLoad, lanes: LaneSettings, requestsPerMinute: number, rpoMs: number): Capacity => bestOf(costsOf(load, lanes), lanes, requestsPerMinute, rpoMs)

/** The least requests per minute that hold the RPO; null where none do. */
export const requestsNeeded = (load: CallLoad, lanes: LaneSettings, rpoMs: number): number | null => {
  const costs = costsOf(load, lanes)
  return leastThat((requests) => bestOf(costs, lanes, requests, rpoMs).holds, REQUESTS_PER_MINUTE_MAX)
}

/** The most calls per second for which so many requests per minute hold the RPO; 0 where they hold none. */
export const callsHeld = (lengths: CallLengths, lanes: LaneSettings, requestsPerMinute: number, rpoMs: number): number => {
  const breaks = (callsPerSecond: number): boolean => !capacityOf({ callsPerSecond, lengths }, lanes, requestsPerMinute, rpoMs).holds
  if (breaks(0)) return 0
  return leastThat(breaks, requestsPerMinute * ROWS_PER_REQUEST) ?? Number.POSITIVE_INFINITY
}

/** What the lanes read, whatever may be sent: in requests, per pass. */
interface Costs {
  readonly passesMs: readonly number[]
  readonly passes: readonly number[]
  readonly sweep: number
  readonly finalisePerMinute: number
  readonly chaseWanted: number
}

/** Without the earliest passes: none of them left out, one, and so on up to all but the last. */
const costsOf = (load: CallLoad, lanes: LaneSettings): readonly Costs[] => {
  const { trailingPassesMs } = lanes.policy
  const passes = trailingPassesMs.map((pass) => requestsFor(rowsListed(load, Math.max(0, pass), WINDOW_MS + pass)))
  const sweep = lanes.takesDuration ? filteredSweep(load, lanes, sweptAges(lanes)) : plainSweep(load, sweptAges(lanes))
  const chaseWanted = (lanes.chasePerCall * load.callsPerSecond * MINUTE) / SECOND
  return trailingPassesMs.map((_, shed) => ({ passesMs: trailingPassesMs.slice(shed), passes: passes.slice(shed), sweep, finalisePerMinute: finalisePerMinute(load), chaseWanted }))
}

const bestOf = (costs: readonly Costs[], lanes: LaneSettings, requestsPerMinute: number, rpoMs: number): Capacity => {
  const options = costs.map((each, passesShed) => ({ ...withCosts(each, lanes, requestsPerMinute, rpoMs), passesShed }))
  return options.find((option) => option.holds) ?? (options.at(-1) as Capacity)
}

const withCosts = (
  { passesMs, passes, sweep, finalisePerMinute, chaseWanted }: Costs,
  lanes: LaneSettings,
  requestsPerMinute: number,
  rpoMs: number,
): Omit<Capacity, 'passesShed'> => {
  const scans = { trailing: perMinute(sum(passes), WINDOW_MS), finalise: finalisePerMinute }
  const timed = scans.trailing + scans.finalise + (lanes.takesDuration ? perMinute(sweep, lanes.policy.sweepEveryMs) : 0)
  // Plain rescans never end, and lookups have their part of those too.
  const lookups = lanes.takesDuration ? Math.min(chaseWanted, LOOKUPS_PER_SCAN_REQUEST * timed) : LOOKUPS_PER_SCAN_REQUEST * requestsPerMinute
  const others = { ...scans, chase: lanes.checksPerMinute + lookups }
  const spent = others.chase + others.trailing + others.finalise

  // The scan under way, whichever it is, and then all that may be due before.
  const msOf = (requests: number): number => (requests * MINUTE) / requestsPerMinute
  const workMs = Math.max(lanes.scanMs, msOf(Math.max(...passes))) + msOf(sum(passes) + (lanes.takesDuration ? sweep : 0)) + lanes.slotMs + APPEND_MS
  // A filtered pass is made at its interval; plain ones follow each other, as fast as what is left allows.
  const neededMs = lanes.takesDuration ? lanes.policy.sweepEveryMs : rpoMs - workMs
  const sweepPerMinute = neededMs > 0 ? perMinute(sweep, neededMs) / (lanes.takesDuration ? 1 : lanes.rescanShare) : Number.POSITIVE_INFINITY
  const roundMs = lanes.takesDuration ? 0 : (sweep * MINUTE) / (lanes.rescanShare * (requestsPerMinute - spent))
  const demand = { ...others, sweep: sweepPerMinute, total: spent + sweepPerMinute }
  const isOverdrawn = spent >= requestsPerMinute || (lanes.takesDuration && demand.total > requestsPerMinute)
  const worst = isOverdrawn ? null : { shortMs: longestGap(passesMs) + workMs, longMs: Math.max(lanes.policy.sweepEveryMs, roundMs) + workMs }
  const holds = worst !== null && demand.total <= requestsPerMinute && worst.shortMs <= rpoMs && (!lanes.takesDuration || worst.longMs <= rpoMs)
  return { holds, demand, worst }
}

/** Between two readings of a window, from its beginning to its last trailing pass. */
const longestGap = (passesMs: readonly number[]): number => Math.max(...passesMs.map((pass, nth) => pass - (passesMs[nth - 1] ?? -WINDOW_MS)))

/** What the trailing passes leave to the sweep. */
const sweptAges = ({ policy }: LaneSettings): { readonly youngest: number; readonly oldest: number } => ({
  youngest: WINDOW_MS + (policy.trailingPassesMs.at(-1) ?? 0),
  oldest: policy.maximumCallMs + policy.listLagMs,
})

/** One pass over all swept ages. Where bands hold few rows, fewer and wider ones cost less: of all numbers of bands joined together the cheapest. */
const filteredSweep = (load: CallLoad, lanes: LaneSettings, { youngest, oldest }: ReturnType<typeof sweptAges>): number => {
  if (youngest >= oldest) return 0
  const bandsMax = Math.ceil(Math.log(oldest / youngest) / Math.log(lanes.bandRatio))
  return Math.min(...Array.from({ length: bandsMax }, (_, nth) => bandRequests(load, lanes, youngest, oldest, lanes.bandRatio ** (nth + 1))))
}

const bandRequests = (load: CallLoad, { policy }: LaneSettings, youngest: number, oldest: number, ratio: number): number => {
  let requests = 0
  for (let from = youngest; from < oldest; from *= ratio) {
    const bound = Math.max(0, from - policy.sweepEveryMs - policy.listLagMs)
    requests += requestsFor(rowsListed(load, from, Math.min(oldest, from * ratio), bound))
  }
  return requests
}

/** The same ages read whole, in scans of bearable size. */
const plainSweep = (load: CallLoad, { youngest, oldest }: ReturnType<typeof sweptAges>): number => {
  const rows = rowsListed(load, youngest, oldest)
  const scans = Math.max(1, Math.ceil(rows / ROWS_PER_RESCAN))
  return youngest >= oldest ? 0 : scans * requestsFor(rows / scans)
}

/** Neighbouring windows share a scan, so its empty last page hardly counts. */
const finalisePerMinute = ({ callsPerSecond }: CallLoad): number => perMinute(FINALISING_SCANS * requestsFor((callsPerSecond * WINDOW_MS) / SECOND), WINDOW_MS)

/** Rows that a list shows of calls between two ages; with `longerThanMs`, only of those that lasted so long. */
const rowsListed = ({ callsPerSecond, lengths }: CallLoad, youngestMs: number, oldestMs: number, longerThanMs = 0): number => {
  if (youngestMs >= oldestMs) return 0
  const lasting = longerThanMs <= 0 ? 1 : lengths(longerThanMs)
  const stepMs = (oldestMs - youngestMs) / INTEGRATION_STEPS
  let shares = 0
  for (let step = 0; step < INTEGRATION_STEPS; step += 1) shares += lasting - lengths(youngestMs + (step + 0.5) * stepMs)
  return (callsPerSecond * shares * stepMs) / SECOND
}

const perMinute = (requests: number, everyMs: number): number => (requests * MINUTE) / everyMs

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** The least number up to `most` that satisfies what, once satisfied, stays so; null where none does. */
const leastThat = (satisfies: (number: number) => boolean, most: number): number | null => {
  if (!satisfies(most)) return null
  let [low, high] = [0, most]
  for (let nth = 0; nth < BISECTIONS; nth += 1) {
    const middle = (low + high) / 2
    if (satisfies(middle)) high = middle
    else low = middle
  }
  return high
}
