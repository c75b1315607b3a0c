import type { SchedulePolicy } from '../schedule/schedule-policy.ts'
import { DAY, HOUR, MINUTE } from '../time.ts'

/** As an account has it that sets nothing. */
export const DEFAULT_POLICY: SchedulePolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [-MINUTE, 2 * MINUTE],
  sweepEveryMs: 5 * MINUTE,
  listLagMs: 2 * MINUTE,
  historyMs: 180 * DAY,
}
