/**
 * Publishes what the run's transactions noted to `rollcall.audit.v1`, in their order: read the oldest ► append ► forget.
 *
 * Killed between appending and forgetting, the same records are appended again under the same ids: at least once, and a repeat is
 * recognised. Only who holds the lease reads and forgets, so a run that lost it publishes nothing more; one that is paused exactly between
 * reading and appending may repeat what its successor has published, again under the same ids. The log away, the outbox waits, and
 * nothing else does: one failed append, and the rest of the run does not try again.
 */
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { forgetAuditRecords } from '@rollcall/store/reconcile/forget-audit-records'
import { readAuditOutbox } from '@rollcall/store/reconcile/read-audit-outbox'
import { LeaseLostError } from './lease-lost-error.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

const APPEND_MS_MAX = 5_000
const RECORDS_PER_APPEND_MAX = 500
/** Of one turn: a backlog must not keep the next scan waiting. */
const APPENDS_PER_TURN_MAX = 10

/** One run's publisher. */
export interface AuditPublisher {
  /** Publishes what waits, unless the log refused before. @throws LeaseLostError */
  publish(): Promise<void>
}

export const createAuditPublisher = (deps: ReconcilerDeps, lease: RunLease): AuditPublisher => {
  let isRefused = false
  return {
    publish: async () => {
      for (let appends = 0; appends < APPENDS_PER_TURN_MAX && !isRefused; appends += 1) {
        const waiting = await readAuditOutbox(deps.pool, deps.account, RECORDS_PER_APPEND_MAX, lease)
        if (waiting.length === 0) return
        isRefused = await deps.log.append(AUDIT_TOPIC, waiting.map(toAuditLogRecord), { deadlineMs: APPEND_MS_MAX }).then(
          () => false,
          (error: unknown) => {
            deps.logger.warn({ event: 'audit.waiting', account: deps.account, err: error }, 'audit records wait in the database: the log did not take them')
            return true
          },
        )
        if (!isRefused && !(await forgetAuditRecords(deps.pool, waiting, lease))) throw new LeaseLostError(lease.job)
      }
    },
  }
}
