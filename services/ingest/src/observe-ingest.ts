import type { IngestStatus } from '@rollcall/contracts/ingest-status'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { Durability } from './keep-delivery.ts'

/** Bounds of the wait's histogram: the promise is 25 ms at p99 with the log up, and 2 s at most without. */
const WAIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5]

/** What the status does not say. */
export interface IngestMeasures {
  readonly failures: () => number
  readonly logReplaced: () => boolean
  readonly diskUsedShare: () => number
  readonly clock: () => number
}

/**
 * Ingest's metrics, read from the status when somebody scrapes: the hot path pays for one histogram and nothing else.
 * @returns what to call for each kept delivery, with the time from append to answer.
 */
export const observeIngest = (
  worker: number,
  status: () => IngestStatus,
  { failures, logReplaced, diskUsedShare, clock }: IngestMeasures,
): ((durability: Durability, waitedMs: number) => void) => {
  const own = { worker: String(worker) }
  const byDurability = { log: { ...own, durability: 'log' }, spool: { ...own, durability: 'spool' } }
  const counter = (name: string, description: string) => meter().createObservableCounter(name, { description })
  const gauge = (name: string, description: string) => meter().createObservableGauge(name, { description })

  counter(METRICS.ingestReceived, 'Deliveries answered 200').addCallback((result) => {
    for (const [account, { received }] of Object.entries(status().accounts)) result.observe(received, { ...own, account })
  })
  counter(METRICS.ingestProbes, 'Requests without parameters, answered 200 and not kept').addCallback((result) => {
    for (const [account, { probes }] of Object.entries(status().accounts)) result.observe(probes, { ...own, account })
  })
  counter(METRICS.ingestRefused, 'Deliveries not kept, by reason').addCallback((result) => {
    const { accounts, refused } = status()
    for (const [account, counts] of [['', { refused }] as const, ...Object.entries(accounts)])
      for (const [reason, count] of Object.entries(counts.refused)) result.observe(count, { ...own, account, reason })
  })
  gauge(METRICS.ingestSpoolRecords, 'Records not yet acknowledged by the log').addCallback((result) => result.observe(status().spool.records, own))
  gauge(METRICS.ingestSpoolBytes, 'Bytes in the spool, acknowledged or not').addCallback((result) => result.observe(status().spool.bytes, own))
  gauge(METRICS.ingestSpoolOldestSeconds, 'Age of the oldest record not yet acknowledged').addCallback((result) => {
    const { oldestAt } = status().spool
    result.observe(oldestAt === null ? 0 : Math.max(0, clock() - oldestAt) / 1_000, own)
  })
  gauge(METRICS.ingestSpoolQuarantinedBytes, 'Bytes damaged, unreadable or missing, set aside').addCallback((result) => result.observe(status().spool.quarantinedBytes, own))
  gauge(METRICS.ingestDiskUsedShare, "Share of the spool's disk in use, from 0 to 1").addCallback((result) => result.observe(diskUsedShare(), own))
  counter(METRICS.ingestForwarded, 'Records acknowledged by the log').addCallback((result) => result.observe(status().forwarded, own))
  counter(METRICS.ingestForwardFailures, 'Batches the log refused or did not answer for').addCallback((result) => result.observe(failures(), own))
  gauge(METRICS.ingestLogReplaced, '1 while another log answers in the place of the one that the spool is forwarded to').addCallback((result) =>
    result.observe(logReplaced() ? 1 : 0, own),
  )
  gauge(METRICS.ingestBreakerOpen, '1 while requests do not wait for the log').addCallback((result) => result.observe(status().breaker === 'open' ? 1 : 0, own))
  gauge(METRICS.ingestAccountsUnusable, '1 while the accounts file as it is now cannot be used').addCallback((result) =>
    result.observe(status().accountsFile.problem === null ? 0 : 1, own),
  )
  const wait = meter().createHistogram(METRICS.ingestAckWaitSeconds, { description: 'From append to answer', advice: { explicitBucketBoundaries: WAIT_SECONDS } })
  return (durability, waitedMs) => wait.record(waitedMs / 1_000, byDurability[durability])
}
