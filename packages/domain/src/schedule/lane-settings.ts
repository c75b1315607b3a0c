import { MINUTE, SECOND } from '../time.ts'
import type { LaneSettings } from './capacity.ts'
import { SCAN_MINUTES } from './plan.ts'
import { type SchedulePolicy, schedulePolicyOf } from './schedule-policy.ts'

/** About what the sweep's cheapest bands come to at full traffic; with less it joins them, which only costs less. */
const BAND_RATIO = 1.25
/** Ageing and history take turns with plain rescans. */
const RESCAN_SHARE = 0.8
/** As chase-timing.test.ts measures it: 14.2 requests a minute at 15 calls a second. */
const CHASE_PER_CALL = 0.016
/** The account itself, once a minute, for its clock. */
const CHECKS_PER_MINUTE = 1
/** The default schedule's. */
const SLOT_MS = 20 * SECOND

/**
 * What an account's settings make its lanes cost.
 * @param takesDuration undefined where the list was not asked yet: Exotel documents the filter
 */
export const laneSettingsOf = (account: Parameters<typeof schedulePolicyOf>[0], takesDuration: boolean | undefined): LaneSettings =>
  laneSettingsFor(schedulePolicyOf(account), takesDuration)

/** The same of a policy. */
export const laneSettingsFor = (policy: SchedulePolicy, takesDuration: boolean | undefined): LaneSettings => ({
  policy,
  bandRatio: BAND_RATIO,
  takesDuration: takesDuration ?? true,
  rescanShare: RESCAN_SHARE,
  chasePerCall: CHASE_PER_CALL,
  checksPerMinute: CHECKS_PER_MINUTE,
  slotMs: SLOT_MS,
  scanMs: SCAN_MINUTES * MINUTE,
})
