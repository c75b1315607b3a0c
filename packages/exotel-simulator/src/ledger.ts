import type { LedgerCall } from './calls/ledger-call.ts'
import type { LedgerNotice } from './notices/ledger-notice.ts'

/** What was true. The entries are live: a webhook's outcome is filled in when it is known. */
export interface Ledger {
  /** Every call begun so far, in the order of creation, its future included; of one account, or of all one after the other. */
  calls(account?: string): readonly LedgerCall[]
  call(callSid: string): LedgerCall | undefined
  /** SMS callbacks and heartbeats so far. */
  notices(account?: string): readonly LedgerNotice[]
}
