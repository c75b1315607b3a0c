/** Does what was counted of a day stay behind what would be counted now? For a moment it may: until what changed is settled, and the day is counted again. */
import { isDeepStrictEqual } from 'node:util'
import { dayPart } from '@rollcall/audit/answers/assemble-measures'
import { readMeasures } from '@rollcall/audit/answers/read-measures'
import { istDayRange } from '@rollcall/domain/ist-day'
import { readDayMeasures } from '@rollcall/store/audit/day-measures'
import type { Pool } from '@rollcall/store/pool'

/** Looks in a row at which a day may be behind. */
const BEHIND_MAX = 2
const ALL_DAYS = ['2026-01-01', '2026-02-01'] as const

/** @returns what is behind for longer, in words */
export const createStaleWatch = (pool: Pool, account: string): { readonly look: () => Promise<void>; readonly stale: readonly string[] } => {
  const behind = new Map<string, number>()
  const stale: string[] = []
  return {
    stale,
    async look() {
      for (const { day, measures } of await readDayMeasures(pool, account, ...ALL_DAYS)) {
        const now = JSON.parse(JSON.stringify(dayPart(await readMeasures(pool, account, istDayRange(day)))))
        const times = isDeepStrictEqual(measures, now) ? 0 : (behind.get(day) ?? 0) + 1
        behind.set(day, times)
        if (times > BEHIND_MAX) stale.push(`${day} was counted as ${JSON.stringify(measures)}, and is ${JSON.stringify(now)}`)
      }
    },
  }
}
