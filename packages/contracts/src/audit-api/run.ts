import { z } from 'zod'
import { Count, pageOf, Span, Time } from './words.ts'

/** One pass of the reconciler. `endedAt` is null while it runs. */
export const RunItem = z.strictObject({
  run: z.uuid(),
  kind: z.enum(['cron', 'one-shot']),
  lanes: z.array(z.string()),
  plannedAt: Time,
  startedAt: Time,
  endedAt: Time.nullable(),
  outcome: z.enum(['running', 'complete', 'gaps-remain', 'lease-lost', 'stopped', 'failed']),
  scans: Count,
  requests: Count,
  windowsClosed: Count,
  /** Calls that nothing had told of before it. */
  callsFound: Count,
  /** Expected webhooks that it newly judged missing. */
  webhooksMissing: Count,
  /** Why it is not complete. */
  stopReason: z.string().nullable(),
})
export type RunItem = z.infer<typeof RunItem>

/** One paged read of the list API. An incomplete one counts for nothing and says why. */
export const ScanItem = z.strictObject({
  scan: z.uuid(),
  run: z.uuid(),
  lane: z.string(),
  range: Span,
  startedAt: Time,
  endedAt: Time,
  outcome: z.enum(['complete', 'incomplete']),
  reason: z.string().nullable(),
  pages: Count,
  requests: Count,
  callsListed: Count,
  digest: z.string().nullable(),
  clockSkewMs: z.int().nullable(),
})
export type ScanItem = z.infer<typeof ScanItem>

/** Latest first. */
export const RunsAnswer = pageOf(RunItem)
export type RunsAnswer = z.infer<typeof RunsAnswer>

/** One run with the scans it made, oldest first; at most PAGE_ITEMS_MAX of them, `run.scans` says how many there are. */
export const RunAnswer = z.strictObject({ account: z.string(), run: RunItem, scans: z.array(ScanItem) })
export type RunAnswer = z.infer<typeof RunAnswer>
