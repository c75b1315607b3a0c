/** One of the ways Exotel's pages say that a webhook is sent again. */
export interface RetryProfile {
  /** Where it is stated (contract §4.5). */
  readonly page: string
  /** Real milliseconds until an unanswered request counts as failed. */
  readonly timeoutMs: number
  /** Waits before the second attempt, the third, … */
  readonly delaysSeconds: readonly number[]
  readonly success: '2xx' | '200'
  /** all: any other answer is tried again. transient: only 408, 429, 5xx and no answer. */
  readonly retried: 'all' | 'transient'
  /** After so many failures the rest goes to the failover address. */
  readonly failoverAfter: number | null
}

const profile = (page: string, timeoutMs: number, delaysSeconds: readonly number[], more: Partial<RetryProfile> = {}): RetryProfile => ({
  page,
  timeoutMs,
  delaysSeconds,
  success: '2xx',
  retried: 'all',
  failoverAfter: null,
  ...more,
})

/** Every statement found; they conflict, so each is a profile. Where a page gives no delay, it is 0. */
export const RETRY_PROFILES = {
  none: profile('StatusCallback, Make a call: retries are not mentioned', 15_000, []),
  'twice-at-once': profile('references/webhooks', 15_000, [0, 0]),
  'after-5-and-15-minutes': profile('advanced-config/webhooks-setup', 15_000, [300, 900], { success: '2xx' }),
  'after-5-and-15-minutes-unless-200': profile('advanced-config/webhooks-setup, "must return 200"', 15_000, [300, 900], { success: '200' }),
  'failover-after-2': profile('advanced-config/high-availability', 15_000, [0, 0], { failoverAfter: 2 }),
  heartbeat: profile('heartbeat/webhook-format', 15_000, [0, 0]),
  sms: profile('sms-support/sms-webhooks', 10_000, [30, 120, 600, 1_800]),
  exoml: profile('exoml/event-endpoint', 1_000, [0, 0], { retried: 'transient' }),
} as const satisfies Readonly<Record<string, RetryProfile>>

export type RetryProfileName = keyof typeof RETRY_PROFILES
export const RETRY_PROFILE_NAMES = Object.keys(RETRY_PROFILES) as [RetryProfileName, ...RetryProfileName[]]
