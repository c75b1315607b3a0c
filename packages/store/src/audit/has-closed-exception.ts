import type { ExceptionKind } from '@rollcall/contracts/audit-api/exception'
import { istDayRange } from '@rollcall/domain/ist-day'
import type { MeasuredRange } from '../measures/range.ts'
import type { Queryable } from '../queryable.ts'
import { EXCEPTION_KEYS } from './exception-keys.ts'

/** So many of what somebody closed are looked at in one go. */
const LOOKED_AT_ONCE = 1_000

interface Closed {
  readonly kind: ExceptionKind
  readonly subject: readonly (string | number)[]
  readonly log_offset: bigint
}

/**
 * Whether somebody has ever closed an exception of an IST day, whatever became of it since: of the day, of a window of it, of a call that Exotel created in it, or of an
 * observation that tells of such a call or was received then.
 */
export const hasClosedException = async (db: Queryable, account: string, actor: string, day: string): Promise<boolean> => {
  const range = istDayRange(day)
  for (let before: bigint | null = null; ; ) {
    const closed = await readClosed(db, account, actor, before)
    if (closed.some((one) => isOfDay(one, day, range)) || (await isAnyOfCalls(db, account, closed, range))) return true
    const last = closed.at(-1)
    if (last === undefined || closed.length < LOOKED_AT_ONCE) return false
    before = last.log_offset
  }
}

const readClosed = async (db: Queryable, account: string, actor: string, before: bigint | null): Promise<readonly Closed[]> => {
  const { rows } = await db.query<Closed>(
    `SELECT kind, subject, log_offset FROM rollcall.exception_actions
     WHERE account = $1 AND actor = $2 AND action = 'close' AND ($3::bigint IS NULL OR log_offset < $3) ORDER BY log_offset DESC LIMIT $4`,
    [account, actor, before?.toString() ?? null, LOOKED_AT_ONCE],
  )
  return rows
}

/** By its subject alone. */
const isOfDay = ({ kind, subject: [first] }: Closed, day: string, { from, to }: MeasuredRange): boolean => {
  if (kind === 'not-held' || kind === 'day-differs') return first === day
  return (kind === 'gap' || kind === 'amended') && typeof first === 'number' && first >= from && first < to
}

const isAnyOfCalls = async (db: Queryable, account: string, closed: readonly Closed[], { from, to }: MeasuredRange): Promise<boolean> => {
  const valuesOf = (kinds: readonly ExceptionKind[]) => closed.flatMap(({ kind, subject }) => (kinds.includes(kind) ? [EXCEPTION_KEYS[kind].valuesOf(subject) ?? []] : []))
  const calls = valuesOf(['missing-webhook', 'late-webhook', 'conflict', 'claim'])
  const places = valuesOf(['dead-letter', 'unknown-word']).filter((place) => place.length > 0)
  const { rows } = await db.query<{ any: boolean }>(
    `WITH told AS MATERIALIZED (
       SELECT o.call_sid, o.received_at FROM projection.observations o WHERE o.account = $1 AND (o.partition, o.log_offset) IN (SELECT * FROM unnest($5::int[], $6::bigint[]))
     )
     SELECT EXISTS (SELECT FROM told WHERE received_at >= $2 AND received_at < $3)
         OR EXISTS (SELECT FROM projection.calls c WHERE c.account = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.call_sid = ANY ($4::text[] || ARRAY(SELECT call_sid FROM told))) AS any`,
    [
      account,
      new Date(from),
      new Date(to),
      calls.flatMap(([callSid]) => (callSid === undefined ? [] : [callSid])),
      places.map(([partition]) => partition),
      places.map(([, offset]) => offset),
    ],
  )
  return rows[0]?.any === true
}
