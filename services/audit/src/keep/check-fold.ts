/**
 * Folds the audit topic again, from its beginning, and compares with what is kept of it: who did what about an exception, who saw, took away or erased what, who may, how each
 * window came to be as it is. Whoever has all rights in Postgres can change that; the topic, of which checkpoints are signed, says so here. Some thousand
 * records at a time, so memory does not grow with the topic; nobody waits for it, and what is folded meanwhile is left for the next time.
 */
import { isDeepStrictEqual } from 'node:util'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { AuditFold } from '@rollcall/store/audit/fold-audit'
import { readAuditFold, readFoldedTo, readKeptOffsets } from '@rollcall/store/audit/read-audit-fold'
import type { Queryable } from '@rollcall/store/queryable'
import { auditRecords } from './audit-records.ts'
import { foldRecords } from './fold-records.ts'

/** So many are named. */
export const DIFFERENCES_MAX = 100
const OFFSET_MAX = 2n ** 63n - 1n

const TABLES = {
  windowChanges: 'window_changes',
  exceptionActions: 'exception_actions',
  reveals: 'reveals',
  exports: 'exports',
  erasures: 'erasures',
  tokenActions: 'token_actions',
  signOffs: 'sign_offs',
} as const satisfies Record<keyof AuditFold, string>
type Kind = keyof typeof TABLES
interface Row {
  readonly logOffset: bigint
  readonly ceId: string
}

export interface FoldDifference {
  /** Of the schema `rollcall`. */
  readonly table: (typeof TABLES)[Kind]
  /** Place in the topic of the record that the row is of, or says it is of. */
  readonly logOffset: bigint
  /** `missing`: the topic tells it and no row does. `changed`: the row tells it otherwise. `invented`: a row tells it and no record does. */
  readonly what: 'missing' | 'changed' | 'invented'
}

interface Found extends FoldDifference {
  /** Of the record. */
  readonly ceId: string
}

export interface FoldCheck {
  /** Compared. */
  readonly records: number
  /** The first of them, in order. */
  readonly differences: readonly FoldDifference[]
}

/** @param pool of the owner, who sees all accounts @throws LogUnavailableError, or what the database throws */
export const checkFold = async ({ log, pool }: { readonly log: EventLog; readonly pool: Queryable }, signal: AbortSignal): Promise<FoldCheck> => {
  const end = await readFoldedTo(pool, AUDIT_TOPIC, await log.clusterId())
  // What is there is of a log before this one, and goes when the fold begins.
  if (end === null) return { records: 0, differences: [] }
  const differences: FoldDifference[] = []
  let records = 0
  let at = 0n
  for await (const some of auditRecords(log, 0n, end, signal)) {
    const next = (some.at(-1)?.offset ?? at) + 1n
    const told = foldRecords(some, () => {})
    differences.push(...(await withoutCopies(pool, differencesOf(told, await readAuditFold(pool, at, next)))))
    records += some.length
    at = next
    if (differences.length >= DIFFERENCES_MAX) break
  }
  differences.push(...(await inventedBeyond(log, pool, end)))
  return { records, differences: differences.slice(0, DIFFERENCES_MAX) }
}

/** A record that was published twice is kept as it came first: no row of its second place is missing where there is one of a place before, which is compared there. */
const withoutCopies = async (pool: Queryable, found: readonly Found[]): Promise<readonly FoldDifference[]> => {
  const missing = found.filter(({ what }) => what === 'missing')
  const kept =
    missing.length === 0
      ? new Map<string, bigint>()
      : await readKeptOffsets(
          pool,
          missing.map(({ ceId }) => ceId),
        )
  return found.flatMap(({ ceId, ...difference }) =>
    difference.what === 'missing' && (kept.get(`${difference.table}/${ceId}`) ?? OFFSET_MAX) < difference.logOffset ? [] : [difference],
  )
}

const differencesOf = (told: AuditFold, kept: AuditFold): readonly Found[] =>
  (Object.keys(TABLES) as Kind[])
    .flatMap((kind) => {
      const table = TABLES[kind]
      const keepers = byOffset(kept[kind])
      const lost = told[kind].flatMap((row): Found[] => {
        const { logOffset, ceId } = row
        const stored = keepers.get(logOffset) ?? []
        if (stored.length === 0) return [{ table, logOffset, ceId, what: 'missing' }]
        const same = stored.findIndex((other) => isDeepStrictEqual(comparable(row), comparable(other)))
        // Of several rows that say they are of this record, one is; the others were made up.
        stored.splice(Math.max(same, 0), 1)
        return same < 0 ? [{ table, logOffset, ceId, what: 'changed' }] : []
      })
      const invented = [...keepers.values()].flat()
      return [...lost, ...invented.map(({ logOffset, ceId }): Found => ({ table, logOffset, ceId, what: 'invented' }))]
    })
    .toSorted((a, b) => Number(a.logOffset - b.logOffset))

const byOffset = (rows: readonly Row[]): ReadonlyMap<bigint, Row[]> => {
  const found = new Map<bigint, Row[]>()
  for (const row of rows) found.set(row.logOffset, [...(found.get(row.logOffset) ?? []), row])
  return found
}

/** JSON by what it says. */
const comparable = (row: Row): object => {
  const { evidence, subject, ...rest } = row as Row & { readonly evidence?: string; readonly subject?: string }
  return { ...rest, ...(evidence === undefined ? {} : { evidence: JSON.parse(evidence) }), ...(subject === undefined ? {} : { subject: JSON.parse(subject) }) }
}

/** Rows of records that the topic has not reached: read before its end is asked for, so that none of them can have been told meanwhile. */
const inventedBeyond = async (log: EventLog, pool: Queryable, end: bigint): Promise<readonly FoldDifference[]> => {
  const beyond = await readAuditFold(pool, end, OFFSET_MAX)
  const below = await readAuditFold(pool, -OFFSET_MAX, 0n)
  const { next } = (await log.bounds(AUDIT_TOPIC)).get(0) ?? { next: 0n }
  return (Object.keys(TABLES) as Kind[]).flatMap((kind) =>
    [...below[kind], ...beyond[kind]]
      .filter(({ logOffset }) => logOffset < 0n || logOffset >= next)
      .map(({ logOffset }): FoldDifference => ({ table: TABLES[kind], logOffset, what: 'invented' })),
  )
}
