/**
 * Looks once a minute whether the budget still suffices for the calls that come, and says so before it does not: more calls than were
 * expected, 429s that have slowed the budget down, a silence. Without the database what was seen last stays; the next look tries again.
 */
import type { AccountConfig } from '@rollcall/contracts/accounts-file'
import { RPO_MS, requestsNeeded } from '@rollcall/domain/schedule/capacity'
import { laneSettingsOf } from '@rollcall/domain/schedule/lane-settings'
import { CALM, nextRisk } from '@rollcall/domain/schedule/rpo-risk'
import { MINUTE } from '@rollcall/domain/time'
import { sustainedPerMinute } from '@rollcall/exotel/client/request-budget'
import type { Sleep } from '@rollcall/exotel/client/sleep'
import { readListFeatures } from '@rollcall/store/reconcile/list-features'
import { readCallsPerSecond } from '@rollcall/store/reconcile/read-calls-per-second'
import { callLengths } from './expected-calls.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** What finding every call within the RPO takes, and what there is for it. */
export interface RpoStatus {
  readonly atRisk: boolean
  readonly callsPerSecond: number
  /** Requests per minute; null where no number of them would do. */
  readonly neededPerMinute: number | null
  /** On average over the last looks. */
  readonly availablePerMinute: number
}

export interface CapacityWatch {
  /** Null before the first look. */
  status(): RpoStatus | null
  look(): Promise<void>
}

export const LOOK_EVERY_MS = MINUTE
/** Over so many looks what is available is averaged: one 429 halves the rate for moments, and breaks nothing. */
export const LOOKS_AVERAGED = 15

type Watched = Pick<ReconcilerDeps, 'account' | 'budget' | 'pool' | 'policy' | 'vendorClock' | 'logger'>

/** @param monotonic milliseconds of a clock that nobody sets */
export const createCapacityWatch = (deps: Watched, account: AccountConfig, monotonic: () => number): CapacityWatch => {
  const { budget, pool, vendorClock, logger } = deps
  const seen: number[] = []
  let risk = CALM
  let status: RpoStatus | null = null

  const available = (): number => {
    const { ratePerMinute, pausedForMs } = budget.snapshot()
    seen.push(pausedForMs > 0 ? 0 : sustainedPerMinute(ratePerMinute))
    if (seen.length > LOOKS_AVERAGED) seen.shift()
    return seen.reduce((sum, each) => sum + each, 0) / seen.length
  }

  return {
    status: () => status,
    look: async () => {
      const read = await Promise.all([readCallsPerSecond(pool, deps.account, vendorClock.now()), callLengths(deps), readListFeatures(pool, deps.account)]).catch(() => null)
      if (read === null) return
      const [rate, lengths, { features }] = read
      const needed = requestsNeeded({ callsPerSecond: rate, lengths }, laneSettingsOf(account, features.duration), RPO_MS)
      const strain = { needed: needed ?? Number.POSITIVE_INFINITY, available: available() }
      const next = nextRisk(risk, strain, monotonic())
      status = { atRisk: next.atRisk, callsPerSecond: rate, neededPerMinute: needed, availablePerMinute: strain.available }
      if (next.atRisk && !risk.atRisk)
        logger.error({ event: 'rpo.at-risk', account: deps.account, ...status }, 'finding every call in time takes almost all requests that may be sent, or more')
      if (!next.atRisk && risk.atRisk) logger.info({ event: 'rpo.held', account: deps.account, ...status }, 'the requests that may be sent suffice again')
      risk = next
    },
  }
}

/** Looks at every account until the signal aborts. */
export const watchCapacity = async (watches: readonly CapacityWatch[], { signal, sleep }: { readonly signal: AbortSignal; readonly sleep: Sleep }): Promise<void> => {
  while (!signal.aborted) {
    for (const watch of watches) await watch.look()
    await sleep(LOOK_EVERY_MS, signal).catch(() => {})
  }
}
