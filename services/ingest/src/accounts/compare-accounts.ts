import { isDeepStrictEqual } from 'node:util'
import type { Account } from '@rollcall/service/read-accounts'

export interface AccountChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** With other webhook secrets or other settings. */
  readonly changed: readonly string[]
}

/** What ingest would do differently; null when nothing. Secrets are compared, and never part of the result. Pure. */
export const compareAccounts = (before: readonly Account[], after: readonly Account[]): AccountChanges | null => {
  const [was, is] = [before, after].map((accounts) => new Map(accounts.map((account) => [account.sid, account]))) as [Map<string, Account>, Map<string, Account>]
  const added = [...is.keys()].filter((sid) => !was.has(sid))
  const removed = [...was.keys()].filter((sid) => !is.has(sid))
  const changed = [...is].filter(([sid, account]) => was.has(sid) && !isSame(was.get(sid), account)).map(([sid]) => sid)
  return added.length + removed.length + changed.length === 0 ? null : { added, removed, changed }
}

/** The secrets are not enumerable, so that nothing prints them; they have to be compared by name. */
const isSame = (before: Account | undefined, after: Account): boolean => isDeepStrictEqual(before, after) && isDeepStrictEqual(before?.webhookSecrets, after.webhookSecrets)
