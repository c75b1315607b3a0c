import { istDayRange } from '@rollcall/domain/ist-day'
import { type Clock, DAY, type Instant, MINUTE } from '@rollcall/domain/time'
import { readStaleDays, saveDayMeasures } from '@rollcall/store/audit/day-measures'
import { listAuditedAccounts } from '@rollcall/store/audit/list-audited-accounts'
import type { Pool } from '@rollcall/store/pool'
import { dayPart } from '../answers/assemble-measures.ts'
import { readMeasures } from '../answers/read-measures.ts'

/** How far Exotel's clock may be behind ours; also how long after a change a day is counted once more. */
const SLACK_MS = 2 * MINUTE
/** At a start: what may have changed while nobody counted. Ageing looks at windows up to half a year later, and its scans are found by when they were made. */
const LOOK_BACK_MS = 40 * DAY

export interface DayMeasurer {
  /** Counts every day anew in which something has changed. @returns how many */
  measureOnce(signal: AbortSignal): Promise<number>
}

/** @param pool of the owner: it writes what it counts */
export const createDayMeasurer = (pool: Pool, clock: Clock): DayMeasurer => {
  let lookedAt: Instant | null = null
  return {
    measureOnce: async (signal) => {
      const now = clock()
      const since = lookedAt === null ? now - LOOK_BACK_MS : lookedAt - 2 * SLACK_MS
      let counted = 0
      for (const account of await listAuditedAccounts(pool))
        for (const { day, changes } of await readStaleDays(pool, account, { since, now, slackMs: SLACK_MS })) {
          if (signal.aborted) return counted
          const measuredAt = clock()
          await saveDayMeasures(pool, account, { day, changes, measuredAt, measures: dayPart(await readMeasures(pool, account, istDayRange(day))) })
          counted += 1
        }
      lookedAt = now
      return counted
    },
  }
}
