import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FAULT_KINDS } from './fault-kinds.ts'
import { planOnly, planRound, type Round, STATES } from './plan-round.ts'

const rounds = (seed: number, count: number): readonly Round[] => Array.from({ length: count }, (_, number) => planRound(seed, number))
const names = FAULT_KINDS.map(({ name }) => name).sort()
const groupOf = new Map<string, string>(FAULT_KINDS.map(({ name, group }) => [name, group]))

describe('the plan of chaos', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(rounds(7, 50)).toEqual(rounds(7, 50))
    expect(rounds(7, 50)).not.toEqual(rounds(8, 50))
  })

  it('uses every fault alone and then in a pair, whatever the seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [alone, paired] = [rounds(seed, FAULT_KINDS.length), rounds(seed, 2 * FAULT_KINDS.length).slice(FAULT_KINDS.length)]
        expect(alone.map(({ faults }) => faults.map(({ name }) => name)).sort()).toEqual(names.map((name) => [name]))
        expect(paired.map(({ faults }) => faults[0]?.name).sort()).toEqual(names)
        expect(paired.every(({ faults }) => faults.length === 2)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('goes on so, one turn alone and the next in pairs', () => {
    const usual = FAULT_KINDS.filter(({ everyTurns }) => everyTurns === 1).length
    const [third, fourth] = [2, 3].map((turn) => rounds(4, 4 * FAULT_KINDS.length).slice(turn * FAULT_KINDS.length + 2, turn * usual + usual - 2))
    expect(third?.every(({ faults }) => faults.length === 1)).toBe(true)
    expect(fourth?.every(({ faults }) => faults.length === 2)).toBe(true)
    expect([third?.length, fourth?.length].every((length) => (length ?? 0) > usual / 2)).toBe(true)
  })

  it('meets the system idle, loaded and behind', () => {
    const met = new Set(rounds(3, 6 * FAULT_KINDS.length).map(({ state, faults }) => `${state} ${faults[0]?.name}`))
    const usual = FAULT_KINDS.filter(({ everyTurns }) => everyTurns === 1).length
    expect(STATES.map((state) => [...met].filter((one) => one.startsWith(`${state} `)).length)).toSatisfy((counts: number[]) => counts.every((count) => count >= usual / 2))
  })

  it('keeps to the faults that are named, in turn and in every state', () => {
    const only = Array.from({ length: 6 }, (_, number) => planOnly(1, [['promote'], ['full-disk', 'kill-broker']], number))
    const turn = ['promote', 'full-disk and kill-broker']
    expect(only.map(({ faults }) => faults.map(({ name }) => name).join(' and '))).toEqual([...turn, ...turn, ...turn])
    expect(new Set(only.map(({ state }) => state))).toEqual(new Set(STATES))
  })

  it('never pairs two faults of which one undoes the other', () => {
    for (const { faults } of rounds(11, 600)) expect(new Set(faults.map(({ name }) => groupOf.get(name))).size).toBe(faults.length)
  })

  it('takes what takes long seldom, and pauses a projector for longer than its lease', () => {
    const all = rounds(5, 12 * FAULT_KINDS.length).flatMap(({ faults }) => faults)
    expect(all.filter(({ name }) => name === 'pause-projector-long').length).toBe(4)
    expect(all.filter(({ name }) => name === 'pause-projector').every(({ forMs }) => forMs > 5_000)).toBe(true)
  })

  it('lets what only slows or silences last, and of what kills at once a quarter', () => {
    const all = rounds(6, 12 * FAULT_KINDS.length).flatMap(({ faults }) => faults)
    const share = (names: readonly string[]) => {
      const lasting = all.filter(({ name }) => names.includes(name)).map(({ forMs }) => forMs > 1_200)
      return lasting.filter(Boolean).length / lasting.length
    }
    expect(all.filter(({ name }) => name.endsWith(':blackhole')).every(({ forMs }) => forMs >= 600)).toBe(true)
    expect(share(['kafka:blackhole', 'database:slow', 'pause-broker', 'slow-sync'])).toBeGreaterThan(0.6)
    const sudden = share(['kill-ingest', 'promote', 'kafka:reset', 'restart-postgres', 'kill-broker'])
    expect(sudden).toBeGreaterThan(0.08)
    expect(sudden).toBeLessThan(0.4)
  })
})
