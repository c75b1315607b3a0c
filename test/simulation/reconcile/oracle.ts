import type { CallRecord } from '@rollcall/domain/call/record'
import { fieldOf } from '@rollcall/domain/call/record'
import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { shownTruth } from '@rollcall/exotel-simulator/calls/shown-truth'
import type { Pool } from '@rollcall/store/pool'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { LISTED_FIELDS, type ListedField, sameValue } from './listed-fields.ts'
import type { RunPlan } from './plan-run.ts'
import { type Reading, readClosingScans, readConclusions, readWindowStarts } from './read-conclusions.ts'
import type { SimulatedTime } from './simulated-time.ts'

/** What is not as the ledger has it. */
export interface Finding {
  readonly kind: 'false-final' | 'false-missing' | 'missed-call' | 'missed-miss' | 'never-final' | 'above-share' | 'window-gap'
  /** The true time. */
  readonly at: string
  readonly about: string
}

export interface Oracle {
  /** Holds what has been concluded since the last check against the ledger. */
  check(): Promise<void>
  isAllFinal(): Promise<boolean>
  /** When all is over: whether anything was missed, and how fast requests left. */
  checkEnd(sentAt: readonly { readonly at: Instant; readonly life: number }[]): Promise<void>
  findings(): readonly Finding[]
  windowsFinal(): number
  /** Of those: where no call was made. */
  windowsWithoutCalls(): number
  /** Webhooks that were called missing. */
  missing(): number
  excused(): number
}

/** Webhooks that satisfy what the default coverage rules expect. */
const REPORTS_END = ['status-callback/terminal', 'status-callback/default']
/** A clock that differs by no more than this is taken as right (vendor-clock.ts). */
const SKEW_MS_TOLERATED = 5 * SECOND + SECOND

export const createOracle = (plan: RunPlan, pool: Pool, time: SimulatedTime, arrivedAt: ReadonlyMap<string, Instant>): Oracle => {
  const findings: Finding[] = []
  const find = (kind: Finding['kind'], about: string): void => void findings.push({ kind, at: new Date(time.now()).toISOString(), about })
  const known = { final: new Set<Instant>(), missing: new Set<string>() }
  let excused = 0
  const bySid = new Map(plan.calls.map((call) => [call.callSid, call]))
  const byWindow = new Map<Instant, LedgerCall[]>()
  for (const call of plan.calls) {
    const { from } = windowAt(call.truth.createdAt)
    byWindow.set(from, [...(byWindow.get(from) ?? []), call])
  }
  const callsOf = (from: Instant): readonly LedgerCall[] => byWindow.get(from) ?? []
  /** Every window up to the last call's is to become final, also one in which no call was made. */
  const lastWindow = Math.max(...byWindow.keys())
  const arrivalOf = ({ callSid }: LedgerCall): Instant => Math.min(...REPORTS_END.map((event) => arrivedAt.get(`${callSid} ${event}`) ?? Number.POSITIVE_INFINITY))
  const expectsReport = ({ truth }: LedgerCall): boolean => truth.direction === 'outbound-api'

  const openWindows = async (): Promise<readonly Instant[]> => (await readWindowStarts(pool, plan.account)).filter((from) => from <= lastWindow && !known.final.has(from))

  const checkFinal = (from: Instant, scans: readonly Reading[], records: ReadonlyMap<string, CallRecord>): void => {
    const [first, second] = scans
    if (first === undefined || second === undefined) {
      find('false-final', `${iso(from)} has no two scans`)
      return
    }
    for (const call of callsOf(from)) {
      const { listedFrom, hidden } = call.visible
      if (listedFrom === null) continue
      const record = records.get(call.callSid)
      if (listedFrom > time.now()) {
        find('false-final', `${iso(from)}: ${call.callSid} appears only at ${iso(listedFrom)}`)
      } else if (record === undefined) {
        // Gone from before the first of the two scans had ended until after the second had begun: no reader can know of it.
        if (hidden !== null && hidden.from <= first.to + SKEW_MS_TOLERATED && hidden.to >= second.from) excused += 1
        else find('false-final', `${iso(from)}: ${call.callSid}, listed from ${iso(listedFrom)}, is not held`)
      } else {
        // A webhook may have told the truth before the row does.
        const shown = (field: ListedField) => [call.truth[field], ...[second.from, second.to + SKEW_MS_TOLERATED, time.now()].map((at) => shownValue(call, field, at))]
        const wrong = LISTED_FIELDS.filter((field) => !shown(field).some((value) => sameValue(field, fieldOf(record, field), value)))
        if (wrong.length > 0 && (hidden === null || hidden.from > second.to + SKEW_MS_TOLERATED || hidden.to < first.from))
          find(
            'false-final',
            `${iso(from)}: ${call.callSid} holds ${wrong.map((field) => `${field} ${fieldOf(record, field)}, true is ${shownValue(call, field, time.now())}`).join('; ')}`,
          )
      }
    }
  }

  const checkMissing = (callSid: string): void => {
    const call = bySid.get(callSid)
    if (call === undefined) {
      find('false-missing', `${callSid} is not in the ledger`)
      return
    }
    if (!expectsReport(call)) {
      find('false-missing', `${callSid}: no webhook was promised`)
      return
    }
    const arrival = arrivalOf(call)
    const due = call.truth.endedAt + plan.webhookGraceMs
    // What arrived since the log was read was not there to be seen; a check comes soon after the judgement.
    if (arrival <= due) {
      find('false-missing', `${callSid}: came in time, at ${iso(arrival)}`)
      return
    }
    if (time.now() < due - SKEW_MS_TOLERATED) find('false-missing', `${callSid}: is due only at ${iso(due)}`)
  }

  const readRecords = async (calls: readonly LedgerCall[]): Promise<ReadonlyMap<string, CallRecord>> =>
    new Map(
      (
        await readCallsBySid(
          pool,
          plan.account,
          calls.map(({ callSid }) => callSid),
        )
      ).map((record) => [record.callSid, record]),
    )

  return {
    async check() {
      const { final, missing } = await readConclusions(pool, plan.account)
      const news = final.filter((from) => !known.final.has(from))
      const records = await readRecords(news.flatMap(callsOf))
      for (const [from, scans] of await readClosingScans(pool, plan.account, news)) {
        known.final.add(from)
        checkFinal(from, scans, records)
      }
      for (const callSid of missing) {
        if (known.missing.has(callSid)) continue
        known.missing.add(callSid)
        checkMissing(callSid)
      }
    },
    async isAllFinal() {
      return (await openWindows()).length === 0
    },
    async checkEnd(sentAt) {
      for (const from of await openWindows()) find('never-final', iso(from))
      const records = await readRecords(plan.calls)
      const missing = new Set((await readConclusions(pool, plan.account)).missing)
      for (const call of plan.calls) {
        const record = records.get(call.callSid)
        if (record === undefined) {
          if (call.visible.listedFrom !== null && call.visible.hidden === null) find('missed-call', call.callSid)
          continue
        }
        const hasArrived = arrivalOf(call) <= time.now()
        if (expectsReport(call) && !hasArrived && !missing.has(call.callSid)) find('missed-miss', `${call.callSid}: its webhook never came, and nobody says so`)
        if (hasArrived && missing.has(call.callSid)) find('false-missing', `${call.callSid}: came at ${iso(arrivalOf(call))} and is missing still`)
      }
      checkShare(sentAt)
      await checkContiguous()
    },
    findings: () => findings,
    windowsFinal: () => known.final.size,
    windowsWithoutCalls: () => [...known.final].filter((from) => !byWindow.has(from)).length,
    missing: () => known.missing.size,
    excused: () => excused,
  }

  /** No more requests in any minute than the share; but a process that begins knows nothing of what the one before it has spent, and begins with a burst. */
  function checkShare(sentAt: readonly { readonly at: Instant; readonly life: number }[]): void {
    for (const [nth, last] of sentAt.entries()) {
      const inMinute = sentAt.slice(Math.max(0, nth - 2 * plan.ratePerMinute), nth + 1).filter(({ at }) => at > last.at - MINUTE)
      const lives = new Set(inMinute.map(({ life }) => life)).size
      if (inMinute.length <= plan.ratePerMinute + (lives - 1) * burstOf(plan.ratePerMinute)) continue
      find('above-share', `${inMinute.length} requests in a minute, of ${plan.ratePerMinute}, by ${lives} processes`)
      return
    }
  }

  /** Every window exists, also where no call was made. */
  async function checkContiguous(): Promise<void> {
    const starts = await readWindowStarts(pool, plan.account)
    const gap = starts.find((from, nth) => nth > 0 && from !== (starts[nth - 1] as Instant) + WINDOW_MS)
    if (gap !== undefined) find('window-gap', `before ${iso(gap)}`)
    const lost = [...byWindow.keys()].find((from) => !starts.includes(from))
    if (lost !== undefined) find('window-gap', `${iso(lost)}, which has calls`)
  }
}

/** What the budget lets a process take at once (request-budget.ts): what three seconds allow. */
const burstOf = (ratePerMinute: number): number => Math.max(1, Math.floor(ratePerMinute / 20))

const shownValue = (call: LedgerCall, field: ListedField, at: Instant): string | number | null => {
  const { finalFrom, recordingFrom } = call.visible
  if (field === 'recordingUrl' && (recordingFrom === null || at < recordingFrom)) return null
  if ((field === 'endedAt' || field === 'durationSeconds' || field === 'price') && at < finalFrom) return null
  return shownTruth(call, at)[field]
}

const iso = (at: Instant): string => (Number.isFinite(at) ? new Date(at).toISOString() : 'never')
