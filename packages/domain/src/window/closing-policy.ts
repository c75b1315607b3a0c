import { DAY, SECOND } from '../time.ts'

/** When an account's windows may close. Milliseconds; derived from the accounts file. */
export interface ClosingPolicy {
  /** No call is longer than this (Exotel's TimeLimit, 4 h by default). Until it has passed, a listing cannot be complete. */
  readonly maximumCallMs: number
  /** How long after a call ends its row may still appear or change. */
  readonly settleMs: number
  /** After the window's end, before a scan can make it provisional. */
  readonly provisionalSettleMs: number
  /** Two equal complete scans at least this far apart make a window final. */
  readonly finalScansApartMs: number
  /** When the trailing lane looks at a window, relative to its end; negative while it is still open. Ascending. */
  readonly trailingPassesMs: readonly number[]
  /** How far back Exotel answers (contract §7: six months). A window that is older and not final never can be. */
  readonly historyMs: number
}

/** The policy that an account's settings, in seconds unless their names say days, describe. */
export const closingPolicyOf = (settings: {
  readonly maximumCallSeconds: number
  readonly settleSeconds: number
  readonly provisionalSettleSeconds: number
  readonly finalScansApartSeconds: number
  readonly trailingPassSeconds: readonly number[]
  readonly historyDays: number
}): ClosingPolicy => ({
  maximumCallMs: settings.maximumCallSeconds * SECOND,
  settleMs: settings.settleSeconds * SECOND,
  provisionalSettleMs: settings.provisionalSettleSeconds * SECOND,
  finalScansApartMs: settings.finalScansApartSeconds * SECOND,
  trailingPassesMs: settings.trailingPassSeconds.map((seconds) => seconds * SECOND).toSorted((a, b) => a - b),
  historyMs: settings.historyDays * DAY,
})
