import { randomUUID } from 'node:crypto'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { noteAbsences } from '@rollcall/store/reconcile/note-absences'
import { appendRows } from './append-rows.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { troubleOf } from './scan-trouble.ts'
import { writeUnderLease } from './write-under-lease.ts'

export interface Asked {
  readonly requests: number
  /** Calls the API knew; their rows are in the log now, though perhaps not projected yet. */
  readonly found: readonly string[]
  /** Calls it said it does not know. */
  readonly absent: readonly string[]
}

/** Asks the API for each call by Sid, appends what it answers and counts what it denies. Stops early where no call would be answered. */
export const askBySid = async (deps: ReconcilerDeps, callSids: readonly string[], lease: RunLease, signal: AbortSignal): Promise<Asked> => {
  const rows: ApiRow[] = []
  const absent: string[] = []
  let requests = 0
  for (const callSid of callSids) {
    const answer = await deps.client.lookup(callSid, { signal, onRequest: () => (requests += 1) })
    signal.throwIfAborted()
    if (answer.kind === 'found') rows.push(answer.row)
    else if (answer.kind === 'absent') absent.push(callSid)
    else if (troubleOf(answer.error) !== 'range') break
  }
  await appendRows(deps.log, rows, { surface: 'call-lookup', scanId: randomUUID(), leaseEpoch: lease.token, source: deps.source, utcOffsetMinutes: deps.utcOffsetMinutes })
  if (absent.length > 0) await writeUnderLease(deps, lease, (tx) => noteAbsences(tx, deps.account, absent, deps.vendorClock.now()))
  return { requests, found: rows.map((row) => row.callSid), absent }
}
