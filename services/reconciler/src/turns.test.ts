import type { PlannedScan } from '@rollcall/domain/schedule/planned-work'
import { LOOKUPS_PER_SCAN_REQUEST } from '@rollcall/domain/schedule/timing'
import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.ts'

const scan: PlannedScan = { lane: 'trailing', tier: 'in-time', from: 0, to: 1, due: 0, deadline: 0, requests: 1, durationAtLeastSeconds: null }

describe('lookups between scans that have a deadline', () => {
  it('wait for the first scan, and for as many as pay for what they took', () => {
    const turns = createTurns()
    expect(turns.mayLookUp()).toBe(false)
    let [scanned, lookedUp] = [0, 0]
    for (let nth = 0; nth < 1_000; nth += 1) {
      turns.scanned(scan, 20, 50)
      scanned += 20
      while (turns.mayLookUp()) {
        turns.lookedUp(5)
        lookedUp += 5
      }
    }
    expect(lookedUp / scanned).toBeCloseTo(LOOKUPS_PER_SCAN_REQUEST, 2)
  })

  it('do not save up what they had no use for', () => {
    const turns = createTurns()
    for (let nth = 0; nth < 1_000; nth += 1) turns.scanned(scan, 20, 50)
    let turnsHad = 0
    for (; turns.mayLookUp(); turnsHad += 1) turns.lookedUp(5)
    expect(turnsHad).toBeLessThanOrEqual(2)
  })
})
