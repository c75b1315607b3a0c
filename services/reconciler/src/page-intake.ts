/**
 * Takes a long read in page by page: what a page tells and we do not hold is in the log, and how far reading came is stored, before the next
 * page is asked for. Killed anywhere, reading goes on with the page after the last one stored.
 */
import { compare, type Verdict } from '@rollcall/domain/window/compare'
import type { Window } from '@rollcall/domain/window/window'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import type { PageHandler } from '@rollcall/exotel/client/scan'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { appendRows } from './append-rows.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

export interface PageIntake {
  /** What is listed: from where reading stopped, which may be in the middle of a window. */
  readonly range: Window
  onPage(scanId: string): PageHandler
  /** What comparing said of the rows, before they were appended. */
  verdicts(): readonly Verdict[]
}

/** @param onDurable told of each page once all of it is in the log */
export const createPageIntake = (
  deps: ReconcilerDeps,
  range: Window,
  lease: RunLease,
  onDurable: (page: { readonly rows: readonly ApiRow[]; readonly found: number }) => Promise<void>,
): PageIntake => {
  const verdicts: Verdict[] = []
  return {
    range,
    verdicts: () => verdicts,
    onPage: (scanId) => async (rows) => {
      const callSids = rows.map((row) => row.callSid)
      const said = compare(
        rows.map((row) => row.facts),
        await readCallsBySid(deps.pool, deps.account, callSids),
      )
      const news = new Set(said.flatMap((verdict) => (verdict.isNew ? [verdict.callSid] : [])))
      const { source, utcOffsetMinutes } = deps
      await appendRows(
        deps.log,
        rows.filter((row) => news.has(row.callSid)),
        { surface: 'call-list', scanId, leaseEpoch: lease.token, source, utcOffsetMinutes },
      )
      verdicts.push(...said)
      await onDurable({ rows, found: said.filter((verdict) => verdict.kind === 'only-theirs').length })
    },
  }
}
