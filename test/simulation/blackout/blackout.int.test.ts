/** A short blackout with the reconciler in virtual time; `pnpm simulate:blackout` makes the long one. */
import { HOUR, MINUTE } from '@rollcall/domain/time'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import '@rollcall/store/testing/provided-context'
import { createSurroundings } from '../reconcile/surroundings.ts'
import { USUAL } from './blackout-plan.ts'
import { GOALS, missedGoals } from './missed-goals.ts'
import { simulateBlackout } from './simulate-blackout.ts'

const SETTINGS = { ...USUAL, seed: 1, callsPerSecond: 2, blackoutMs: 10 * MINUTE, longestCallMs: HOUR / 2 }

/** On a machine that does much else. */
const MS_MAX = 10 * MINUTE

let surroundings: Awaited<ReturnType<typeof createSurroundings>>
beforeAll(async () => {
  surroundings = await createSurroundings(inject('superuserUrl'), inject('databaseUrl'))
})
afterAll(() => surroundings?.close())

describe('while no webhook comes', () => {
  it(
    'every call is found in time, long ones among them, within the share',
    async () => {
      const report = await simulateBlackout(surroundings, SETTINGS)
      console.log(JSON.stringify(report))
      expect(report.longDelay.calls).toBeGreaterThan(5)
      expect(missedGoals(report, GOALS)).toEqual([])
    },
    MS_MAX,
  )
})
