import { exponentialLengths } from '@rollcall/domain/schedule/call-lengths'
import { laneSettingsOf } from '@rollcall/domain/schedule/lane-settings'
import { SECOND } from '@rollcall/domain/time'
import { capacityProblem } from '@rollcall/reconciler/capacity-problem'
import { accountOf, type BlackoutSettings, LONG_CALLS, MEAN_CALL_SECONDS } from './blackout-plan.ts'

/** What the reconciler would say instead of starting with such calls; null where it starts. */
export const bootRefusal = (settings: BlackoutSettings): string | null => {
  const { callsPerSecond, longestCallMs, durationFilter } = settings
  const account = { ...accountOf(settings), expectedCallsPerSecond: callsPerSecond }
  const lengths = exponentialLengths(MEAN_CALL_SECONDS * SECOND, { share: LONG_CALLS.share, fromMs: LONG_CALLS.minSeconds * SECOND, toMs: longestCallMs })
  return capacityProblem(account, { callsPerSecond, lengths }, laneSettingsOf(account, durationFilter === 'honoured'))
}
