/**
 * Compares what the reconciler and the projector keep of what they told the audit topic: runs, scans, windows and what they were before, certificates, checks of days, and where
 * the keeper noted that each record stands. These tables are not folded from the topic, but each row of them is told in it by whoever wrote the row, and after it was written.
 *
 *   rows that no record tells ► … the topic is read, each record's rows are compared … ► those that none of it tells were made up
 *
 * A window that moves meanwhile is not compared: what was found of windows is looked at once more, and let be where the topic tells of them by then.
 */
import { fromAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import type { Instant } from '@rollcall/domain/time'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { compareToldRows, type UnlikeTold } from '@rollcall/store/audit/compare-told-rows'
import { readFoldedTo } from '@rollcall/store/audit/read-audit-fold'
import { readLeavesOutside } from '@rollcall/store/audit/read-leaves-outside'
import { readUnlikeChanges, type UnlikeChange } from '@rollcall/store/audit/read-unlike-changes'
import { readUntoldRows, type UntoldRow } from '@rollcall/store/audit/read-untold-rows'
import { nextAuditLeaf } from '@rollcall/store/certificate/audit-leaves'
import type { Queryable } from '@rollcall/store/queryable'
import type { KeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { auditRecords } from './audit-records.ts'
import { DIFFERENCES_MAX } from './check-fold.ts'
import { isUnreadable } from './fold-records.ts'
import { type ToldRow, toldLeaf, toldRows } from './told-rows.ts'

/** Rows of which no record is noted; more at once there are only while the keeper is far behind, and then the next time. */
const UNTOLD_MAX = 10_000

export interface ConclusionDifference {
  /** Of the schema `rollcall`. */
  readonly table: ToldRow['table'] | UnlikeChange['table'] | UntoldRow['table']
  /** Place in the topic of the record that tells it otherwise; null where none does, or it follows from several. */
  readonly logOffset: bigint | null
  readonly what: 'missing' | 'changed' | 'invented'
}

export interface ConclusionCheckDeps {
  readonly log: EventLog
  /** Of the owner, who sees all accounts. */
  readonly pool: Queryable
  readonly kept: Pick<KeptLog, 'checkpoint'>
}

/** The first differences, at most DIFFERENCES_MAX. @throws LogUnavailableError, or what the database throws */
export const checkConclusions = async ({ log, pool, kept }: ConclusionCheckDeps, signal: AbortSignal): Promise<readonly ConclusionDifference[]> => {
  const untold = new Map((await readUntoldRows(pool, UNTOLD_MAX)).map((row) => [nameOf(row.table, row.name), row]))
  const signed = BigInt((await kept.checkpoint())?.size ?? 0)
  const noted = await nextAuditLeaf(pool)
  const end = await readFoldedTo(pool, AUDIT_TOPIC, await log.clusterId())
  if (end === null) return []
  const differences: ConclusionDifference[] = []
  /** Of windows: they may be moving, and are looked at again. */
  const windows: ToldRow[] = []
  for await (const records of auditRecords(log, 0n, end, signal)) {
    const told = records.flatMap(toldBy)
    const leaves = records.filter(({ offset }) => offset < signed || offset < noted).map(toldLeaf)
    for (const name of told.flatMap(namesOf)) untold.delete(name)
    for (const { row, what } of await unlike(pool, [...leaves, ...told]))
      if (row.table === 'windows') windows.push(row)
      else differences.push({ table: row.table, logOffset: row.logOffset, what })
    if (differences.length >= DIFFERENCES_MAX) return differences.slice(0, DIFFERENCES_MAX)
  }
  const changes = await readUnlikeChanges(pool, DIFFERENCES_MAX)
  const again = await unlike(pool, windows.slice(-DIFFERENCES_MAX))
  const { next } = (await log.bounds(AUDIT_TOPIC)).get(0) ?? { next: end }
  const movedSince = new Set<string>()
  for await (const records of auditRecords(log, end, next, signal))
    for (const row of records.flatMap(toldBy)) {
      for (const name of namesOf(row)) untold.delete(name)
      if (row.table === 'windows') movedSince.add(windowName(row.columns.account, row.columns.window_from))
    }
  const isStill = (account: unknown, from: unknown): boolean => !movedSince.has(windowName(account, from))
  const found: readonly ConclusionDifference[] = [
    ...differences,
    ...again.filter(({ row: { columns } }) => isStill(columns.account, columns.window_from)).map(({ row, what }) => ({ table: row.table, logOffset: row.logOffset, what })),
    ...changes.filter(({ account, windowFrom }) => windowFrom === null || isStill(account, utc(windowFrom))).map(({ table, what }) => ({ table, logOffset: null, what })),
    ...[...untold.values()].map(({ table }) => ({ table, logOffset: null, what: 'invented' as const })),
    ...(await inventedLeaves(pool, next)),
  ]
  return found.slice(0, DIFFERENCES_MAX)
}

/** Places that the topic does not have. */
const inventedLeaves = async (pool: Queryable, next: bigint): Promise<readonly ConclusionDifference[]> =>
  (await readLeavesOutside(pool, next, DIFFERENCES_MAX)).map((leaf) => ({ table: 'audit_leaves', logOffset: leaf, what: 'invented' }))

interface Unlike {
  readonly row: ToldRow
  readonly what: UnlikeTold['what']
}

/** Those of the rows that are not kept as they were told. */
const unlike = async (db: Queryable, rows: readonly ToldRow[]): Promise<readonly Unlike[]> => {
  const found: Unlike[] = []
  for (const table of new Set(rows.map((row) => row.table))) {
    const own = rows.filter((row) => row.table === table)
    const compared = await compareToldRows(
      db,
      table,
      own.map(({ columns }) => columns),
    )
    for (const { nth, what } of compared) found.push({ row: own[nth] as ToldRow, what })
  }
  return found
}

const toldBy = (record: StoredRecord): readonly ToldRow[] => {
  try {
    return toldRows(record, fromAuditLogRecord(record))
  } catch (error) {
    if (!isUnreadable(error)) throw error
    return []
  }
}

/** By which names a row may be among those that no record is noted of. */
const namesOf = ({ table, columns }: ToldRow): readonly string[] => {
  if (table === 'runs') return [nameOf(table, columns.run_id)]
  if (table === 'scans') return [nameOf(table, columns.scan_id)]
  if (table === 'window_certificates') return [nameOf(table, columns.sha256)]
  if (table === 'day_checks') return [nameOf(table, columns.check_id)]
  return []
}
const nameOf = (table: UntoldRow['table'], name: unknown): string => `${table}/${name}`
const windowName = (account: unknown, from: unknown): string => `${account}/${from}`
const utc = (at: Instant): string => new Date(at).toISOString()
