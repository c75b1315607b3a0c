/**
 * The oracle: the load generator's book against the log, and the log against the projection. The fold that it compares with is made by the
 * domain alone, from the log, in one process, without a database.
 */
import { hash } from 'node:crypto'
import { canonicalState } from '@rollcall/domain/call/state'
import type pg from 'pg'
import type { BookEntry } from '../load/book.ts'
import type { LogFold } from './fold-log.ts'

/** In one query. */
const CALLS_PER_QUERY = 5_000
/** More findings of one kind say no more. */
const TOLD_MAX = 20

export interface Books {
  readonly acknowledged: number
  /** What the sender gave up: it was promised nothing, and yet it is what a real sender would have lost. */
  readonly givenUp: readonly BookEntry[]
  readonly calls: number
  /** Empty: the books balance. */
  readonly findings: readonly string[]
}

interface HeldCall {
  readonly call_sid: string
  readonly digest: string
  readonly status: string | null
}

/** Checks what was entered in the book since the last time, and every call that the log has learned of since. Run it when all is settled. */
export const checkBooks = async (entries: readonly BookEntry[], fold: LogFold, db: pg.Client): Promise<Books> => {
  const touched = await fold.readOn()
  const acknowledged = entries.filter(({ outcome }) => outcome === 'acknowledged')
  const ended = new Map(acknowledged.flatMap(({ callSid, ended }) => (ended === null ? [] : [[callSid, ended] as const])))
  const lost = acknowledged
    .filter(({ identity }) => !fold.holds(identity))
    .map(({ number, callSid }) => `webhook ${number} of call ${callSid} was acknowledged and is not in the log`)
  const held = await heldCalls(db, [...new Set([...touched, ...ended.keys()])])
  const differing = [...touched].flatMap((callSid) => {
    const record = fold.call(callSid)
    const digest = record === undefined ? undefined : hash('sha256', canonicalState(record))
    const row = held.get(callSid)
    if (row === undefined) return [`call ${callSid} is in the log and not in the projection`]
    return row.digest === digest ? [] : [`call ${callSid} is projected otherwise than the log tells`]
  })
  const untold = [...ended].flatMap(([callSid, status]) => {
    const row = held.get(callSid)
    return row?.status === status ? [] : [`call ${callSid} ended as ${status}, as an acknowledged webhook said, and is projected as ${row?.status ?? 'nothing'}`]
  })
  return {
    acknowledged: acknowledged.length,
    givenUp: entries.filter(({ outcome }) => outcome === 'given-up'),
    calls: touched.size,
    findings: [...lost.slice(0, TOLD_MAX), ...differing.slice(0, TOLD_MAX), ...untold.slice(0, TOLD_MAX), ...(await countFindings(fold, db))],
  }
}

const heldCalls = async (db: pg.Client, callSids: readonly string[]): Promise<ReadonlyMap<string, HeldCall>> => {
  const held = new Map<string, HeldCall>()
  for (let from = 0; from < callSids.length; from += CALLS_PER_QUERY) {
    const { rows } = await db.query<HeldCall>(`SELECT call_sid, encode(digest, 'hex') AS digest, status FROM projection.calls WHERE call_sid = ANY ($1)`, [
      callSids.slice(from, from + CALLS_PER_QUERY),
    ])
    for (const row of rows) held.set(row.call_sid, row)
  }
  return held
}

/** Each record of the log has exactly one row, and nothing is there that no record told. */
const countFindings = async (fold: LogFold, db: pg.Client): Promise<readonly string[]> => {
  const { rows } = await db.query<{ observations: string; calls: string; letters: string }>(
    `SELECT (SELECT count(*) FROM projection.observations) AS observations, (SELECT count(*) FROM projection.calls) AS calls,
            (SELECT count(*) FROM projection.dead_letters) AS letters`,
  )
  const { observations = '0', calls = '0', letters = '0' } = rows[0] ?? {}
  return [
    ...(Number(observations) === fold.records() ? [] : [`the log has ${fold.records()} records and the projection ${observations} observations`]),
    ...(Number(calls) === fold.calls() ? [] : [`the log tells of ${fold.calls()} calls and the projection of ${calls}`]),
    ...(letters === '0' ? [] : [`${letters} dead letters, though every webhook was one that can be read`]),
  ]
}
