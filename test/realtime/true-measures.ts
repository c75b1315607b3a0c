import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import { type Instant, SECOND } from '@rollcall/domain/time'
import { hasArrived } from '@rollcall/exotel-simulator/calls/expected-record'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'

/** The webhooks that the default coverage rules expect of a call made by the API. */
const ENDS: ReadonlySet<string> = new Set(['status-callback/terminal', 'status-callback/default'])

/** The three measures as they should be: by the ledger, and by when the log first told of each call's end. */
export interface TrueMeasures {
  readonly listed: number
  readonly expected: number
  readonly arrived: number
  readonly missing: number
  readonly ended: number
  readonly endedWithinObjective: number
  readonly endedWithinRpo: number
  readonly endedP50Seconds: number | null
  readonly endedP99Seconds: number | null
  readonly endedMaxSeconds: number | null
}

export const trueMeasures = (ledger: readonly LedgerCall[], endedAt: ReadonlyMap<string, Instant>): TrueMeasures => {
  const ends = ledger.flatMap(({ webhooks }) => webhooks.filter(({ event }) => ENDS.has(event)))
  const delays = ledger.flatMap(({ callSid, truth }) => Math.max(0, (endedAt.get(callSid) ?? Number.NaN) - truth.endedAt) / SECOND).toSorted((a, b) => a - b)
  const within = (ms: number): number => delays.filter((seconds) => seconds <= ms / SECOND).length
  const nearestRank = (share: number): number | null => delays[Math.ceil(share * delays.length) - 1] ?? null
  const { withinMs, neverAboveMs } = OBJECTIVES.ended
  return {
    listed: ledger.filter(({ visible }) => visible.listedFrom !== null).length,
    expected: ends.length,
    arrived: ends.filter(hasArrived).length,
    missing: ends.filter(({ outcome }) => outcome === 'dropped-on-purpose').length,
    ended: delays.length,
    endedWithinObjective: within(withinMs),
    endedWithinRpo: within(neverAboveMs),
    endedP50Seconds: nearestRank(0.5),
    endedP99Seconds: nearestRank(0.99),
    endedMaxSeconds: nearestRank(1),
  }
}
