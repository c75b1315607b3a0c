import type { Instant } from '../clock/simulator-clock.ts'
import { createRandom } from '../random.ts'
import type { CallWorld } from './call-world.ts'
import type { LedgerCall } from './ledger-call.ts'
import { planCall } from './plan-call.ts'
import { SECOND_MS } from './seconds.ts'

const ARRIVALS_STREAM = 5

/** The planned calls in the order they begin. */
export interface CallSource {
  /** When the next call begins; null when all have. */
  nextAt(): Instant | null
  take(): LedgerCall
}

/** Calls that come at random (Poisson) from `origin` on, at the plan's rate, numbered from `firstSeq` on. */
export const createCallSource = (world: CallWorld, origin: Instant, firstSeq = 0): CallSource => {
  const arrivals = createRandom(world.seed, ARRIVALS_STREAM)
  const gapMs = () => arrivals.exponential(SECOND_MS / world.traffic.callsPerSecond)
  let seq = firstSeq
  let at = origin + gapMs()

  return {
    nextAt: () => (world.traffic.calls !== null && seq - firstSeq >= world.traffic.calls ? null : Math.floor(at)),
    take() {
      const call = planCall(world, seq, Math.floor(at))
      seq++
      at += gapMs()
      return call
    },
  }
}
