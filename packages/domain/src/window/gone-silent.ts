/**
 * Have an account's webhooks stopped, though its calls go on? Only calls that should have told of themselves can say so: no calls, no alarm.
 *
 *   flowing ──one call did not tell──► suspect ──nor did the next ones, and nothing came for a while──► silent
 *
 * A suspicion only has the list read more often, so that the next calls are met soon. Any webhook ends both.
 */
import { HOUR, type Instant, MINUTE } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'
import { WINDOW_MS } from './window.ts'

/** While any webhook came so lately, they have not stopped. */
export const SILENT_AFTER_MS = 2 * MINUTE
/** And not even that is suspected. */
export const SUSPECT_AFTER_MS = MINUTE
/** So many calls in a row, without a webhook of any call since: one or two may have lost theirs, as happens every day. */
export const UNTOLD_CALLS_MIN = 3
/** Calls that ended before say nothing of now. */
export const UNTOLD_CALLS_AGE_MS_MAX = HOUR
/** While only the list tells of calls, a window is read this often, instead of at the longer distances between its trailing passes. */
export const PASSES_APART_MS = MINUTE

/** What is known of an account's webhooks. By the vendor's clock. */
export interface WebhookTraffic {
  /** When the last one came; null where none ever did. */
  readonly lastWebhookAt: Instant | null
  /** Calls that ended since, lately, and whose expected webhook is missing; counted no further than is needed. */
  readonly untoldCalls: number
}

export type WebhookFlow = 'flowing' | 'suspect' | 'silent'

export const webhookFlow = ({ lastWebhookAt, untoldCalls }: WebhookTraffic, now: Instant): WebhookFlow => {
  const quietMs = lastWebhookAt === null ? Number.POSITIVE_INFINITY : now - lastWebhookAt
  if (untoldCalls >= UNTOLD_CALLS_MIN && quietMs >= SILENT_AFTER_MS) return 'silent'
  return untoldCalls > 0 && quietMs >= SUSPECT_AFTER_MS ? 'suspect' : 'flowing'
}

/** The policy with its own trailing passes and, between them, one a minute, from a minute after a window's beginning. */
export const policyOfTheList = <Policy extends Pick<ClosingPolicy, 'trailingPassesMs'>>(policy: Policy): Policy => {
  const own = policy.trailingPassesMs
  const more: number[] = []
  for (let pass = PASSES_APART_MS - WINDOW_MS; pass < (own.at(-1) ?? Number.NEGATIVE_INFINITY); pass += PASSES_APART_MS) more.push(pass)
  return { ...policy, trailingPassesMs: [...new Set([...own, ...more])].toSorted((a, b) => a - b) }
}
