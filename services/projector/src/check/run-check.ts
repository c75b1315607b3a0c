import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Tell } from '@rollcall/service/one-shot-teller'
import type { Pool } from '@rollcall/store/pool'
import { cancelWhileAborted } from '../rebuild/cancel-while-aborted.ts'
import { type Checked, checkDays } from './check-days.ts'
import { CheckStoppedError } from './check-stopped-error.ts'
import { openCheckPool } from './open-check-pool.ts'
import type { CheckRequest } from './parse-check.ts'

const NAME_BYTES = 4

export interface RunCheckDeps {
  readonly log: EventLog
  readonly databaseUrl: string
  /** Another pool than that of the check, to cancel its statements by. */
  readonly pool: Pool
  readonly tell: Tell
  readonly signal: AbortSignal
}

type OnProgress = (share: number, text: string) => void

/** A read is a moment's work: what is told is each percent once. */
const byPercent = (tell: OnProgress): OnProgress => {
  let told = -1
  return (share, text) => {
    const percent = Math.floor(share * 100)
    if (percent === told) return
    told = percent
    tell(share, text)
  }
}

/** Checks what was asked for, and ends within a second where it is told to. @throws OperatorError, CheckStoppedError */
export const runCheck = async ({ log, databaseUrl, pool, tell, signal }: RunCheckDeps, request: CheckRequest): Promise<Checked> => {
  const applicationName = `rollcall-check-${randomBytes(NAME_BYTES).toString('hex')}`
  const checking = openCheckPool(databaseUrl, applicationName)
  const deps = {
    log,
    pool: checking,
    clock: Date.now,
    sleep: (ms: number) => sleep(ms, undefined, { signal }),
    signal,
    onProgress: byPercent((share, text) => tell({ type: 'progress', share, text, msLeft: null })),
  }
  try {
    return await cancelWhileAborted(() => checkDays(deps, request), signal, pool, applicationName)
  } catch (error) {
    if (signal.aborted) throw new CheckStoppedError({ cause: error })
    throw error
  } finally {
    await checking.end()
  }
}
