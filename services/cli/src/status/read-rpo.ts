import type { AccountConfig } from '@rollcall/contracts/accounts-file'
import { lengthsOf } from '@rollcall/domain/schedule/call-lengths'
import { RPO_MS, requestsNeeded } from '@rollcall/domain/schedule/capacity'
import { laneSettingsOf } from '@rollcall/domain/schedule/lane-settings'
import { AT_RISK_SHARE } from '@rollcall/domain/schedule/rpo-risk'
import { type Instant, SECOND } from '@rollcall/domain/time'
import { sustainedPerMinute } from '@rollcall/exotel/client/request-budget'
import type { Pool } from '@rollcall/store/pool'
import { readListFeatures } from '@rollcall/store/reconcile/list-features'
import { readCallLengths } from '@rollcall/store/reconcile/read-call-lengths'
import { readCallsPerSecond } from '@rollcall/store/reconcile/read-calls-per-second'
import type { RpoStatus } from './status.ts'

/** Whether the account's share of the rate limit suffices for the calls that come now. What 429s leave of it only the reconciler knows. */
export const readRpo = async (pool: Pool, account: AccountConfig, now: Instant): Promise<RpoStatus> => {
  const [callsPerSecond, lengths, { features }] = await Promise.all([
    readCallsPerSecond(pool, account.sid, now),
    readCallLengths(pool, account.sid, now - account.maximumCallSeconds * SECOND),
    readListFeatures(pool, account.sid),
  ])
  const neededPerMinute = requestsNeeded({ callsPerSecond, lengths: lengthsOf(lengths) }, laneSettingsOf(account, features.duration), RPO_MS)
  const availablePerMinute = sustainedPerMinute(account.rateLimitPerMinute * account.rateShare)
  const atRisk = neededPerMinute === null || neededPerMinute > AT_RISK_SHARE * availablePerMinute
  return { atRisk, callsPerSecond, neededPerMinute, availablePerMinute }
}
