import type { Completeness } from '@rollcall/store/measures/read-completeness'
import type { Timeliness } from '@rollcall/store/measures/read-timeliness'
import type { WebhookYield } from '@rollcall/store/measures/read-webhook-yield'

/** The three measures of one account and time, never mixed; with --json, exactly this. Times are RFC 3339, durations seconds. */
export interface Measures {
  readonly account: string
  /** Calls that Exotel created from here on, and before there: whole windows. */
  readonly from: string
  readonly to: string
  /** Every window of the range is closed, and every call listed in them is held, verified and exact. */
  readonly complete: boolean
  readonly completeness: Completeness
  readonly timeliness: Timeliness
  readonly webhooks: WebhookYield
}

/** Pure. */
export const isComplete = ({ windowsExpected, closed }: Completeness): boolean => closed.windows === windowsExpected && closed.exact === closed.listed
