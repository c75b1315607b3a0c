import { randomUUID } from 'node:crypto'
import { type Clock, MINUTE } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import { OperatorError } from '@rollcall/service/operator-error'
import { listAuditedAccounts } from '@rollcall/store/audit/list-audited-accounts'
import { letGoOfCheckLock, takeCheckLock } from '@rollcall/store/check/check-lock'
import { readLastChosen } from '@rollcall/store/check/day-checks'
import { type AccountDay, readClosedDays } from '@rollcall/store/check/read-closed-days'
import { type Connection, type Pool, takeConnection } from '@rollcall/store/pool'
import { checkDay } from './check-day.ts'
import { chooseDay } from './choose-day.ts'
import type { CheckRequest } from './parse-check.ts'
import { type Check, tellCheck } from './tell-check.ts'

/** Every projector asks for a check in every hour, and one is enough. */
const CHOSEN_EVERY_MS = 50 * MINUTE

export interface ChecksDeps {
  readonly log: EventLog
  readonly pool: Pool
  readonly clock: Clock
  readonly sleep: (ms: number) => Promise<unknown>
  readonly signal: AbortSignal
  /** Told how far all of it is: 0 to 1, and in words. */
  readonly onProgress: (share: number, text: string) => void
}

/** `held`: another check is under way. `none`: there is no day to choose from, or one was chosen within the hour. */
export type Checked = { readonly checks: readonly Check[] } | 'held' | 'none'

/** Checks what was asked for, tells the audit topic of each day, and keeps it. @throws OperatorError */
export const checkDays = async (deps: ChecksDeps, request: CheckRequest): Promise<Checked> => {
  const db = await takeConnection(deps.pool)
  try {
    if (!(await takeCheckLock(db))) return 'held'
    const days = await wanted(deps, db, request)
    if (days.length === 0) return 'none'
    const checks: Check[] = []
    for (const [nth, day] of days.entries()) {
      const startedAt = deps.clock()
      const onProgress = (share: number, text: string): void => deps.onProgress((nth + share) / days.length, text)
      const checked = await checkDay({ ...deps, onProgress }, db, day)
      const check = { ...checked, id: randomUUID(), seed: request.seed, startedAt, endedAt: deps.clock() }
      await tellCheck(deps.log, deps.pool, check)
      checks.push(check)
    }
    return { checks }
  } finally {
    await letGoOfCheckLock(db)
  }
}

const wanted = async ({ clock }: ChecksDeps, db: Connection, request: CheckRequest): Promise<readonly AccountDay[]> => {
  if (request.day === null) {
    const last = await readLastChosen(db)
    const since = last === null ? null : clock() - last
    // Another host's clock may be ahead: what is still to come holds nobody off.
    if (since !== null && since >= 0 && since < CHOSEN_EVERY_MS) return []
    const chosen = chooseDay(await readClosedDays(db), request.seed)
    return chosen === null ? [] : [chosen]
  }
  const { account, day } = request
  const accounts = await listAuditedAccounts(db)
  if (account !== null && !accounts.includes(account))
    throw new OperatorError(`--account is ${account}; needed is one that is reconciled: ${accounts.length === 0 ? 'there is none yet' : accounts.join(', ')}`)
  return accounts.filter((each) => account === null || each === account).map((each) => ({ account: each, day }))
}
