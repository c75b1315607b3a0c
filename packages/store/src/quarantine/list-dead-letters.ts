import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Where a dead letter's record stands in the log, which is its name. */
export interface LetterPlace {
  readonly partition: number
  readonly logOffset: bigint
}

/** Which dead letters are meant: all that fit every condition that is there. */
export interface LetterChoice {
  /** By their places; all places where it is left out. */
  readonly places?: readonly LetterPlace[]
  readonly account?: string
  /** A part of the reason, in any letter case. */
  readonly reason?: string
}

export interface ListedLetter extends LetterPlace {
  readonly account: string | null
  readonly surface: string | null
  readonly reason: string
  readonly bytes: number
  readonly receivedAt: Instant
}

export interface ListedLetters {
  /** Newest first. */
  readonly letters: readonly ListedLetter[]
  /** All that were meant, listed or not. */
  readonly count: number
}

interface Row {
  readonly partition: number
  readonly log_offset: bigint
  readonly account: string | null
  readonly surface: string | null
  readonly reason: string
  readonly bytes: number
  readonly received_at: Date
}

/** Conditions $1 to $4 on dead_letters. */
export const CHOSEN = `($1::int[] IS NULL OR (partition, log_offset) IN (SELECT * FROM unnest($1::int[], $2::bigint[])))
  AND ($3::text IS NULL OR account = $3) AND ($4::text IS NULL OR strpos(lower(reason), lower($4)) > 0)`

/** Their parameters. */
export const chosen = ({ places, account, reason }: LetterChoice): unknown[] => [
  places?.map(({ partition }) => partition) ?? null,
  places?.map(({ logOffset }) => logOffset.toString()) ?? null,
  account ?? null,
  reason ?? null,
]

/** Dead letters without their payloads. */
export const listDeadLetters = async (db: Queryable, choice: LetterChoice, lettersMax: number): Promise<ListedLetters> => {
  const { rows } = await db.query<Row>(
    `SELECT partition, log_offset, account, surface, reason, octet_length(payload) AS bytes, received_at
     FROM projection.dead_letters WHERE ${CHOSEN} ORDER BY received_at DESC, partition, log_offset DESC LIMIT $5`,
    [...chosen(choice), lettersMax],
  )
  const counted = await db.query<{ letters: bigint }>(`SELECT count(*) AS letters FROM projection.dead_letters WHERE ${CHOSEN}`, chosen(choice))
  return {
    letters: rows.map((row) => ({
      partition: row.partition,
      logOffset: row.log_offset,
      account: row.account,
      surface: row.surface,
      reason: row.reason,
      bytes: row.bytes,
      receivedAt: row.received_at.getTime(),
    })),
    count: Number(counted.rows[0]?.letters ?? 0n),
  }
}
