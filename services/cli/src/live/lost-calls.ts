import type { Pool } from '@rollcall/store/pool'
import { readVerified } from '@rollcall/store/status/read-verified'

/** Asked for at once; the rest with the next look. */
const ASKED_MAX = 5_000

/** Which calls lost a webhook on purpose, and which of them reconciliation has found since. */
export interface LostCalls {
  note(callSid: string): void
  /** Asks the projection about those not found yet. */
  look(pool: Pool): Promise<void>
  counts(): { readonly lost: number; readonly found: number }
}

export const trackLostCalls = (account: string): LostCalls => {
  const missing = new Set<string>()
  const found = new Set<string>()
  return {
    note: (callSid) => {
      if (!found.has(callSid)) missing.add(callSid)
    },
    look: async (pool) => {
      if (missing.size === 0) return
      const asked = [...missing].slice(0, ASKED_MAX)
      for (const callSid of await readVerified(pool, account, asked)) {
        missing.delete(callSid)
        found.add(callSid)
      }
    },
    counts: () => ({ lost: missing.size + found.size, found: found.size }),
  }
}
