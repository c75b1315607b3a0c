import { describe, expect, it } from 'vitest'
import type { Move } from '../parts/roving.ts'
import { cellKind, hoursOf, notBegunAt, type WindowCell, windowAfter } from './hours.ts'
import { windowsKnownThen } from './known-then.ts'
import { windowTip } from './window-tip.ts'

const window = (over: Partial<WindowCell> = {}): WindowCell => ({
  from: '2026-11-24T03:30:00.000Z',
  to: '2026-11-24T03:35:00.000Z',
  state: 'final',
  listed: 10,
  exact: 10,
  unlisted: 0,
  claims: 0,
  webhooksExpected: 20,
  webhooksMissing: 0,
  amendments: 0,
  ...over,
})

describe('the hours of a day', () => {
  it('are 24 of 12 windows, with their sums', () => {
    const hours = hoursOf(Array.from({ length: 288 }, (_, index) => window({ exact: index === 13 ? 8 : 10, webhooksMissing: index === 14 ? 3 : 0 })))
    expect(hours.map(({ windows }) => windows.length)).toEqual(Array.from({ length: 24 }, () => 12))
    expect(hours[1]).toMatchObject({ hour: 1, listed: 120, notHeld: 2, webhooksMissing: 3 })
    expect(hours[2]).toMatchObject({ notHeld: 0, webhooksMissing: 0 })
  })

  it('say nothing of calls that are not held while a window is not closed', () => expect(hoursOf([window({ state: 'provisional', exact: 3 })])[0]?.notHeld).toBe(0))
})

describe('a window', () => {
  it('looks like its state, or lacks a call', () =>
    expect([window(), window({ state: 'amended', exact: 9 }), window({ state: 'provisional', exact: 9 }), window({ state: null })].map(cellKind)).toEqual([
      'final',
      'lacking',
      'provisional',
      'absent',
    ]))

  it.each<[string, Partial<WindowCell>]>([
    ['09:00 to 09:05: final, 10 of 10 listed calls held', {}],
    [
      '09:00 to 09:05: amended, 9 of 10 listed calls held, 2 that no list shows, 1 only claimed by webhooks, 4 of 20 webhooks missing, amended twice'.replace('twice', '2 times'),
      { state: 'amended', exact: 9, unlisted: 2, claims: 1, webhooksMissing: 4, amendments: 2 },
    ],
    ['09:00 to 09:05: settling', { state: 'settling', listed: 0, exact: 0 }],
    ['09:00 to 09:05: not taken on', { state: null }],
  ])('says %s', (words, over) => expect(windowTip(window(over), Date.parse('2026-11-24T04:00:00Z'))).toBe(words))

  it('that lies ahead has not begun', () => {
    const now = Date.parse('2026-11-24T03:29:00Z')
    expect(windowTip(window({ state: null }), now)).toBe('09:00 to 09:05: not begun')
    expect(notBegunAt([window({ state: null }), window(), window({ state: null, from: '2026-11-24T03:25:00.000Z' })], now)).toBe(1)
  })

  it('known then is in the one state of its piece, or in none', () => {
    const piece = (byState: object) => ({
      from: 'a',
      to: 'b',
      completeness: { windowsExpected: 1, closed: { windows: 0, listed: 0, exact: 0, unlisted: 0, claims: 0 }, byState, answer: 'unproven' as const },
    })
    expect(windowsKnownThen({ pieces: [piece({ final: { windows: 1, listed: 5, exact: 4, unlisted: 1, claims: 2 } }), piece({})] })).toEqual([
      { from: 'a', to: 'b', state: 'final', listed: 5, exact: 4, unlisted: 1, claims: 2 },
      { from: 'a', to: 'b', state: null, listed: 0, exact: 0, unlisted: 0, claims: 0 },
    ])
  })
})

describe('a key', () => {
  const next = windowAfter(288)
  it.each<[Move, string | null]>([
    ['left', '148'],
    ['right', '150'],
    ['up', '137'],
    ['down', '161'],
    ['start', '144'],
    ['end', '155'],
    ['page-up', '5'],
    ['page-down', '281'],
    ['first', '0'],
    ['last', '287'],
  ])('%s leads from window 149 to %s', (move, to) => expect(next('149', move)).toBe(to))

  it('never leads outside', () => expect([next('0', 'left'), next('287', 'right'), next('3', 'up'), next('280', 'down')]).toEqual([null, null, null, null]))
})
