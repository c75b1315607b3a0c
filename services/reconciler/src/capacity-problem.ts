import type { AccountConfig } from '@rollcall/contracts/accounts-file'
import { type CallLoad, callsHeld, capacityOf, type LaneSettings, RPO_MS, requestsNeeded } from '@rollcall/domain/schedule/capacity'
import { MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { rateThatSustains, sustainedPerMinute } from '@rollcall/exotel/client/request-budget'

export type CapacitySettings = Pick<AccountConfig, 'sid' | 'rateLimitPerMinute' | 'rateShare' | 'expectedCallsPerSecond'>

/** Why an account's share of the rate limit cannot hold the RPO, for whoever can change it; null where it can. */
export const capacityProblem = (account: CapacitySettings, calls: CallLoad, lanes: LaneSettings): string | null => {
  const { rateLimitPerMinute, rateShare } = account
  const available = sustainedPerMinute(rateLimitPerMinute * rateShare)
  const { holds, worst } = capacityOf(calls, lanes, available, RPO_MS)
  if (holds) return null
  const held = Math.floor(callsHeld(calls.lengths, lanes, available, RPO_MS) * 10) / 10
  const needed = requestsNeeded(calls, lanes, RPO_MS)
  const found = lanes.takesDuration || worst === null ? '' : `; as it is, within ${Math.ceil(worst.longMs / MINUTE)} minutes`
  return [
    `account ${account.sid}: rateShare is ${rateShare} of ${rateLimitPerMinute} requests a minute, which finds every call within ${RPO_MS / MINUTE} minutes up to ${held} calls/s`,
    `${whence(account, calls)}, and ${whatItTakes(needed, rateLimitPerMinute)}`,
    ...(lanes.takesDuration ? [] : [`Its list takes no Duration filter, so calls of ${shortMinutes(lanes)} minutes and more are found only by reading every age again${found}`]),
    'Change rateShare, ask Exotel for a higher rateLimitPerMinute, or set rpoRefusal to "warn" to run without that promise',
  ].join('. ')
}

const whence = ({ expectedCallsPerSecond }: CapacitySettings, { callsPerSecond }: CallLoad): string =>
  expectedCallsPerSecond === undefined ? `The busiest five minutes of the last days had ${rounded(callsPerSecond)} calls/s` : `expectedCallsPerSecond is ${expectedCallsPerSecond}`

const whatItTakes = (needed: number | null, rateLimitPerMinute: number): string => {
  if (needed === null) return 'no rate limit would do'
  const share = Math.ceil((rateThatSustains(needed) / rateLimitPerMinute) * 100) / 100
  return share <= 1 ? `that takes rateShare ${share}` : `that takes ${Math.ceil(rateThatSustains(needed))} requests a minute, more than the limit itself`
}

const shortMinutes = ({ policy }: LaneSettings): number => Math.round((WINDOW_MS + (policy.trailingPassesMs.at(-1) ?? 0)) / MINUTE)

const rounded = (callsPerSecond: number): number => Math.round(callsPerSecond * 10) / 10
