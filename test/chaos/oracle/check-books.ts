/**
 * The oracle compares three times:
 *
 *   book → log          the bytes of every webhook that was acknowledged are there
 *   log → projection    every call has the digest of a fold of our own: by the same readers and the same merge, in one process, without a database
 *   book → projection   every field that a webhook told of its call is held, as the simulator's ledger has it: without any reader of ours
 *
 * The second finds what was lost or folded twice on the way, the third what a reader misread, which would be the same on both sides of the second.
 */
import { hash } from 'node:crypto'
import { canonicalState } from '@rollcall/domain/call/state'
import type pg from 'pg'
import type { BookEntry } from '../load/book.ts'
import type { LogFold } from './fold-log.ts'
import type { ToldCalls, TruthCompared } from './told-calls.ts'

/** In one query. */
const CALLS_PER_QUERY = 5_000
/** More findings of one kind say no more. */
const TOLD_MAX = 20

export interface Books {
  readonly acknowledged: number
  /** What the sender gave up: it was promised nothing, and yet it is what a real sender would have lost. */
  readonly givenUp: readonly BookEntry[]
  readonly calls: number
  /** How much was held against the ledger: of all calls since the begin. */
  readonly truth: Pick<TruthCompared, 'calls' | 'fields'>
  /** Empty: the books balance. */
  readonly findings: readonly string[]
}

interface HeldCall {
  readonly call_sid: string
  readonly digest: string
}

/** Checks what was entered in the book since the last time, every call that the log has learned of since, and all that was ever told. Run it when all is settled. */
export const checkBooks = async (entries: readonly BookEntry[], fold: LogFold, told: ToldCalls, db: pg.Client): Promise<Books> => {
  const touched = await fold.readOn()
  const acknowledged = entries.filter(({ outcome }) => outcome === 'acknowledged')
  const lost = acknowledged
    .filter(({ identity }) => !fold.holds(identity))
    .map(({ number, callSid }) => `webhook ${number} of call ${callSid} was acknowledged and is not in the log`)
  const held = await heldCalls(db, [...touched])
  const differing = [...touched].flatMap((callSid) => {
    const record = fold.call(callSid)
    const digest = record === undefined ? undefined : hash('sha256', canonicalState(record))
    const row = held.get(callSid)
    if (row === undefined) return [`call ${callSid} is in the log and not in the projection`]
    return row.digest === digest ? [] : [`call ${callSid} is projected otherwise than the log tells`]
  })
  told.add(entries)
  const truth = await told.compare(db)
  return {
    acknowledged: acknowledged.length,
    givenUp: entries.filter(({ outcome }) => outcome === 'given-up'),
    calls: touched.size,
    truth: { calls: truth.calls, fields: truth.fields },
    findings: [...lost.slice(0, TOLD_MAX), ...differing.slice(0, TOLD_MAX), ...truth.differing.slice(0, TOLD_MAX), ...(await countFindings(fold, db))],
  }
}

const heldCalls = async (db: pg.Client, callSids: readonly string[]): Promise<ReadonlyMap<string, HeldCall>> => {
  const held = new Map<string, HeldCall>()
  for (let from = 0; from < callSids.length; from += CALLS_PER_QUERY) {
    const { rows } = await db.query<HeldCall>(`SELECT call_sid, encode(digest, 'hex') AS digest FROM projection.calls WHERE call_sid = ANY ($1)`, [
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
