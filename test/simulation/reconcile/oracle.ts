import type { CallRecord } from '@rollcall/domain/call/record'
import { fieldOf } from '@rollcall/domain/call/record'
import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { shownTruth } from '@rollcall/exotel-simulator/calls/shown-truth'
import type { Pool } from '@rollcall/store/pool'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { LISTED_FIELDS, type ListedField, sameValue } from './listed-fields.ts'
import type { RunPlan } from './plan-run.ts'
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
  const callsOf = (from: Instant): readonly LedgerCall[] => plan.calls.filter(({ truth }) => windowAt(truth.createdAt).from === from)
  const windows = [...new Set(plan.calls.map(({ truth }) => windowAt(truth.createdAt).from))]
  const arrivalOf = ({ callSid }: LedgerCall): Instant => Math.min(...REPORTS_END.map((event) => arrivedAt.get(`${callSid} ${event}`) ?? Number.POSITIVE_INFINITY))
  const expectsReport = ({ truth }: LedgerCall): boolean => truth.direction === 'outbound-api'

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
        if (hidden !== null && hidden.from <= first.to && hidden.to >= second.from) excused += 1
        else find('false-final', `${iso(from)}: ${call.callSid}, listed from ${iso(listedFrom)}, is not held`)
      } else {
        // A webhook may have told the truth before the row does.
        const shown = (field: ListedField) => [call.truth[field], ...[second.from, second.to, time.now()].map((at) => shownValue(call, field, at))]
        const wrong = LISTED_FIELDS.filter((field) => !shown(field).some((value) => sameValue(field, fieldOf(record, field), value)))
        if (wrong.length > 0 && (hidden === null || hidden.from > second.to || hidden.to < first.from))
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

  const readFinal = async (): Promise<ReadonlyMap<Instant, readonly Reading[]>> => {
    const { rows } = await pool.query<{ window_from: Date; scans: readonly [string, string] }>(
      `SELECT window_from, detail -> 'scans' AS scans FROM rollcall.windows WHERE account = $1 AND state = 'final'`,
      [plan.account],
    )
    const news = rows.filter((row) => !known.final.has(row.window_from.getTime()))
    if (news.length === 0) return new Map()
    const readings = await pool.query<{ scan_id: string; ms: number; started_at: Date }>(
      `SELECT s.scan_id, extract(epoch FROM s.ended_at - s.started_at)::float8 * 1000 AS ms, w.started_at FROM rollcall.scans s
       JOIN (SELECT DISTINCT scan_id, started_at FROM rollcall.window_scans WHERE account = $1 AND scan_id = ANY ($2)) w USING (scan_id)`,
      [plan.account, news.flatMap(({ scans }) => scans)],
    )
    const byId = new Map(readings.rows.map((row) => [row.scan_id, { from: row.started_at.getTime(), to: row.started_at.getTime() + Math.max(0, row.ms) + SKEW_MS_TOLERATED }]))
    return new Map(news.map(({ window_from, scans }) => [window_from.getTime(), scans.flatMap((id) => byId.get(id) ?? [])]))
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

  const readMissing = async (): Promise<ReadonlySet<string>> => {
    const { rows } = await pool.query<{ call_sid: string }>(`SELECT call_sid FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing'`, [plan.account])
    return new Set(rows.map((row) => row.call_sid))
  }

  return {
    async check() {
      const final = await readFinal()
      const records = await readRecords([...final.keys()].flatMap(callsOf))
      for (const [from, scans] of final) {
        known.final.add(from)
        checkFinal(from, scans, records)
      }
      for (const callSid of await readMissing()) {
        if (known.missing.has(callSid)) continue
        known.missing.add(callSid)
        checkMissing(callSid)
      }
    },
    async isAllFinal() {
      return windows.every((from) => known.final.has(from))
    },
    async checkEnd(sentAt) {
      for (const from of windows) if (!known.final.has(from)) find('never-final', iso(from))
      const records = await readRecords(plan.calls)
      const missing = await readMissing()
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
    const { rows } = await pool.query<{ windows: number; span: number }>(
      `SELECT count(*)::int AS windows, (extract(epoch FROM max(window_from) - min(window_from)) / 300)::int + 1 AS span FROM rollcall.windows WHERE account = $1`,
      [plan.account],
    )
    if (rows[0]?.windows !== rows[0]?.span) find('window-gap', `${rows[0]?.windows} windows of ${rows[0]?.span}`)
  }
}

/** What the budget lets a process take at once (request-budget.ts): what three seconds allow. */
const burstOf = (ratePerMinute: number): number => Math.max(1, Math.floor(ratePerMinute / 20))

/** When a scan was made, by Exotel's clock. */
interface Reading {
  readonly from: Instant
  readonly to: Instant
}

const shownValue = (call: LedgerCall, field: ListedField, at: Instant): string | number | null => {
  const { finalFrom, recordingFrom } = call.visible
  if (field === 'recordingUrl' && (recordingFrom === null || at < recordingFrom)) return null
  if ((field === 'endedAt' || field === 'durationSeconds' || field === 'price') && at < finalFrom) return null
  return shownTruth(call, at)[field]
}

const iso = (at: Instant): string => (Number.isFinite(at) ? new Date(at).toISOString() : 'never')
