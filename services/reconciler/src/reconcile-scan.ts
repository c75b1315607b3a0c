/**
 * One scan, from the question to the closed windows:
 *
 *   note the log's end ► list ► complete? ► wait until the projector passed that end ► compare ► append what is new
 *     ► wait until it is projected ► read back ► explain what only we hold ► judge webhooks ► close windows
 *
 * An incomplete listing is recorded and ends here: it closes nothing. Killed anywhere, the next run starts over with the same
 * question; what was appended already is then found to be held, and appending it twice changes nothing.
 */
import { randomUUID } from 'node:crypto'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { CallRecord } from '@rollcall/domain/call/record'
import type { Instant } from '@rollcall/domain/time'
import { compare, type Verdict } from '@rollcall/domain/window/compare'
import { judge } from '@rollcall/domain/window/judge'
import type { Lane } from '@rollcall/domain/window/plan'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import type { Scan } from '@rollcall/exotel/client/scan'
import { readPositions } from '@rollcall/store/projection-positions'
import { readCallsBySid, readCallsCreatedBetween } from '@rollcall/store/read-calls'
import { saveJudgements } from '@rollcall/store/reconcile/save-judgements'
import { saveScan } from '@rollcall/store/reconcile/save-scan'
import { saveVerdicts } from '@rollcall/store/reconcile/save-verdicts'
import { appendRows } from './append-rows.ts'
import { awaitProjection, type Positions } from './await-projection.ts'
import { closeWindows } from './close-windows.ts'
import { logEnd } from './log-end.ts'
import { lookUpOnlyOurs } from './look-up-only-ours.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

export interface ScanRequest {
  readonly runId: string
  readonly lane: Lane | 'on-demand'
  /** Bounds of windows: `[from, to)`. */
  readonly from: Instant
  readonly to: Instant
}

export interface ScanReport {
  readonly outcome: 'complete' | 'incomplete' | 'projector-behind'
  readonly reason: string | null
  readonly requests: number
  readonly callsListed: number
  readonly callsFound: number
  readonly webhooksMissing: number
  readonly windowsClosed: number
}

type CompleteScan = Extract<Scan, { kind: 'complete' }>

export const reconcileScan = async (deps: ReconcilerDeps, request: ScanRequest, lease: RunLease, signal: AbortSignal): Promise<ScanReport> => {
  const scanId = randomUUID()
  const end = await logEnd(deps.log)
  const scan = await deps.client.scan({ from: request.from, to: request.to }, { signal })
  await recordScan(deps, scanId, request, scan)
  if (scan.kind === 'incomplete') return { ...NOTHING, outcome: 'incomplete', reason: scan.reason, requests: scan.requests }

  const counts = { requests: scan.requests, callsListed: scan.rows.length }
  if (!(await projected(deps, end, signal))) return { ...NOTHING, ...counts, outcome: 'projector-behind', reason: 'the projector did not reach the end of the log in time' }

  const before = await callsAround(deps, request, scan.rows)
  const verdicts = compare(
    scan.rows.map((row) => row.facts),
    before,
  )
  await appendRows(deps.log, newRows(scan.rows, verdicts), { surface: 'call-list', scanId, leaseEpoch: lease.token, source: deps.source })
  const onlyOurs = await lookUpOnlyOurs(deps, verdicts, scanId, lease, signal)
  const caughtUp = await projected(deps, await logEnd(deps.log), signal)
  const after = await callsAround(deps, request, scan.rows)

  const now = deps.clock()
  await saveVerdicts(deps.pool, deps.account, verdicts, scanId, now)
  const judgements = after.flatMap((call) => judge(call, deps.rules, now, deps.policy.webhookGraceMs))
  const webhooksMissing = await saveJudgements(deps.pool, deps.account, judgements, now)
  const windowsClosed = await closeWindows(deps, request, lease, {
    scanId,
    startedAt: scan.startedAt,
    rows: scan.rows,
    held: new Map(after.map((call) => [call.callSid, call])),
    found: new Set(verdicts.filter((verdict) => verdict.kind === 'only-theirs').map((verdict) => verdict.callSid)),
    unresolved: onlyOurs.unresolved,
  })
  const callsFound = verdicts.filter((verdict) => verdict.kind === 'only-theirs').length
  const requests = scan.requests + onlyOurs.requests
  if (!caughtUp)
    return { ...counts, requests, callsFound, webhooksMissing, windowsClosed, outcome: 'projector-behind', reason: 'what was found is in the log, but not projected yet' }
  return { ...counts, requests, callsFound, webhooksMissing, windowsClosed, outcome: 'complete', reason: null }
}

const NOTHING = { requests: 0, callsListed: 0, callsFound: 0, webhooksMissing: 0, windowsClosed: 0 }

const newRows = (rows: readonly ApiRow[], verdicts: readonly Verdict[]): readonly ApiRow[] => {
  const news = new Set(verdicts.filter((verdict) => verdict.isNew).map((verdict) => verdict.callSid))
  return rows.filter((row) => news.has(row.callSid))
}

const projected = (deps: ReconcilerDeps, end: Positions, signal: AbortSignal): Promise<boolean> => awaitProjection(() => readPositions(deps.pool, OBSERVATIONS_TOPIC), end, signal)

/** Our calls in the range, and those that the listing names wherever we have them: a webhook may not have told us when its call was created. */
const callsAround = async (deps: ReconcilerDeps, range: { from: Instant; to: Instant }, rows: readonly ApiRow[]): Promise<readonly CallRecord[]> => {
  const inRange = await readCallsCreatedBetween(deps.pool, deps.account, range.from, range.to)
  const known = new Set(inRange.map((call) => call.callSid))
  const others = rows.flatMap((row) => (known.has(row.callSid) ? [] : [row.callSid]))
  return [...inRange, ...(await readCallsBySid(deps.pool, deps.account, others))]
}

const recordScan = (deps: ReconcilerDeps, scanId: string, request: ScanRequest, scan: Scan): Promise<void> =>
  saveScan(deps.pool, {
    scanId,
    runId: request.runId,
    account: deps.account,
    lane: request.lane,
    from: request.from,
    to: request.to,
    startedAt: scan.startedAt,
    endedAt: scan.endedAt,
    pages: scan.pages,
    requests: scan.requests,
    ...(scan.kind === 'complete' ? completeColumns(scan) : { outcome: 'incomplete', reason: scan.reason, callsListed: 0, digest: null, clockSkewMs: null }),
  })

const completeColumns = (scan: CompleteScan) => ({ outcome: 'complete', reason: null, callsListed: scan.rows.length, digest: scan.digest, clockSkewMs: scan.clockSkewMs }) as const
