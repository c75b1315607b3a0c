import { z } from 'zod'

const Count = z.int().nonnegative()

/** Why a delivery was not kept. Each is a webhook that is missing with a reason. */
export const RefusalReason = z.enum([
  'unknown-path',
  'unknown-account',
  'wrong-secret',
  'wrong-network',
  'rate-limited',
  'too-many-connections',
  'too-busy',
  'content-encoding',
  'too-large',
  'malformed',
  'aborted',
  'spool-full',
  'spool-busy',
  'spool-failed',
])
export type RefusalReason = z.infer<typeof RefusalReason>

const Refusals = z.partialRecord(RefusalReason, Count)

/** What `/statusz` of ingest says: since the process started, over all its workers. Times are epoch milliseconds. */
export const IngestStatus = z.object({
  startedAt: z.int(),
  workers: Count,
  /** `probes` were answered 200 and are no deliveries: they have no parameters. */
  accounts: z.record(z.string(), z.object({ received: Count, lastReceivedAt: z.int().nullable(), probes: Count, refused: Refusals })),
  /** Refused before an account could be told. */
  refused: Refusals,
  /** `records` are not yet acknowledged by the log; `bytes` are all that the spools hold. `oldestAt` is null when everything is acknowledged. */
  spool: z.object({ records: Count, bytes: Count, oldestAt: z.int().nullable(), quarantinedBytes: Count }),
  forwarded: Count,
  /** Open: requests are answered from the spool and do not wait for the log. One open worker makes it open. */
  breaker: z.enum(['closed', 'open']),
  /** Which log, or null while it was never reached. */
  log: z.string().nullable(),
  /** When the accounts in force were read, by the worker that did so longest ago; and why the file as it is now cannot be used, while that is so. */
  accountsFile: z.object({ readAt: z.int(), problem: z.string().nullable() }),
  /** The last failure to forward, while it lasts. */
  problem: z.string().nullable(),
})
export type IngestStatus = z.infer<typeof IngestStatus>
