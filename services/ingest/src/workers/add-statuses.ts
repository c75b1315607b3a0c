import type { IngestStatus, RefusalReason } from '@rollcall/contracts/ingest-status'

type Refusals = IngestStatus['refused']
type Counts = IngestStatus['accounts'][string]

/** The status of a host from those of its workers; null when none answered. Pure. */
export const addStatuses = (statuses: readonly IngestStatus[]): IngestStatus | null => (statuses.length === 0 ? null : statuses.reduce(add))

const add = (a: IngestStatus, b: IngestStatus): IngestStatus => ({
  startedAt: Math.min(a.startedAt, b.startedAt),
  workers: a.workers + b.workers,
  accounts: addAccounts(a.accounts, b.accounts),
  refused: addRefusals(a.refused, b.refused),
  spool: {
    records: a.spool.records + b.spool.records,
    bytes: a.spool.bytes + b.spool.bytes,
    oldestAt: pick(Math.min, a.spool.oldestAt, b.spool.oldestAt),
    quarantinedBytes: a.spool.quarantinedBytes + b.spool.quarantinedBytes,
  },
  forwarded: a.forwarded + b.forwarded,
  breaker: a.breaker === 'open' ? 'open' : b.breaker,
  log: a.log ?? b.log,
  accountsFile: { readAt: Math.min(a.accountsFile.readAt, b.accountsFile.readAt), problem: a.accountsFile.problem ?? b.accountsFile.problem },
  problem: a.problem ?? b.problem,
})

const addAccounts = (a: IngestStatus['accounts'], b: IngestStatus['accounts']): IngestStatus['accounts'] => {
  const sum = new Map(Object.entries(a))
  for (const [sid, counts] of Object.entries(b)) sum.set(sid, addCounts(sum.get(sid), counts))
  return Object.fromEntries(sum)
}

const addCounts = (a: Counts | undefined, b: Counts): Counts =>
  a === undefined
    ? b
    : {
        received: a.received + b.received,
        lastReceivedAt: pick(Math.max, a.lastReceivedAt, b.lastReceivedAt),
        probes: a.probes + b.probes,
        refused: addRefusals(a.refused, b.refused),
      }

const addRefusals = (a: Refusals, b: Refusals): Refusals => {
  const sum: Refusals = { ...a }
  for (const [reason, count] of Object.entries(b) as [RefusalReason, number][]) sum[reason] = (sum[reason] ?? 0) + count
  return sum
}

const pick = (choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : choose(a, b))
