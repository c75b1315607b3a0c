import { randomUUID } from 'node:crypto'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { Clock } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Pool } from '@rollcall/store/pool'
import { checkLog } from '@rollcall/store/projection/check-log'
import { unrecorded } from './unrecorded.ts'

const APPEND_MS_MAX = 10_000
/** Of what concerns several accounts, or all. */
export const NO_ACCOUNT = ''

export type RecordAction = (account: string, entry: AuditEntry) => Promise<void>

/**
 * Appends what somebody is about to do to the audit topic; resolves when it is durable. Whoever folds that topic shows it.
 * @throws CommandError where it is not known to be durable, ForeignLogError where the log is not the one of this database
 */
export const createRecorder =
  ({ log, pool, clock }: { readonly log: EventLog; readonly pool: Pool; readonly clock: Clock }): RecordAction =>
  async (account, entry) => {
    // What no reader would take must not get into a log that keeps everything.
    AuditEntry.parse(entry)
    const record = toAuditLogRecord({ id: randomUUID(), account, type: entry.type, subject: subjectOf(entry), notedAt: clock(), leaseEpoch: 0n, value: JSON.stringify(entry) })
    try {
      await checkLog(pool, OBSERVATIONS_TOPIC, await log.clusterId())
      await log.append(AUDIT_TOPIC, [record], { deadlineMs: APPEND_MS_MAX })
    } catch (error) {
      unrecorded(error)
    }
  }
