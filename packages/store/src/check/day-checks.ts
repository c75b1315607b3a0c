import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { Difference } from './read-differences.ts'

/** One day, folded from the log again and compared. */
export interface DayCheckRow {
  readonly id: string
  readonly account: string
  readonly day: string
  /** What the day was chosen by; null where it was asked for. */
  readonly seed: string | null
  readonly startedAt: Instant
  readonly endedAt: Instant
  /** Records folded. */
  readonly observations: number
  /** Records left out, since Postgres refuses what they say. */
  readonly refused: number
  readonly callsTold: number
  readonly callsStored: number
  readonly toldSha256: string
  readonly storedSha256: string
  /** Calls that differ, at least; some of them by name. */
  readonly differing: number
  readonly differences: readonly Difference[]
}

export const saveDayCheck = async (db: Queryable, row: DayCheckRow): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.day_checks (check_id, account, day, seed, started_at, ended_at, observations, refused, calls_told, calls_stored, told_sha256, stored_sha256, differing, differences)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      row.id,
      row.account,
      row.day,
      row.seed,
      new Date(row.startedAt),
      new Date(row.endedAt),
      row.observations,
      row.refused,
      row.callsTold,
      row.callsStored,
      row.toldSha256,
      row.storedSha256,
      row.differing,
      JSON.stringify(row.differences),
    ],
  )
}

/** What is known of an account's days by their last checks. */
export interface CheckStanding {
  /** Days that were ever checked. */
  readonly days: number
  /** When the last check ended; null where there was none. */
  readonly lastAt: Instant | null
  /** Days that differed when they were last checked, the latest first. */
  readonly differing: readonly { readonly day: string; readonly calls: number; readonly at: Instant }[]
}

/** By account; of those of which a day was checked. */
export const readCheckStandings = async (db: Queryable): Promise<ReadonlyMap<string, CheckStanding>> => {
  const { rows } = await db.query<{ account: string; day: string; differing: number; ended_at: Date }>(
    'SELECT DISTINCT ON (account, day) account, day::text AS day, differing, ended_at FROM rollcall.day_checks ORDER BY account, day DESC, started_at DESC',
  )
  const standings = new Map<string, CheckStanding>()
  for (const { account, day, differing, ended_at } of rows) {
    const { days, lastAt, differing: before } = standings.get(account) ?? { days: 0, lastAt: null, differing: [] }
    const at = ended_at.getTime()
    standings.set(account, { days: days + 1, lastAt: Math.max(lastAt ?? at, at), differing: differing === 0 ? before : [...before, { day, calls: differing, at }] })
  }
  return standings
}

/** When a day that was chosen by chance was last begun to be checked, by whatever process; null: never. */
export const readLastChosen = async (db: Queryable): Promise<Instant | null> => {
  const { rows } = await db.query<{ at: Date | null }>('SELECT max(started_at) AS at FROM rollcall.day_checks WHERE seed IS NOT NULL')
  return rows[0]?.at?.getTime() ?? null
}
