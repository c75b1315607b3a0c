import type { Instant } from '../clock/simulator-clock.ts'
import type { LedgerCall } from './ledger-call.ts'

/** Whether the API answers for the call at all: not before it began, nor while its row has vanished. */
export const isShown = ({ visible: { begunAt, hidden } }: LedgerCall, now: Instant): boolean => now >= begunAt && (hidden === null || now < hidden.from || now >= hidden.to)

/** Running calls are not in the list, nor are those that ended too lately to be indexed. */
export const isListed = (call: LedgerCall, now: Instant): boolean => {
  const { listedFrom } = call.visible
  return isShown(call, now) && listedFrom !== null && now >= listedFrom
}
