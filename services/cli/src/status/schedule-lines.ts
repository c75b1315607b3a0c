import { type Instant, MINUTE } from '@rollcall/domain/time'
import type { ScheduleRow } from '@rollcall/store/reconcile/schedules'
import { clockTime } from '../terminal/clock-time.ts'
import { durationText } from '../terminal/duration-text.ts'
import type { AccountStatus } from './status.ts'

/** A run may begin this long after its slot before it is said to be overdue: another one may be under way. */
const OVERDUE_AFTER_MS = MINUTE

/** How each schedule fared, and whether a run should have begun that did not. Pure. */
export const scheduleLines = ({ schedules, lastRun }: Pick<AccountStatus, 'schedules' | 'lastRun'>, now: Instant): readonly string[] =>
  schedules.length === 0 ? ['none: no reconciler has run on a schedule'] : schedules.map((schedule) => scheduleText(schedule, lastRun !== null && lastRun.endedAt === null, now))

const scheduleText = (
  { group, expression, nextSlot, onTime, late, lastLateMs, coalesced, missed, missedFrom, missedTo }: ScheduleRow,
  isRunning: boolean,
  now: Instant,
): string => {
  const counts = [
    `${onTime + late} runs`,
    ...(late === 0 ? [] : [`${late} late${lastLateMs === null ? '' : ` (last by ${durationText(lastLateMs)})`}`]),
    ...(coalesced === 0 ? [] : [`${coalesced} slots coalesced`]),
  ]
  const span = missedFrom === null || missedTo === null ? '' : `, last ${clockTime(missedFrom)} to ${clockTime(missedTo)}`
  const overdueMs = now - nextSlot
  const overdue =
    overdueMs <= OVERDUE_AFTER_MS
      ? ''
      : `; OVERDUE since ${clockTime(nextSlot)} (${durationText(overdueMs)}): ${isRunning ? 'a run is under way' : 'no reconciler runs, or none gets to it'}`
  return `${group} (${expression}): ${counts.join(', ')}${missed === 0 ? '' : `; ${missed} MISSED${span}`}${overdue}`
}
