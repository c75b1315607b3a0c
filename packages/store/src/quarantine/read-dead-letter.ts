import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { LetterPlace } from './list-dead-letters.ts'

/** A dead letter with all that was kept of it. */
export interface DeadLetter extends LetterPlace {
  readonly account: string | null
  readonly surface: string | null
  readonly reason: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Buffer
  readonly receivedAt: Instant
}

interface Row {
  readonly account: string | null
  readonly surface: string | null
  readonly reason: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Buffer
  readonly received_at: Date
}

/** Null when there is none there. */
export const readDeadLetter = async (db: Queryable, { partition, logOffset }: LetterPlace): Promise<DeadLetter | null> => {
  const { rows } = await db.query<Row>('SELECT account, surface, reason, headers, payload, received_at FROM projection.dead_letters WHERE partition = $1 AND log_offset = $2', [
    partition,
    logOffset.toString(),
  ])
  const [row] = rows
  return row === undefined ? null : { partition, logOffset, ...row, receivedAt: row.received_at.getTime() }
}
