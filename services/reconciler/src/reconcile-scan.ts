/**
 * One scan, from the question to the closed windows:
 *
 *   note the log's end ► list ► complete? ► wait until the projector passed that end ► compare ► append what is new ► ask by Sid for
 *     what only we hold ► wait until all of it is projected ► read back ► write verdicts, judgements, evidence and window states at once
 *
 * An incomplete listing is recorded and ends here: it closes nothing. Killed anywhere, the next run starts over with the same
 * question; what was appended already is then found to be held, and appending it twice changes nothing.
 */
import { randomUUID } from 'node:crypto'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { CallRecord } from '@rollcall/domain/call/record'
import { compare } from '@rollcall/domain/window/compare'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import type { ExotelError } from '@rollcall/exotel/client/exotel-error'
import type { CompleteScan, Scan } from '@rollcall/exotel/client/scan'
import { readPositions } from '@rollcall/store/projection-positions'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { type ScanRow, saveScan } from '@rollcall/store/reconcile/save-scan'
import { saveVerdicts } from '@rollcall/store/reconcile/save-verdicts'
import { withSpan } from '@rollcall/telemetry/with-span'
import { appendRows } from './append-rows.ts'
import { askAboutOurs } from './ask-about-ours.ts'
import { callsAround } from './calls-around.ts'
import { caughtUp } from './caught-up.ts'
import { closeWindows } from './close-windows.ts'
import { findUnresolved } from './find-unresolved.ts'
import { judgeCalls } from './judge-calls.ts'
import { learnSkew } from './learn-skew.ts'
import { learnListFeatures, listCalls } from './list-calls.ts'
import { markLogEnd } from './mark-log-end.ts'
import { noteAudit } from './note-audit.ts'
import type { PageIntake } from './page-intake.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { scanMade } from './scan-made.ts'
import type { ScanReport, ScanRequest } from './scan-report.ts'
import { troubleOf } from './scan-trouble.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** @param intake takes each page as it comes, of a range that may begin before the request's; null: what is new is appended when all was listed */
export const reconcileScan = (deps: ReconcilerDeps, request: ScanRequest, lease: RunLease, signal: AbortSignal, intake: PageIntake | null = null): Promise<ScanReport> =>
  withSpan('scan calls', { 'rollcall.account': deps.account, 'rollcall.lane': request.lane }, () => scanAndClose(deps, request, lease, signal, intake))

const scanAndClose = async (deps: ReconcilerDeps, request: ScanRequest, lease: RunLease, signal: AbortSignal, intake: PageIntake | null): Promise<ScanReport> => {
  const scanId = randomUUID()
  const nothing = { lane: request.lane, trouble: null, callsListed: 0, callsFound: 0, webhooksMissing: 0, windowsClosed: 0 } as const
  const before = await markLogEnd(deps)
  const listing = { ...request, ...intake?.range }
  const scan = await listCalls(deps, listing, lease, signal, intake?.onPage(scanId))
  signal.throwIfAborted()
  if (scan.kind === 'incomplete' || !isFiltered(request)) await recordScan(deps, scanId, listing, scan, lease)
  if (scan.kind === 'incomplete') return { ...nothing, outcome: 'incomplete', reason: reasonOf(scan.reason, scan.error), trouble: troubleOf(scan.error), requests: scan.requests }
  learnSkew(deps, scan.clockSkewMs)
  // What an intake appended has to be projected too, or it would be appended again.
  const asOfBefore = await caughtUp(deps, signal, intake === null ? before : undefined)
  if (asOfBefore === null) return { ...nothing, outcome: 'projector-behind', reason: PROJECTOR_BEHIND, requests: scan.requests, callsListed: scan.rows.length }

  const heldBefore = await callsFor(deps, request, scan.rows)
  const verdicts = compare(
    scan.rows.map((row) => row.facts),
    heldBefore,
  )
  const news = new Set(verdicts.flatMap((verdict) => (verdict.isNew ? [verdict.callSid] : [])))
  const found = new Set([...(intake?.verdicts() ?? []), ...verdicts].flatMap((verdict) => (verdict.kind === 'only-theirs' ? [verdict.callSid] : [])))
  await appendRows(
    deps.log,
    scan.rows.filter((row) => news.has(row.callSid)),
    { surface: 'call-list', scanId, leaseEpoch: lease.token, source: deps.source, utcOffsetMinutes: deps.utcOffsetMinutes },
  )
  // The next sweep asks for what this one did not show, by this record: it must not be made before the rows are in the log.
  if (isFiltered(request)) await recordScan(deps, scanId, request, scan, lease)
  const listed = new Set(scan.rows.map((row) => row.callSid))
  const isOnlyOurs = (call: CallRecord): boolean => !isFiltered(request) && !listed.has(call.callSid)
  const asked = await askAboutOurs(deps, heldBefore.filter(isOnlyOurs), lease, signal)
  const asOfAfter = await caughtUp(deps, signal)

  const projectedTo = await readPositions(deps.pool, OBSERVATIONS_TOPIC)
  const held = await callsFor(deps, request, scan.rows)
  const unresolved = await findUnresolved(deps, held.filter(isOnlyOurs))
  const [webhooksMissing, windowsClosed] = await writeUnderLease(deps, lease, async (tx) => {
    await saveVerdicts(tx, deps.account, [...(intake?.verdicts() ?? []), ...verdicts], scanId, deps.vendorClock.now())
    const missing = await judgeCalls(deps, tx, held, asOfAfter ?? asOfBefore)
    if (isFiltered(request)) return [missing, 0]
    return [
      missing,
      await closeWindows(deps, tx, request, lease, { scanId, startedAt: deps.vendorClock.at(scan.startedAt), rows: scan.rows, held, projectedTo, found, unresolved }),
    ]
  })
  const counts = {
    lane: request.lane,
    trouble: null,
    requests: scan.requests + asked.requests + (await learnListFeatures(deps, scan.rows, lease, signal)),
    callsListed: scan.rows.length,
    callsFound: found.size,
    webhooksMissing,
    windowsClosed,
  }
  if (asOfAfter === null) return { ...counts, outcome: 'projector-behind', reason: FOUND_NOT_PROJECTED }
  return { ...counts, outcome: 'complete', reason: null }
}

const isFiltered = (request: ScanRequest): boolean => request.durationAtLeastSeconds !== null

/** What a listing is compared with: where it is filtered only the calls that it shows, since it says nothing of the others. */
const callsFor = (deps: ReconcilerDeps, request: ScanRequest, rows: readonly ApiRow[]): Promise<readonly CallRecord[]> =>
  isFiltered(request)
    ? readCallsBySid(
        deps.pool,
        deps.account,
        rows.map((row) => row.callSid),
      )
    : callsAround(deps, request, rows)

export const PROJECTOR_BEHIND = 'the projector did not reach the end of the log in time'
const FOUND_NOT_PROJECTED = 'what was found is in the log, but not projected yet'

const reasonOf = (reason: string, error: ExotelError | null): string => (error === null ? reason : `${reason}. ${error.advice}`)

const recordScan = (deps: ReconcilerDeps, scanId: string, request: ScanRequest, scan: Scan, lease: RunLease): Promise<void> => {
  const row: ScanRow = {
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
  }
  return writeUnderLease(deps, lease, async (tx) => {
    await saveScan(tx, row)
    await noteAudit(deps, tx, lease, [scanMade(row)])
  })
}

const completeColumns = (scan: CompleteScan) => ({ outcome: 'complete', reason: null, callsListed: scan.rows.length, digest: scan.digest, clockSkewMs: scan.clockSkewMs }) as const
