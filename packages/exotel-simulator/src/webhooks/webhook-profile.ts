import { z } from 'zod'

/**
 * How Exotel delivers. Its retry schedule is not documented consistently, so each version found is a profile:
 * none (status callback pages), two at once (references/webhooks), 5 and 15 minutes (webhooks-setup).
 */
export const RETRY_DELAYS_SECONDS = { none: [], 'twice-at-once': [0, 0], 'after-5-and-15-minutes': [300, 900] } as const

export const WebhookProfile = z.strictObject({
  retries: z.enum(['none', 'twice-at-once', 'after-5-and-15-minutes']).default('none'),
  /** Real milliseconds until an unanswered request counts as failed. */
  timeoutMs: z.int().positive().max(600_000).default(15_000),
  /** How many requests are under way at once. */
  concurrency: z.int().positive().max(1_024).default(64),
})
export type WebhookProfile = z.output<typeof WebhookProfile>
