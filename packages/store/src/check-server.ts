import { judgeSkew } from '@rollcall/domain/clock-skew'
import { type Clock, SECOND } from '@rollcall/domain/time'
import type { Queryable } from './queryable.ts'
import { readClockAhead } from './status/read-clock-ahead.ts'

/** The server may lose or damage what it has committed; the message is for the operator. */
export class UnsafeServerError extends Error {
  override readonly name = 'UnsafeServerError'
  readonly exitCode = 2
}

/** As our sessions have them, such as `on`. */
export interface ServerSettings {
  readonly fsync: string
  readonly fullPageWrites: string
  readonly synchronousCommit: string
}

export interface ServerProblem {
  readonly setting: string
  readonly value: string
  readonly needed: string
  readonly howToFix: string
}

export const readServerSettings = async (db: Queryable): Promise<ServerSettings> => {
  const { rows } = await db.query<ServerSettings>(
    `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS "fullPageWrites", current_setting('synchronous_commit') AS "synchronousCommit"`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('Postgres answered a query of one row with none')
  return row
}

/**
 * Why the server must not hold windows and their certificates. The projection could be folded again; what was judged cannot be judged as of
 * then. Empty when nothing is wrong. Pure.
 */
export const serverProblems = ({ fsync, fullPageWrites, synchronousCommit }: ServerSettings): readonly ServerProblem[] => {
  const system = (name: string) => `As superuser: ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf();`
  return [
    { setting: 'fsync', value: fsync, needed: 'on', howToFix: system('fsync') },
    { setting: 'full_page_writes', value: fullPageWrites, needed: 'on', howToFix: system('full_page_writes') },
    { setting: 'synchronous_commit', value: synchronousCommit, needed: 'on', howToFix: 'ALTER ROLE CURRENT_USER SET synchronous_commit = on; and start again' },
    // local, remote_write, on and remote_apply all wait for this server's own disk.
  ].filter(({ value }) => value === 'off')
}

/** One sentence of a problem. Pure. */
export const tellServerProblem = ({ setting, value, needed, howToFix }: ServerProblem): string =>
  `${setting} is ${value} on the server in DATABASE_URL; needed is ${needed}. ${howToFix}`

/** What is told of clocks that are too far apart, which hinders no start: order never rests on this clock. Null when they are not. Pure. */
export const clockWarning = (aheadMs: number): string | null =>
  judgeSkew(aheadMs) === 'ok'
    ? null
    : `this machine's clock is ${(Math.abs(aheadMs) / SECOND).toFixed(1)} s ${aheadMs > 0 ? 'behind' : 'ahead of'} Postgres's; needed is at most 5 s. Let NTP set it (timedatectl set-ntp true)`

/**
 * @returns What is to be warned of: what is unsafe and allowed, and a clock that is far from the server's.
 * @throws UnsafeServerError for what is unsafe and not allowed.
 */
export const checkServer = async (db: Queryable, { allowUnsafe, clock }: { readonly allowUnsafe: boolean; readonly clock: Clock }): Promise<readonly string[]> => {
  const problems = serverProblems(await readServerSettings(db)).map(tellServerProblem)
  if (problems.length > 0 && !allowUnsafe)
    throw new UnsafeServerError([...problems, 'To run on it all the same, for development on one machine: ROLLCALL_ALLOW_UNSAFE_TOPICS=true.'].join('\n'))
  const skew = clockWarning(await readClockAhead(db, clock))
  return skew === null ? problems : [...problems, skew]
}
