import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** The last heartbeat of an account. */
export interface LastHeartbeat {
  readonly state: string
  /** As Exotel states it. */
  readonly statedAt: Instant | null
  readonly receivedAt: Instant
  readonly incoming: AffectedPhones
  readonly outgoing: AffectedPhones
}

export interface AffectedPhones {
  /** All of them, listed or not. */
  readonly count: number
  readonly exoPhones: readonly AffectedPhone[]
}

export interface AffectedPhone {
  readonly sid: string
  readonly phoneNumber: string | null
  readonly state: string | null
  readonly checkedAt: Instant | null
  /** The ExoPhone that Exotel proposes meanwhile. */
  readonly alternate: string | null
}

/** The last heartbeats, by account. The lists are written by the projector alone, so they are trusted. */
export const readHeartbeats = async (db: Queryable): Promise<ReadonlyMap<string, LastHeartbeat>> => {
  const { rows } = await db.query<{ account: string; state: string; stated_at: Date | null; received_at: Date; incoming: AffectedPhones; outgoing: AffectedPhones }>(
    'SELECT account, state, stated_at, received_at, incoming, outgoing FROM projection.heartbeats',
  )
  return new Map(
    rows.map(({ account, state, stated_at, received_at, incoming, outgoing }) => [
      account,
      { state, statedAt: stated_at?.getTime() ?? null, receivedAt: received_at.getTime(), incoming, outgoing },
    ]),
  )
}
