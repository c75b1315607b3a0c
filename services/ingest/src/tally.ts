import type { IngestStatus, RefusalReason } from '@rollcall/contracts/ingest-status'

/** Counts of one worker since it started. Plain numbers on the hot path; metrics and status read them when asked. */
export interface Tally {
  received(account: string, at: number): void
  /** `account` is null where it is not one of ours. */
  refused(account: string | null, reason: RefusalReason): void
  accounts(): IngestStatus['accounts']
  strangers(): IngestStatus['refused']
}

/** Only configured accounts are ever counted by name, so the memory is bounded whatever strangers send. */
export const createTally = (accountSids: readonly string[]): Tally => {
  const accounts = new Map(accountSids.map((sid) => [sid, { received: 0, lastReceivedAt: null as number | null, refused: {} as Partial<Record<RefusalReason, number>> }]))
  const strangers: Partial<Record<RefusalReason, number>> = {}
  return {
    received: (account, at) => {
      const counts = accounts.get(account)
      if (counts === undefined) return
      counts.received += 1
      counts.lastReceivedAt = at
    },
    refused: (account, reason) => {
      const refusals = (account === null ? undefined : accounts.get(account)?.refused) ?? strangers
      refusals[reason] = (refusals[reason] ?? 0) + 1
    },
    accounts: () => Object.fromEntries([...accounts].map(([sid, counts]) => [sid, { ...counts, refused: { ...counts.refused } }])),
    strangers: () => ({ ...strangers }),
  }
}
