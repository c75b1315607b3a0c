import type { BackfillProgress } from '@rollcall/domain/schedule/backfill'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** A range of the past that was asked for, and how far it is read. Times are epoch milliseconds. */
export interface Backfill extends BackfillProgress {
  readonly id: string
  readonly account: string
  readonly requestedAt: Instant
  /** As it was asked for; before `from` lies what is older than Exotel tells of. */
  readonly requestedFrom: Instant
  /** No other lane asks for windows that begin before this until they are read. */
  readonly aloneTo: Instant
  readonly state: 'waiting' | 'reading' | 'done'
  readonly beganAt: Instant | null
  readonly endedAt: Instant | null
  readonly requests: number
  /** Calls that no observation had told of. */
  readonly callsFound: number
  /** Windows that could not be read alone. */
  readonly windowsSkipped: number
  /** Exotel forgot what lies before this before it was read; null where nothing was lost. */
  readonly lostTo: Instant | null
  /** Why the last read did not succeed; null where it did. */
  readonly trouble: string | null
}

interface Row {
  readonly backfill_id: string
  readonly account: string
  readonly requested_at: Date
  readonly requested_from: Date
  readonly range_from: Date
  readonly range_to: Date
  readonly read_to: Date
  readonly alone_to: Date
  readonly state: Backfill['state']
  readonly began_at: Date | null
  readonly ended_at: Date | null
  readonly calls_expected: number | null
  readonly requests: number
  readonly calls_listed: number
  readonly calls_found: number
  readonly failures: number
  readonly windows_skipped: number
  readonly lost_to: Date | null
  readonly trouble: string | null
}

const backfillOf = (row: Row): Backfill => ({
  id: row.backfill_id,
  account: row.account,
  requestedAt: row.requested_at.getTime(),
  requestedFrom: row.requested_from.getTime(),
  from: row.range_from.getTime(),
  to: row.range_to.getTime(),
  readTo: row.read_to.getTime(),
  aloneTo: row.alone_to.getTime(),
  state: row.state,
  beganAt: row.began_at?.getTime() ?? null,
  endedAt: row.ended_at?.getTime() ?? null,
  callsExpected: row.calls_expected,
  requests: row.requests,
  callsListed: row.calls_listed,
  callsFound: row.calls_found,
  failures: row.failures,
  windowsSkipped: row.windows_skipped,
  lostTo: row.lost_to?.getTime() ?? null,
  trouble: row.trouble,
})

/** The backfills of the account that are not read to their end, the one that begins earliest first. */
export const readOpenBackfills = async (db: Queryable, account: string): Promise<readonly Backfill[]> => {
  const { rows } = await db.query<Row>(`SELECT * FROM rollcall.backfills WHERE account = $1 AND state <> 'done' ORDER BY range_from, requested_at`, [account])
  return rows.map(backfillOf)
}

export const readBackfill = async (db: Queryable, id: string): Promise<Backfill | null> => {
  const { rows } = await db.query<Row>('SELECT * FROM rollcall.backfills WHERE backfill_id = $1', [id])
  return rows.map(backfillOf)[0] ?? null
}

/** The account's backfills that are open, or ended since. */
export const readBackfillsSince = async (db: Queryable, account: string, since: Instant): Promise<readonly Backfill[]> => {
  const { rows } = await db.query<Row>(`SELECT * FROM rollcall.backfills WHERE account = $1 AND (state <> 'done' OR ended_at >= $2) ORDER BY requested_at`, [
    account,
    new Date(since),
  ])
  return rows.map(backfillOf)
}

/**
 * Keeps what was asked for. A backfill of the same range that is still open is the same wish: that one goes on.
 * @returns its id
 */
export const requestBackfill = async (
  db: Queryable,
  asked: Pick<Backfill, 'id' | 'account' | 'requestedAt' | 'requestedFrom' | 'from' | 'to' | 'aloneTo' | 'callsExpected' | 'requests'>,
): Promise<string> => {
  const { rows } = await db.query<{ backfill_id: string }>(
    `WITH same AS (SELECT backfill_id FROM rollcall.backfills WHERE account = $2 AND requested_from = $4 AND range_to = $6 AND state <> 'done'),
          made AS (
            INSERT INTO rollcall.backfills (backfill_id, account, requested_at, requested_from, range_from, range_to, read_to, alone_to, calls_expected, requests)
            SELECT $1, $2, $3, $4, $5, $6, $5, $7, $8, $9 WHERE NOT EXISTS (SELECT FROM same) RETURNING backfill_id)
     SELECT backfill_id FROM same UNION ALL SELECT backfill_id FROM made LIMIT 1`,
    [
      asked.id,
      asked.account,
      new Date(asked.requestedAt),
      new Date(asked.requestedFrom),
      new Date(asked.from),
      new Date(asked.to),
      new Date(asked.aloneTo),
      asked.callsExpected,
      asked.requests,
    ],
  )
  return rows[0]?.backfill_id ?? asked.id
}

/** What a step of reading adds; what is left out stays. */
export interface BackfillStep {
  readonly readTo: Instant
  readonly callsListed?: number
  readonly callsFound?: number
  readonly requests?: number
  /** Read in a row and refused; 0 after a read that succeeded. */
  readonly failures?: number
  readonly windowsSkipped?: number
  readonly lostTo?: Instant
  readonly trouble?: string | null
}

/** Moves a backfill on; it is done when it is read to its end. Never back: what is read is read. */
export const stepBackfill = async (db: Queryable, id: string, step: BackfillStep, now: Instant): Promise<void> => {
  await db.query(
    `UPDATE rollcall.backfills b SET
       read_to = greatest(read_to, $2), calls_listed = calls_listed + $3, calls_found = calls_found + $4, requests = requests + $5,
       failures = coalesce($6, failures), windows_skipped = windows_skipped + $7, lost_to = coalesce($8, lost_to),
       trouble = CASE WHEN $9 THEN $10 ELSE trouble END, began_at = coalesce(began_at, $11),
       state = CASE WHEN greatest(read_to, $2) >= range_to THEN 'done' ELSE 'reading' END,
       ended_at = CASE WHEN greatest(read_to, $2) >= range_to THEN coalesce(ended_at, $11) END
     WHERE backfill_id = $1`,
    [
      id,
      new Date(step.readTo),
      step.callsListed ?? 0,
      step.callsFound ?? 0,
      step.requests ?? 0,
      step.failures ?? null,
      step.windowsSkipped ?? 0,
      step.lostTo === undefined ? null : new Date(step.lostTo),
      step.trouble !== undefined,
      step.trouble ?? null,
      new Date(now),
    ],
  )
}
