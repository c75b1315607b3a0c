import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlannedScan } from './planned-work.ts'
import { addSpent, NOTHING_SPENT, spareInTurn, takeTurns } from './turns.ts'

const scan = (lane: PlannedScan['lane'], tier: PlannedScan['tier'], requests: number, from = 0): PlannedScan => ({
  lane,
  tier,
  from,
  to: from + 1,
  due: 0,
  deadline: 0,
  requests,
  durationAtLeastSeconds: null,
})

describe('what is in time and what is late', () => {
  it('take turns by cost, what is in time first and with half of it', () => {
    const inTime = [1, 2, 3, 4].map((from) => scan('trailing', 'in-time', 10, from))
    const late = [7, 8].map((from) => scan('finalise', 'late', 20, from))
    expect(takeTurns(inTime, late, NOTHING_SPENT).map(({ from }) => from)).toEqual([1, 7, 2, 3, 4, 8])
    expect(takeTurns(inTime, late, { ...NOTHING_SPENT, 'in-time': 5 }).map(({ from }) => from)).toEqual([7, 1, 2, 3, 4, 8])
  })

  it('are three: passes that are late do not wait for finalising scans that are, which are always older', () => {
    const late = [scan('finalise', 'late', 20, 1), scan('finalise', 'late', 20, 2), scan('trailing', 'late', 20, 7), scan('trailing', 'late', 20, 8)]
    expect(takeTurns([], late, NOTHING_SPENT).map(({ from }) => from)).toEqual([7, 1, 8, 2])
  })

  it('lose nothing, keep their order, and none is ahead of another by more than one scan while both wait', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 })
    fc.assert(
      fc.property(costs, costs, costs, (first, second, third) => {
        const inTime = first.map((requests, nth) => scan('trailing', 'in-time', requests, nth))
        const late = [...second.map((requests, nth) => scan('finalise', 'late', requests, nth)), ...third.map((requests, nth) => scan('trailing', 'late', requests, nth))]
        const order = takeTurns(inTime, late, NOTHING_SPENT)
        const queue = ({ tier, lane }: PlannedScan): string => (tier === 'late' ? lane : tier)
        const weight = (of: string): number => (of === 'in-time' ? 2 : 1)
        for (const of of ['in-time', 'finalise', 'trailing']) expect(order.filter((each) => queue(each) === of)).toEqual([...inTime, ...late].filter((each) => queue(each) === of))
        const spent: Record<string, number> = { 'in-time': 0, finalise: 0, trailing: 0 }
        for (const [nth, each] of order.entries()) {
          for (const of of new Set(order.slice(nth).map(queue))) expect((spent[queue(each)] ?? 0) / weight(queue(each))).toBeLessThanOrEqual((spent[of] ?? 0) / weight(of))
          spent[queue(each)] = (spent[queue(each)] ?? 0) + each.requests
        }
      }),
    )
  })

  it('remember what was spent, but not for ever: who had nothing to do gets no more ahead than told', () => {
    const spent = Array.from({ length: 100 }).reduce<typeof NOTHING_SPENT>((sum) => addSpent(sum, scan('trailing', 'in-time', 10), 20, 50), NOTHING_SPENT)
    expect(spent).toEqual({ 'in-time': 2_000, 'late-trailing': 950, 'late-finalise': 950 })
    expect(addSpent(spent, scan('finalise', 'late', 1), 7, 50)['late-finalise']).toBe(957)
    expect(addSpent(spent, scan('sweep', 'spare', 1), 7, 50)).toEqual(spent)
  })
})

describe('what is left of the budget', () => {
  const sweep = [1, 2, 3].map((from) => scan('sweep', 'spare', 1, from))
  const ageing = [7, 8].map((from) => scan('ageing', 'spare', 1, from))
  const history = [{ lane: 'history', tier: 'spare' }] as const
  const lanes = (turn: number, of: Partial<Parameters<typeof spareInTurn>[0]>) => spareInTurn({ sweep: [], ageing: [], history: [], ...of }, turn).map(({ lane }) => lane)

  it('goes to every lane that has something to do, half of it to the sweep', () => {
    expect(lanes(0, { sweep, ageing, history })).toEqual(['sweep', 'ageing', 'sweep', 'history', 'sweep', 'ageing'])
    expect([0, 1, 2, 3].map((turn) => lanes(turn, { sweep, ageing, history })[0])).toEqual(['sweep', 'ageing', 'sweep', 'history'])
  })

  it('passes over those that have nothing', () => {
    expect([0, 1, 2, 3].map((turn) => lanes(turn, { ageing, history }))).toEqual([
      ['ageing', 'history', 'ageing'],
      ['ageing', 'history', 'ageing'],
      ['history', 'ageing', 'ageing'],
      ['history', 'ageing', 'ageing'],
    ])
    expect(lanes(5, {})).toEqual([])
  })
})
