import { MINUTE, SECOND } from '../time.ts'
import type { LaneSettings } from './capacity.ts'

const SWEEP_EVERY_MS = 5 * MINUTE
const LIST_LAG_MS = 2 * MINUTE
const RESCAN_SHARE = 0.8
const BAND_RATIO = 1.25
/** The account itself, once a minute, for its clock. */
const OTHER_REQUESTS_PER_MINUTE = 1
/** The default schedule's. */
const SLOT_MS = 20 * SECOND
const SCAN_REQUESTS_MAX = 100

/**
 * What an account's settings make its lanes cost.
 * @param takesDuration undefined where the list was not asked yet: Exotel documents the filter
 */
export const laneSettingsOf = (
  account: { readonly maximumCallSeconds: number; readonly trailingPassSeconds: readonly number[] },
  takesDuration: boolean | undefined,
): LaneSettings => ({
  policy: { maximumCallMs: account.maximumCallSeconds * SECOND, trailingPassesMs: account.trailingPassSeconds.map((seconds) => seconds * SECOND).toSorted((a, b) => a - b) },
  sweepEveryMs: SWEEP_EVERY_MS,
  bandRatio: BAND_RATIO,
  listLagMs: LIST_LAG_MS,
  takesDuration: takesDuration ?? true,
  rescanShare: RESCAN_SHARE,
  otherRequestsPerMinute: OTHER_REQUESTS_PER_MINUTE,
  slotMs: SLOT_MS,
  scanRequestsMax: SCAN_REQUESTS_MAX,
})
