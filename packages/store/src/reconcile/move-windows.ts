import type { Instant } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import type { TransitionReason, WindowState } from '@rollcall/domain/window/window-state'
import type { Queryable } from '../queryable.ts'

export interface WindowMove {
  readonly window: Window
  readonly state: WindowState
  readonly reason: TransitionReason
}

/**
 * Writes new states, but only under the lease that the run holds: a reconciler that was paused and lost its lease changes nothing.
 * Returns how many windows were written; fewer than asked means the lease is gone.
 */
export const moveWindows = async (
  db: Queryable,
  account: string,
  moves: readonly WindowMove[],
  now: Instant,
  lease: { readonly job: string; readonly token: bigint },
): Promise<number> => {
  const { rowCount } = await db.query(
    `UPDATE rollcall.windows w SET state = m.detail ->> 'state', detail = m.detail, reason = m.reason, since = CASE WHEN w.state = m.detail ->> 'state' THEN w.since ELSE $5 END
     FROM unnest($2::timestamptz[], $3::jsonb[], $4::text[]) AS m (window_from, detail, reason)
     WHERE w.account = $1 AND w.window_from = m.window_from
       AND EXISTS (SELECT 1 FROM rollcall.leases l WHERE l.job = $6 AND l.token = $7)`,
    [
      account,
      moves.map((move) => new Date(move.window.from)),
      moves.map((move) => JSON.stringify(move.state)),
      moves.map((move) => move.reason),
      new Date(now),
      lease.job,
      lease.token.toString(),
    ],
  )
  return rowCount ?? 0
}
