import type { IngestStatus, RefusalReason } from '@rollcall/contracts/ingest-status'

type Refusals = Partial<Record<RefusalReason, number>>

interface Counts {
  received: number
  lastReceivedAt: number | null
  probes: number
  readonly refused: Refusals
}

/** Counts of one worker since it started. Plain numbers on the hot path; metrics and status read them when asked. */
export interface Tally {
  /** From now on these are the accounts. Those that are gone are forgotten. */
  accountsAre(sids: readonly string[]): void
  received(account: string, at: number): void
  probed(account: string): void
  /** `account` is null where it is not one of ours. */
  refused(account: string | null, reason: RefusalReason): void
  /** When each account's last delivery was received; those without one are left out. */
  lastReceived(): ReadonlyMap<string, number>
  accounts(): IngestStatus['accounts']
  strangers(): IngestStatus['refused']
}

/** Only configured accounts are ever counted by name, so the memory is bounded whatever strangers send. */
export const createTally = (sids: readonly string[]): Tally => {
  const accounts = new Map<string, Counts>()
  const strangers: Refusals = {}
  const accountsAre = (now: readonly string[]): void => {
    const kept = new Set(now)
    for (const sid of accounts.keys()) if (!kept.has(sid)) accounts.delete(sid)
    for (const sid of kept) if (!accounts.has(sid)) accounts.set(sid, { received: 0, lastReceivedAt: null, probes: 0, refused: {} })
  }
  accountsAre(sids)
  return {
    accountsAre,
    received: (account, at) => {
      const counts = accounts.get(account)
      if (counts === undefined) return
      counts.received += 1
      counts.lastReceivedAt = at
    },
    probed: (account) => {
      const counts = accounts.get(account)
      if (counts !== undefined) counts.probes += 1
    },
    refused: (account, reason) => {
      const refusals = (account === null ? undefined : accounts.get(account)?.refused) ?? strangers
      refusals[reason] = (refusals[reason] ?? 0) + 1
    },
    lastReceived: () => new Map([...accounts].flatMap(([sid, { lastReceivedAt }]) => (lastReceivedAt === null ? [] : [[sid, lastReceivedAt] as const]))),
    accounts: () => Object.fromEntries([...accounts].map(([sid, counts]) => [sid, { ...counts, refused: { ...counts.refused } }])),
    strangers: () => ({ ...strangers }),
  }
}
