/** The run's row, and its audit record beside it: begun before anything is done, ended whatever happens. */
import type { Lane } from '@rollcall/domain/schedule/lane'
import { endKilledRuns } from '@rollcall/store/reconcile/end-killed-runs'
import { AUDIT_RECORDS_WAITING_MAX, readAuditBacklog } from '@rollcall/store/reconcile/read-audit-backlog'
import { type BegunRun, beginRun, type EndedRun, endRun } from '@rollcall/store/reconcile/runs'
import { inTransaction } from '@rollcall/store/transaction'
import { noteAudit } from './note-audit.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { runEnded } from './run-ended.ts'
import { writeUnderLease } from './write-under-lease.ts'

/**
 * Begins the row, and ends those of runs that were killed.
 * @throws AuditBacklogError where as many audit records wait as may: nothing is concluded that could not be told.
 */
export const beginRunRow = (deps: ReconcilerDeps, run: BegunRun & { readonly lanes: readonly Lane[] }, lease: RunLease): Promise<void> =>
  writeUnderLease(deps, lease, async (tx) => {
    const { waiting } = await readAuditBacklog(tx, deps.account)
    if (waiting >= AUDIT_RECORDS_WAITING_MAX) throw new AuditBacklogError(waiting)
    const killed = await endKilledRuns(tx, deps.account, lease.token, deps.clock())
    await noteAudit(deps, tx, lease, killed.map(runEnded))
    await beginRun(tx, deps.account, run, lease.token)
  })

/** Ends the row, also without the lease: that it was lost is what a fenced run has to tell. The run after it may have ended the row already. */
export const endRunRow = (deps: ReconcilerDeps, run: EndedRun, lease: RunLease): Promise<void> =>
  inTransaction(deps.pool, async (tx) => {
    if (await endRun(tx, run)) await noteAudit(deps, tx, lease, [runEnded(run)])
  })

/** The log has not taken audit records for very long. */
class AuditBacklogError extends Error {
  override readonly name = 'AuditBacklogError'
  constructor(waiting: number) {
    super(`${waiting} audit records wait to be published to rollcall.audit.v1; no more may wait, so nothing is reconciled. Look why the log takes none.`)
  }
}
