import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND } from '../time.ts'
import { WINDOW_MS, windowAt } from '../window/window.ts'
import type { PlannedScan } from './planned-work.ts'
import { type PassNeed, shedUnderPressure } from './shed.ts'

const NOW = Date.UTC(2026, 0, 1)
const BOUNDS = { windowsMax: 24, callsMax: 10_000 }
const nth = (window: number) => ({ from: windowAt(NOW).from - window * WINDOW_MS, to: windowAt(NOW).from - (window - 1) * WINDOW_MS })

/** A pass of so many requests, with so many minutes left. */
const pass = (window: number, requests: number, minutes: number, sheddable: number | null = null): PassNeed => ({
  lane: sheddable === null ? 'finalise' : 'trailing',
  ...nth(window),
  due: NOW,
  deadline: NOW + minutes * MINUTE,
  calls: (requests - 1) * 100,
  sheddable,
})
const band = (requests: number, minutes: number): PlannedScan => ({
  ...nth(60),
  lane: 'sweep',
  tier: 'in-time',
  due: NOW,
  deadline: NOW + minutes * MINUTE,
  requests,
  durationAtLeastSeconds: 1,
})
const shedOf = (passes: readonly PassNeed[], fixed: readonly PlannedScan[] = [], perMinute = 10) =>
  shedUnderPressure(NOW, passes, fixed, perMinute, BOUNDS).shed.map(({ from, pass: which }) => [(windowAt(NOW).from - from) / WINDOW_MS, which])

describe('where not all that is due can be in time', () => {
  it('nothing is left out as long as it can', () => {
    expect(shedOf([pass(1, 10, 2, 0), pass(50, 10, 2)])).toEqual([])
    expect(shedOf([pass(1, 10, 2, 0), pass(50, 10, 2)], [], 9.9)).toEqual([[1, 0]])
  })

  it('an early pass is left out that goes before what would be late, not one that comes after it', () => {
    expect(shedOf([pass(1, 10, 1, 0), pass(50, 15, 2)])).toEqual([[1, 0]])
    expect(shedOf([pass(1, 10, 9, 0), pass(50, 25, 2)])).toEqual([])
  })

  it('the earliest passes go first, and no more of them than it takes', () => {
    const passes = [pass(1, 5, 1, 0), pass(3, 5, 1, 1), pass(5, 5, 1, 0), pass(50, 10, 2)]
    expect(shedOf(passes)).toEqual([[5, 0]])
    expect(shedOf([...passes, pass(52, 5, 2)])).toEqual([
      [5, 0],
      [1, 0],
    ])
    expect(shedOf([...passes, pass(52, 10, 2)])).toEqual([
      [5, 0],
      [1, 0],
      [3, 1],
    ])
  })

  it('neither a finalising scan nor the sweep nor a last pass is ever left out', () => {
    const { scans, shed } = shedUnderPressure(NOW, [pass(50, 90, 1), pass(52, 90, 1), { ...pass(2, 90, 1), lane: 'trailing' }], [band(90, 1)], 1, BOUNDS)
    expect(shed).toEqual([])
    expect(scans).toHaveLength(4)
  })

  it('goes by deadline, and of equals by the youngest', () => {
    const { scans } = shedUnderPressure(NOW, [pass(50, 1, 3), pass(60, 1, 2), pass(1, 1, 3, 0)], [band(1, 1)], 1_000, BOUNDS)
    expect(scans.map(({ lane, deadline }) => [lane, (deadline - NOW) / MINUTE])).toEqual([
      ['sweep', 1],
      ['finalise', 2],
      ['trailing', 3],
      ['finalise', 3],
    ])
  })

  it('neighbours share a scan, whose deadline is the nearest of theirs', () => {
    const { scans } = shedUnderPressure(NOW, [pass(51, 1, 3), pass(50, 1, 9)], [], 1_000, BOUNDS)
    expect(scans).toMatchObject([{ ...nth(51), to: nth(50).to, deadline: NOW + 180 * SECOND }])
  })
})
