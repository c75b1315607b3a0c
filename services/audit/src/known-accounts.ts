import { type Clock, SECOND } from '@rollcall/domain/time'

const KNOWN_FOR_MS = 5 * SECOND

/** The accounts there are, read again after a few seconds. */
export const createKnownAccounts = (read: () => Promise<readonly string[]>, clock: Clock): (() => Promise<readonly string[]>) => {
  let known: { readonly at: number; readonly accounts: Promise<readonly string[]> } | null = null
  return () => {
    if (known === null || clock() - known.at >= KNOWN_FOR_MS) {
      const reading = { at: clock(), accounts: read() }
      known = reading
      reading.accounts.catch(() => {
        if (known === reading) known = null
      })
    }
    return known.accounts
  }
}
