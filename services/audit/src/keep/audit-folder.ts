/**
 * Folds `rollcall.audit.v1` into Postgres: read from the position ► lock the position, which must still be that ► write rows and position together.
 *
 * Killed anywhere, the next one reads the same records again; two at once wait for each other, and the second finds the position moved and reads anew.
 */
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { lockAuditFold, saveAuditFold } from '@rollcall/store/audit/fold-audit'
import type { Pool } from '@rollcall/store/pool'
import { inTransaction } from '@rollcall/store/transaction'
import type { Logger } from '@rollcall/telemetry/create-logger'
import { foldRecords } from './fold-records.ts'

const READ_BYTES_MAX = 1_048_576

export interface AuditFolder {
  /** Folds what there is, or what comes within `waitMs`. Whether there was any. @throws LogUnavailableError, or what the database throws */
  foldOnce(waitMs: number, signal?: AbortSignal): Promise<boolean>
  /** Folds until nothing more is there, or so long. Whether it came to the end: what is left is folded by whoever folds all the time. */
  catchUp(msMax: number): Promise<boolean>
}

export interface FolderDeps {
  readonly log: EventLog
  readonly pool: Pool
  readonly logger: Logger
  /** Milliseconds that nobody sets. */
  readonly monotonic: () => number
}

export const createAuditFolder = ({ log, pool, logger, monotonic }: FolderDeps): AuditFolder => {
  const foldOnce = async (waitMs: number, signal?: AbortSignal): Promise<boolean> => {
    const cluster = await log.clusterId()
    const from = await inTransaction(pool, (tx) => lockAuditFold(tx, AUDIT_TOPIC, cluster))
    const records = (await log.read(AUDIT_TOPIC, new Map([[0, from]]), { maxBytes: READ_BYTES_MAX, maxWaitMs: waitMs, ...(signal === undefined ? {} : { signal }) })).get(0) ?? []
    const last = records.at(-1)
    if (last === undefined) return false
    const fold = foldRecords(records, tellUnreadable)
    await inTransaction(pool, async (tx) => {
      if ((await lockAuditFold(tx, AUDIT_TOPIC, cluster)) === from) await saveAuditFold(tx, AUDIT_TOPIC, fold, last.offset + 1n)
    })
    return true
  }

  const tellUnreadable = ({ offset }: StoredRecord, why: string): void =>
    logger.warn({ event: 'audit.record-skipped', offset: offset.toString(), why }, 'an audit record is not one that can be read; it is shown nowhere')

  return {
    foldOnce,
    catchUp: async (msMax) => {
      for (const began = monotonic(); await foldOnce(0); ) if (monotonic() - began >= msMax) return false
      return true
    },
  }
}
