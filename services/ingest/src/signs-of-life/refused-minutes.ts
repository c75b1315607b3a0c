import type { RefusalReason } from '@rollcall/contracts/ingest-status'
import type { RefusedInMinute } from '@rollcall/store/ingest-hosts/add-refusals'

const MINUTE_MS = 60_000
/** Kept while the database is away; the oldest are forgotten first. */
export const REFUSED_MINUTES_MAX = 10_000

/** Whoever does not know the secret may be anybody, and is no webhook of the account that he names. */
const STRANGERS: ReadonlySet<RefusalReason> = new Set(['unknown-path', 'unknown-account', 'wrong-secret', 'rate-limited', 'too-many-connections', 'malformed'])

/** Webhooks that were not kept, by account, minute and reason, until they are taken. */
export interface RefusedMinutes {
  refused(account: string | null, reason: RefusalReason): void
  /** All that were counted since they were last taken. */
  take(): readonly RefusedInMinute[]
  /** Counts again what was taken and could not be told. */
  putBack(taken: readonly RefusedInMinute[]): void
}

export const createRefusedMinutes = (clock: () => number): RefusedMinutes => {
  /** In order of their first count. */
  let counts = new Map<string, RefusedInMinute>()
  const add = (refusal: RefusedInMinute): void => {
    const key = `${refusal.account}|${refusal.minute}|${refusal.reason}`
    counts.set(key, { ...refusal, count: refusal.count + (counts.get(key)?.count ?? 0) })
    const [oldest] = counts.keys()
    if (counts.size > REFUSED_MINUTES_MAX && oldest !== undefined) counts.delete(oldest)
  }
  return {
    refused: (account, reason) => {
      if (account === null || STRANGERS.has(reason)) return
      add({ account, minute: Math.floor(clock() / MINUTE_MS) * MINUTE_MS, reason, count: 1 })
    },
    take: () => {
      const taken = [...counts.values()]
      counts = new Map()
      return taken
    },
    putBack: (taken) => {
      const since = [...counts.values()]
      counts = new Map()
      for (const refusal of [...taken, ...since]) add(refusal)
    },
  }
}
