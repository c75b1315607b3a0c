/** What a day measures, by the ledger and by when each thing was in the log. Knows nothing of how Rollcall counts. Pure. */
import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, type Window } from '@rollcall/domain/window/window'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'
import { type Arrival, arrivalsOf } from './fates.ts'
import type { Reading } from './log-readings.ts'
import { type DayPlan, isPromised } from './plan-day.ts'

/** What is true of one call, as far as it counts. */
export interface CallTruth {
  readonly createdAt: Instant
  /** In which the call is looked for: never final, so that nothing of it is proven. */
  readonly isInGap: boolean
  readonly kind: 'listed' | 'unlisted' | 'claim' | 'running'
  readonly webhook: 'in-time' | 'late' | 'pending' | 'never-arrived' | 'quarantined' | 'refused' | 'not-expected'
  /** From its end until the first that told of it was received, milliseconds; null: nothing is to be measured. */
  readonly endedMs: Instant | null
  readonly endedBy: 'webhook' | 'api'
  /** Least and most that may be said of its recording; null where it has none. */
  readonly recordedMs: { readonly least: number; readonly most: number } | null
}

/** The words in which a call's end is told. A Passthru and an answered call are under way yet. */
const TELL_END: ReadonlySet<string> = new Set(['status-callback/terminal', 'status-callback/default', 'voice-v3/terminal', 'campaign/call'])
const TELL_RECORDING: ReadonlySet<string> = new Set(['status-callback/terminal', 'status-callback/default', 'voice-v3/terminal', 'passthru'])
/** What the default rules take for the word of an API call's end. */
const REPORTS: ReadonlySet<string> = new Set(['status-callback/terminal', 'status-callback/default', 'voice-v3/terminal'])

export const trueDay = (plan: DayPlan, readings: ReadonlyMap<string, Reading>, now: Instant): readonly CallTruth[] => [
  ...plan.calls.flatMap((call) => ofCall(plan, call, readings.get(call.callSid), now)),
  // What a claim says of its making is all that there is of it.
  ...plan.forged.flatMap((call) => (saysCreated(call) ? [claim(plan, call)] : [])),
]

const saysCreated = ({ webhooks }: LedgerCall): boolean => webhooks.some(({ event }) => event.startsWith('status-callback/') && event !== 'status-callback/default')

const claim = (plan: DayPlan, { truth: { createdAt } }: LedgerCall): CallTruth => ({
  createdAt,
  isInGap: isInGap(plan, createdAt),
  kind: 'claim',
  webhook: 'not-expected',
  endedMs: null,
  endedBy: 'webhook',
  recordedMs: null,
})

const isInGap = (plan: DayPlan, createdAt: Instant): boolean => plan.neverFinal.has(createdAt - (createdAt % WINDOW_MS))

const ofCall = (plan: DayPlan, call: LedgerCall, reading: Reading | undefined, now: Instant): readonly CallTruth[] => {
  const { truth, visible } = call
  const arrived = call.webhooks.flatMap((webhook) => arrivalsOf(plan.fates.get(webhook) ?? 'kept', call, webhook, plan).map((arrival) => ({ webhook, arrival })))
  const read = arrived.filter(({ arrival: { as, loggedAt } }) => loggedAt <= now && (as === 'whole' || as === 'misread'))
  const isListed = visible.listedFrom !== null && visible.listedFrom <= now
  const isRunning = truth.endedAt > now
  // A list does not show it, and no webhook of it came: nobody can know.
  if (!isListed && read.length === 0) return []
  const first = (events: ReadonlySet<string>): Instant => Math.min(...read.filter(({ webhook }) => events.has(webhook.event)).map(({ arrival }) => arrival.receivedAt))
  const [endByWebhook, endByApi] = [first(TELL_END), reading?.ended ?? Number.POSITIVE_INFINITY]
  const recorded = truth.recordingUrl === null || isRunning ? Number.POSITIVE_INFINITY : Math.min(first(TELL_RECORDING), reading?.recorded ?? Number.POSITIVE_INFINITY)
  return [
    {
      createdAt: truth.createdAt,
      isInGap: isInGap(plan, truth.createdAt),
      kind: isRunning ? 'running' : isListed ? 'listed' : 'unlisted',
      webhook: webhookOf(plan, call, read, isRunning),
      endedMs: isRunning ? null : Math.max(0, Math.min(endByWebhook, endByApi) - truth.endedAt),
      endedBy: endByWebhook <= endByApi ? 'webhook' : 'api',
      recordedMs: Number.isFinite(recorded)
        ? { least: Math.max(0, recorded - Math.max(truth.endedAt, visible.recordingFrom ?? 0)), most: Math.max(0, recorded - truth.endedAt) }
        : null,
    },
  ]
}

const webhookOf = (plan: DayPlan, call: LedgerCall, read: readonly { readonly webhook: LedgerWebhook; readonly arrival: Arrival }[], isRunning: boolean): CallTruth['webhook'] => {
  if (!isPromised(call)) return 'not-expected'
  const deadline = call.truth.endedAt + plan.webhookGraceMs
  const receivedAt = Math.min(...read.filter(({ webhook }) => REPORTS.has(webhook.event)).map(({ arrival }) => arrival.receivedAt))
  if (Number.isFinite(receivedAt)) return receivedAt > deadline ? 'late' : 'in-time'
  if (isRunning) return 'pending'
  if (call.webhooks.some((webhook) => plan.fates.get(webhook) === 'cut-off')) return 'quarantined'
  // Whose a webhook was that was turned away nobody knows: it may be any that was due in that minute.
  return refusedMinutes(plan).some((minute) => minute + MINUTE > call.truth.endedAt && minute <= deadline) ? 'refused' : 'never-arrived'
}

const refusedMinutes = ({ calls, fates }: DayPlan): readonly Instant[] =>
  calls.flatMap(({ webhooks }) => webhooks.flatMap((webhook) => (fates.get(webhook) === 'turned-away' ? [webhook.dueAt - (webhook.dueAt % MINUTE)] : [])))

/** The figures of a span. */
export interface TrueFigures {
  readonly listed: number
  readonly exact: number
  readonly unlisted: number
  readonly claims: number
  readonly gapListed: number
  readonly expected: number
  readonly arrived: number
  readonly late: number
  readonly missing: number
  readonly pending: number
  readonly neverArrived: number
  readonly refused: number
  readonly quarantined: number
  readonly callsNotExpected: number
  readonly ended: number
  readonly endedByWebhook: number
  readonly endedWithinObjective: number
  readonly endedWithinRpo: number
  readonly endedP50Seconds: number | null
  readonly endedP99Seconds: number | null
  readonly endedMaxSeconds: number | null
  readonly endUnknown: number
  readonly recorded: number
  /** Between these two lies how many recordings were in time. */
  readonly recordedWithinRpoLeast: number
  readonly recordedWithinRpoMost: number
}

/** What the objectives of docs/measures.md are: ends of calls within 10 and 20 minutes, recordings within 5. */
const [ENDED_OBJECTIVE_MS, ENDED_RPO_MS, RECORDED_RPO_MS] = [10 * MINUTE, 20 * MINUTE, 5 * MINUTE]

export const figuresOf = (day: readonly CallTruth[], { from, to }: Window): TrueFigures => {
  const calls = day.filter(({ createdAt }) => createdAt >= from && createdAt < to)
  const count = (is: (call: CallTruth) => boolean): number => calls.filter(is).length
  const closed = (kind: CallTruth['kind']): number => count((call) => call.kind === kind && !call.isInGap)
  const judged = (...as: readonly CallTruth['webhook'][]): number => count((call) => call.kind !== 'claim' && as.includes(call.webhook))
  const recordings = calls.flatMap(({ recordedMs }) => recordedMs ?? [])
  return {
    listed: closed('listed'),
    exact: closed('listed'),
    unlisted: closed('unlisted'),
    claims: closed('claim'),
    gapListed: count((call) => call.kind === 'listed' && call.isInGap),
    expected: count((call) => call.kind !== 'claim' && call.webhook !== 'not-expected'),
    arrived: judged('in-time', 'late'),
    late: judged('late'),
    missing: judged('never-arrived', 'refused', 'quarantined'),
    pending: judged('pending'),
    neverArrived: judged('never-arrived'),
    refused: judged('refused'),
    quarantined: judged('quarantined'),
    callsNotExpected: judged('not-expected'),
    endedByWebhook: count(({ endedMs, endedBy }) => endedMs !== null && endedBy === 'webhook'),
    ...delayFigures(calls.flatMap(({ endedMs }) => endedMs ?? [])),
    endUnknown: count(({ kind }) => kind === 'running'),
    recorded: recordings.length,
    recordedWithinRpoLeast: recordings.filter(({ most }) => most <= RECORDED_RPO_MS).length,
    recordedWithinRpoMost: recordings.filter(({ least }) => least <= RECORDED_RPO_MS).length,
  }
}

/** How soon ends of calls were durable. @param unsorted delays in milliseconds */
export const delayFigures = (
  unsorted: readonly number[],
): Pick<TrueFigures, 'ended' | 'endedWithinObjective' | 'endedWithinRpo' | 'endedP50Seconds' | 'endedP99Seconds' | 'endedMaxSeconds'> => {
  const delays = unsorted.toSorted((a, b) => a - b)
  const rank = (share: number): number | null => secondsOf(delays[Math.ceil(share * delays.length) - 1])
  return {
    ended: delays.length,
    endedWithinObjective: delays.filter((ms) => ms <= ENDED_OBJECTIVE_MS).length,
    endedWithinRpo: delays.filter((ms) => ms <= ENDED_RPO_MS).length,
    endedP50Seconds: rank(0.5),
    endedP99Seconds: rank(0.99),
    endedMaxSeconds: secondsOf(delays.at(-1)),
  }
}

const secondsOf = (ms: number | undefined): number | null => (ms === undefined ? null : ms / SECOND)
