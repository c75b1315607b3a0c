import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import type { Clock } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import { v7 } from 'uuid'
import type { AuditFolder } from './audit-folder.ts'

const APPEND_MS_MAX = 3_000
/** A database that is new, or was emptied, has the whole topic to fold, and nobody waits for that. */
const FOLD_MS_MAX = 3_000

/**
 * Appends what somebody did to the audit topic, and folds it, so that whoever reads next sees it. Where the fold is far behind, what was done is durable and is
 * shown once the fold is there.
 * @throws LogUnavailableError where it is not known to be durable
 */
export const createRecorder =
  ({ log, folder, clock }: { readonly log: EventLog; readonly folder: AuditFolder; readonly clock: Clock }) =>
  async (account: string, entry: AuditEntry): Promise<void> => {
    // What no reader would take must not get into a log that keeps everything.
    AuditEntry.parse(entry)
    const record = toAuditLogRecord({ id: v7(), account, type: entry.type, subject: subjectOf(entry), notedAt: clock(), leaseEpoch: 0n, value: JSON.stringify(entry) })
    await log.append(AUDIT_TOPIC, [record], { deadlineMs: APPEND_MS_MAX })
    await folder.catchUp(FOLD_MS_MAX)
  }
