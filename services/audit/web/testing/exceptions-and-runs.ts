import { EXCEPTION_KINDS, type ExceptionAction, type ExceptionActionItem, type ExceptionItem } from '@rollcall/contracts/audit-api/exception'
import type { RunItem, ScanItem } from '@rollcall/contracts/audit-api/run'

/** What has to be looked at in the made-up account, with what people did about it while it is served; and its runs. */
const MINUTE_MS = 60_000
const text = (at: number): string => new Date(at).toISOString()

const SUMMARIES: Readonly<Record<ExceptionItem['kind'], string>> = {
  'missing-webhook': 'The webhook status-callback/terminal of a completed call never arrived',
  'late-webhook': 'The webhook passthru of a call came 22 minutes after its time',
  conflict: 'Webhook and API disagree on durationSeconds of a call',
  claim: 'A webhook told of a call that the API denies',
  'dead-letter': 'A status-callback could not be read as any known form',
  'unknown-word': 'A status-callback had a field that is not known: CallFlavour',
  'not-held': 'A closed window lists 1 call that is not held as listed',
  gap: 'A window was not final when Exotel ceased to answer for it',
  amended: 'A final window was found to be different: 1 call appeared',
  'day-differs': 'Calls of 2026-01-30 are not stored as the log has them',
}
const REASONS: Partial<Record<ExceptionItem['kind'], string>> = { 'missing-webhook': 'never-arrived', 'late-webhook': 'late', conflict: 'field_mismatch' }
const SEVERITIES = ['high', 'medium', 'low'] as const
const AGES = [
  [20, '20m'],
  [240, '4h'],
  [1_440, '1d'],
  [10_080, '7d'],
] as const

const EXCEPTIONS = 130

export const exceptionsAt = (now: number, history: ReadonlyMap<string, readonly ExceptionActionItem[]>, somewhere: { callSid: string; windowFrom: string }): ExceptionItem[] =>
  Array.from({ length: EXCEPTIONS }, (_, number) => {
    const kind = EXCEPTION_KINDS[number % 7 === 3 ? number % EXCEPTION_KINDS.length : 0] ?? 'gap'
    const minutes = number * number + 3
    const id = `exception-${number}`
    const done = history.get(id) ?? []
    const aboutWindow = kind === 'gap' || kind === 'amended' || kind === 'not-held'
    return {
      id,
      kind,
      severity: SEVERITIES[kind === 'missing-webhook' ? 1 : number % 3] ?? 'low',
      summary: SUMMARIES[kind],
      reason: REASONS[kind] ?? null,
      detectedAt: text(now - minutes * MINUTE_MS),
      age: AGES.find(([within]) => minutes <= within)?.[1] ?? 'older',
      callSid: aboutWindow ? null : somewhere.callSid,
      windowFrom: aboutWindow ? somewhere.windowFrom : null,
      position: null,
      ...stateOf(done),
      actions: done.length,
    }
  })

const stateOf = (done: readonly ExceptionActionItem[]): Pick<ExceptionItem, 'state' | 'assignee' | 'resolution'> => {
  const last = done.map(({ did }) => did).findLast(({ action }) => action !== 'annotate')
  if (last === undefined || last.action === 'annotate') return { state: 'open', assignee: null, resolution: null }
  return last.action === 'assign' ? { state: 'assigned', assignee: last.assignee, resolution: null } : { state: 'closed', assignee: null, resolution: last.resolution }
}

export const acted = (did: ExceptionAction, at: number, by: string, leaf: number): ExceptionActionItem => ({
  position: { partition: 0, offset: String(leaf) },
  at: text(at),
  by,
  did,
})

const OUTCOMES: Readonly<Record<number, RunItem['outcome']>> = { 0: 'running', 3: 'gaps-remain', 7: 'failed', 11: 'lease-lost' }
const RUN_MS = 5 * MINUTE_MS

export const runsAt = (now: number): RunItem[] =>
  Array.from({ length: 150 }, (_, number) => {
    const started = now - (now % RUN_MS) - number * RUN_MS
    const outcome = OUTCOMES[number] ?? 'complete'
    return {
      run: runId(number),
      kind: 'cron',
      lanes: ['chase', 'trailing', 'sweep', 'finalise'],
      plannedAt: text(started),
      startedAt: text(started + 340),
      endedAt: outcome === 'running' ? null : text(started + 340 + 9_000 + number * 70),
      outcome,
      scans: 4,
      requests: 18 + (number % 9),
      windowsClosed: number % 2,
      callsFound: number === 5 ? 12 : 0,
      webhooksMissing: number === 5 ? 24 : 0,
      stopReason: outcome === 'failed' ? 'Exotel answered 503 to every request for 60 s' : outcome === 'gaps-remain' ? '2 windows listed calls that are still running' : null,
    }
  })

const runId = (number: number): string => `0190c0de-0000-7000-8000-${String(number).padStart(12, '0')}`

export const scansOf = (run: RunItem): ScanItem[] =>
  run.lanes.map((lane, index) => {
    const started = Date.parse(run.startedAt) + index * 2_000
    const from = Date.parse(run.plannedAt) - (index + 1) * RUN_MS
    return {
      scan: `0190c0de-0000-7000-9000-${run.run.slice(-10)}${String(index).padStart(2, '0')}`,
      run: run.run,
      lane,
      range: { from: text(from), to: text(from + RUN_MS) },
      startedAt: text(started),
      endedAt: text(started + 1_700),
      outcome: run.outcome === 'failed' ? 'incomplete' : 'complete',
      reason: run.outcome === 'failed' ? 'http-503' : null,
      pages: 3,
      requests: 4,
      callsListed: 47,
      digest: 'd'.repeat(64),
      clockSkewMs: 120,
    }
  })
