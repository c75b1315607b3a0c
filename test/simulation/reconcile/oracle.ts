import type { CallRecord } from '@rollcall/domain/call/record'
import { type Instant, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import type { Pool } from '@rollcall/store/pool'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { changesBetween, checkFinal, iso, SKEW_MS_TOLERATED } from './check-closed.ts'
import type { RunPlan } from './plan-run.ts'
import { type Reading, readClosingScans, readConclusions, readEvidence, readWindowStarts } from './read-conclusions.ts'
import type { SimulatedTime } from './simulated-time.ts'

/** What is not as the ledger has it. */
export interface Finding {
  readonly kind: 'false-final' | 'false-amended' | 'false-missing' | 'missed-call' | 'missed-miss' | 'never-final' | 'above-share' | 'window-gap' | 'partial-evidence'
  /** The true time. */
  readonly at: string
  readonly about: string
}

export interface Oracle {
  /** Holds what has been concluded since the last check against the ledger. */
  check(): Promise<void>
  isAllFinal(): Promise<boolean>
  /** When all is over: whether anything was missed, how fast requests left, and whether a scan for long calls alone counted as evidence. */
  checkEnd(sentAt: readonly { readonly at: Instant; readonly life: number }[], filteredAt: ReadonlySet<Instant>): Promise<void>
  findings(): readonly Finding[]
  windowsFinal(): number
  /** Of those: where no call was made. */
  windowsWithoutCalls(): number
  /** Webhooks that were called missing. */
  missing(): number
  excused(): number
  amended(): number
}

/** Webhooks that satisfy what the default coverage rules expect. */
const REPORTS_END = ['status-callback/terminal', 'status-callback/default', 'voice-v3/terminal']

export const createOracle = (plan: RunPlan, pool: Pool, time: SimulatedTime, arrivedAt: ReadonlyMap<string, Instant>): Oracle => {
  const findings: Finding[] = []
  const find = (kind: Finding['kind'], about: string): void => void findings.push({ kind, at: new Date(time.now()).toISOString(), about })
  const known = { final: new Map<Instant, readonly Reading[]>(), amended: new Map<Instant, number>(), missing: new Set<string>() }
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
  const expectsReport = plan.isPromised

  const openWindows = async (): Promise<readonly Instant[]> =>
    (await readWindowStarts(pool, plan.account)).filter((from) => from <= lastWindow && !known.final.has(from) && !plan.neverFinal.has(from))

  const checkAmended = (from: Instant, times: number): void => {
    if (known.amended.get(from) === times) return
    known.amended.set(from, times)
    const closed = known.final.get(from)?.at(-1)?.from ?? time.now()
    const changes = changesBetween(callsOf(from), closed, time.now())
    if (changes < times) find('false-amended', `${iso(from)}: ${times} amendments, and ${changes} changes since ${iso(closed)}`)
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
      const { final, amended, missing } = await readConclusions(pool, plan.account)
      const news = final.filter((from) => !known.final.has(from))
      const records = await readRecords(news.flatMap(callsOf))
      for (const [from, scans] of await readClosingScans(pool, plan.account, news)) {
        known.final.set(from, scans)
        const checked = checkFinal(callsOf(from), scans, records, time.now())
        excused += checked.excused
        for (const wrong of checked.wrong) find('false-final', `${iso(from)}: ${wrong}`)
      }
      for (const [from, times] of amended) checkAmended(from, times)
      for (const callSid of missing) {
        if (known.missing.has(callSid)) continue
        known.missing.add(callSid)
        checkMissing(callSid)
      }
    },
    async isAllFinal() {
      return (await openWindows()).length === 0
    },
    async checkEnd(sentAt, filteredAt) {
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
      const partial = (await readEvidence(pool, plan.account)).find((at) => filteredAt.has(at))
      if (partial !== undefined) find('partial-evidence', `the scan of ${iso(partial)} listed long calls alone, and stands for windows`)
      checkShare(sentAt)
      await checkContiguous()
    },
    findings: () => findings,
    windowsFinal: () => known.final.size,
    windowsWithoutCalls: () => [...known.final.keys()].filter((from) => !byWindow.has(from)).length,
    missing: () => known.missing.size,
    excused: () => excused,
    amended: () => [...known.amended.values()].reduce((sum, times) => sum + times, 0),
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
