import type { Instant } from '../clock/simulator-clock.ts'
import type { LedgerCall } from './ledger-call.ts'

/** The oldest are dropped in lots, so that dropping costs little. */
const DROP_CALLS_MAX = 1_024

/** The calls kept, in the order of creation, which is also the order of seq. */
export interface CallBook {
  add(call: LedgerCall): void
  bySid(callSid: string): LedgerCall | undefined
  /** Seqs are dense, so any call is reached at once. */
  bySeq(seq: number): LedgerCall | undefined
  /** Seq of the first kept call created at `at` or later. */
  firstSince(at: Instant): number
  all(): readonly LedgerCall[]
  /** How many calls have been dropped to stay within the bound. */
  forgotten(): number
}

/** Keeps at most callsMax calls and a lot more; beyond that the oldest are forgotten, by the API as well. `firstSeq` is the seq of the first call to come. */
export const createCallBook = (callsMax: number, firstSeq = 0): CallBook => {
  const calls: LedgerCall[] = []
  const sids = new Map<string, LedgerCall>()
  let first = firstSeq

  return {
    add(call) {
      calls.push(call)
      sids.set(call.callSid, call)
      if (calls.length >= callsMax + DROP_CALLS_MAX) {
        for (const old of calls.splice(0, DROP_CALLS_MAX)) sids.delete(old.callSid)
        first += DROP_CALLS_MAX
      }
    },
    bySid: (callSid) => sids.get(callSid),
    bySeq: (seq) => calls[seq - first],
    firstSince(at) {
      let [low, high] = [0, calls.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((calls[middle] as LedgerCall).truth.createdAt < at) low = middle + 1
        else high = middle
      }
      return first + low
    },
    all: () => calls,
    forgotten: () => first - firstSeq,
  }
}
