import { createAgenda } from '../agenda.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { createRandom } from '../random.ts'
import { type CallOrder, ORDERED_PATH, TRANSFER_PATH } from './call-order.ts'
import type { CallWorld } from './call-world.ts'
import type { LedgerCall } from './ledger-call.ts'
import { planCall } from './plan-call.ts'
import { SECOND_MS } from './seconds.ts'

const ARRIVALS_STREAM = 5
/** How much of the talk is over when the agent transfers the caller. */
const TRANSFER_AT = 0.6

/** The calls in the order they begin. */
export interface CallSource {
  /** When the next call begins; null when all have. */
  nextAt(): Instant | null
  take(): LedgerCall
  /** A call that was not planned, begun at `at`: now, never before the last one taken. It counts to no plan. */
  order(at: Instant, order: Omit<CallOrder, 'path'>): LedgerCall
}

/** Calls that come at random (Poisson) from `origin` on, at the plan's rate, numbered from `firstSeq` on; and the transfers some lead to. */
export const createCallSource = (world: CallWorld, origin: Instant, firstSeq = 0): CallSource => {
  const arrivals = createRandom(world.seed, ARRIVALS_STREAM)
  const gapMs = () => arrivals.exponential(SECOND_MS / world.traffic.callsPerSecond)
  const transfers = createAgenda<CallOrder>()
  // A planned call is drawn by its own number, so that ordered calls and transfers between change none of them.
  let number = firstSeq
  let seq = firstSeq
  let planned = 0
  let ordered = 0
  let at = origin + gapMs()

  const transferOf = (call: LedgerCall): void => {
    if (call.kind !== 'inbound-transfer' || call.truth.leg2Status !== 'completed') return
    const { begunAt, hungUpAt } = call.visible
    transfers.add(Math.floor(begunAt + (hungUpAt - begunAt) * TRANSFER_AT), {
      path: [number, TRANSFER_PATH],
      kind: 'transfer-leg',
      from: call.truth.from,
      exophone: call.truth.exophone,
      parentCallSid: call.callSid,
    })
  }
  const isComplete = () => world.traffic.calls !== null && planned >= world.traffic.calls

  return {
    nextAt: () => (isComplete() ? null : Math.min(Math.floor(at), transfers.nextAt() ?? Number.POSITIVE_INFINITY)),
    take() {
      planned++
      const transferAt = transfers.nextAt()
      if (transferAt !== null && transferAt <= at) return planCall(world, seq++, transferAt, transfers.take())
      const call = planCall(world, seq++, Math.floor(at), { path: [number] })
      transferOf(call)
      number++
      at += gapMs()
      return call
    },
    order: (now, order) => planCall(world, seq++, now, { ...order, path: [firstSeq + ordered++, ORDERED_PATH] }),
  }
}
