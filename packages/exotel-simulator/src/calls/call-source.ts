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
  /** The planned calls come at random (Poisson) from here on. Before, none does. */
  begin(origin: Instant): void
  /** When the next call begins; null when all have, or none is to yet. */
  nextAt(): Instant | null
  take(): LedgerCall
  /** A call that was not planned, begun at `at`: now, or when the last one taken began. It counts to no plan. */
  order(at: Instant, order: Omit<CallOrder, 'path'>): LedgerCall
}

/** The calls of the plan, at its rate, numbered from `firstSeq` on; and the transfers some lead to. */
export const createCallSource = (world: CallWorld, firstSeq = 0): CallSource => {
  const arrivals = createRandom(world.seed, ARRIVALS_STREAM)
  const gapMs = () => arrivals.exponential(SECOND_MS / world.traffic.callsPerSecond)
  const transfers = createAgenda<CallOrder>()
  // A planned call is drawn by its own number, so that ordered calls and transfers between change none of them.
  let number = firstSeq
  let seq = firstSeq
  let planned = 0
  let ordered = 0
  let lastBegunAt = Number.NEGATIVE_INFINITY
  let at = Number.POSITIVE_INFINITY

  const planTransferOf = (call: LedgerCall): void => {
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
  const begun = (call: LedgerCall): LedgerCall => {
    lastBegunAt = call.visible.begunAt
    return call
  }

  return {
    begin(origin) {
      at = Math.max(origin, lastBegunAt) + gapMs()
    },
    nextAt() {
      const next = Math.min(Math.floor(at), transfers.nextAt() ?? Number.POSITIVE_INFINITY)
      return isComplete() || next === Number.POSITIVE_INFINITY ? null : next
    },
    take() {
      planned++
      const transferAt = transfers.nextAt()
      if (transferAt !== null && transferAt <= at) return begun(planCall(world, seq++, transferAt, transfers.take()))
      const call = planCall(world, seq++, Math.floor(at), { path: [number] })
      planTransferOf(call)
      number++
      at += gapMs()
      return begun(call)
    },
    order: (now, order) => begun(planCall(world, seq++, Math.max(now, lastBegunAt), { ...order, path: [firstSeq + ordered++, ORDERED_PATH] })),
  }
}
