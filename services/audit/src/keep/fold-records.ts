import { fromAuditLogRecord, NotAnAuditRecordError } from '@rollcall/contracts/audit-log-record'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import type { AuditFold } from '@rollcall/store/audit/fold-audit'
import { z } from 'zod'
import { foldRecord } from './fold-record.ts'

/** What records of the audit topic say that is kept in tables. `onUnreadable` hears of those that nobody can read: what is damaged stays damaged. */
export const foldRecords = (records: readonly StoredRecord[], onUnreadable: (record: StoredRecord, why: string) => void): AuditFold => {
  const fold = { windowChanges: [], exceptionActions: [], reveals: [], exports: [], erasures: [], tokenActions: [], signOffs: [] } satisfies AuditFold
  for (const record of records) {
    try {
      foldRecord(fold, record, fromAuditLogRecord(record))
    } catch (error) {
      if (!isUnreadable(error)) throw error
      onUnreadable(record, error instanceof NotAnAuditRecordError ? error.message : 'its value is not what its type says')
    }
  }
  return fold
}

/** The record's fault, and none of ours. */
export const isUnreadable = (error: unknown): error is Error => error instanceof NotAnAuditRecordError || error instanceof SyntaxError || error instanceof z.ZodError
