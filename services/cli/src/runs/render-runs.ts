import { LANES } from '@rollcall/domain/schedule/lane'
import { LATE_AFTER_MS } from '@rollcall/domain/schedule/tally-slots'
import type { Instant } from '@rollcall/domain/time'
import type { Run } from '@rollcall/store/status/read-runs'
import { clockTime } from '../terminal/clock-time.ts'
import { durationText } from '../terminal/duration-text.ts'
import { safeText } from '../terminal/safe-text.ts'

/** Runs in words, the latest first: when and how late, for how long, what lanes, what was spent and found, and why it stopped. Pure. */
export const renderRuns = (account: string, runs: readonly Run[], now: Instant): readonly string[] =>
  runs.length === 0 ? [`Account ${account}: no run yet`] : [`Account ${account}`, ...runs.map((run) => `  ${runLine(run, now)}`)]

const runLine = (run: Run, now: Instant): string => {
  const { plannedAt, startedAt, endedAt, kind, lanes, outcome, scans, requests, callsFound, windowsClosed, stopReason } = run
  const lateMs = startedAt - plannedAt
  const took = durationText((endedAt ?? now) - startedAt)
  return [
    `${clockTime(startedAt)} ${kind}`,
    `${lateMs > LATE_AFTER_MS ? `${durationText(lateMs)} late, ` : ''}${endedAt === null ? `running for ${took}` : `took ${took}`}`,
    lanes.length === LANES.length ? 'all lanes' : `lanes ${lanes.join(' ')}`,
    `${scans} scans, ${requests} requests, ${callsFound} calls found, ${windowsClosed} windows closed`,
    `${outcome}${stopReason === null ? '' : `: ${safeText(stopReason)}`}`,
  ].join('; ')
}
