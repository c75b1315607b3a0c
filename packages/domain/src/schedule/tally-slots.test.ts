import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SECOND } from '../time.ts'
import { LATE_AFTER_MS, tallySlots } from './tally-slots.ts'

const EVERY = 20 * SECOND
const slot = (nth: number): number => nth * EVERY
const slots = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, nth) => slot(first + nth))
const due = (first: number, latest = first) => ({ group: 'rpo', first: slot(first), latest: slot(latest) }) as const
const NONE = { onTime: 0, late: 0, coalesced: 0, missed: 0, lateMs: null, missedSpan: null }

describe('what became of slots', () => {
  it.each([
    ['a run that begins at its slot is on time', tallySlots(due(5), slot(5), slots(5, 5), []), { ...NONE, onTime: 1 }],
    ['so is one that begins a moment later', tallySlots(due(5), slot(5) + LATE_AFTER_MS, slots(5, 5), []), { ...NONE, onTime: 1 }],
    ['one that begins after that is late', tallySlots(due(5), slot(5) + LATE_AFTER_MS + 1, slots(5, 5), []), { ...NONE, late: 1, lateMs: LATE_AFTER_MS + 1 }],
    ['slots that came while it could not begin are coalesced with it', tallySlots(due(5, 7), slot(7), slots(5, 7), []), { ...NONE, late: 1, lateMs: 2 * EVERY, coalesced: 2 }],
    ['slots in which nothing ran are missed', tallySlots(due(5), slot(5), slots(2, 5), []), { ...NONE, onTime: 1, missed: 3, missedSpan: { from: slot(2), to: slot(4) } }],
    [
      'slots under a run of someone else are coalesced with that one, its first and last moment included',
      tallySlots(due(5), slot(5), slots(1, 5), [{ startedAt: slot(2), endedAt: slot(3) }]),
      { ...NONE, onTime: 1, coalesced: 2, missed: 2, missedSpan: { from: slot(1), to: slot(4) } },
    ],
    ['a slot that another host ran for already counts once', tallySlots(due(5), slot(5), [], []), NONE],
  ])('%s', (_, tally, expected) => expect(tally).toEqual(expected))

  it('every slot is counted exactly once', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(20), fc.nat(60_000), fc.array(fc.tuple(fc.nat(50), fc.nat(5)), { maxLength: 5 }), (accounted, gap, waited, lateMs, spans) => {
        const first = accounted + 1 + gap
        const all = slots(accounted + 1, first + waited)
        const runs = spans.map(([from, length]) => ({ startedAt: slot(from), endedAt: slot(from + length) }))
        const tally = tallySlots(due(first, first + waited), slot(first) + lateMs, all, runs)
        expect(tally.onTime + tally.late + tally.coalesced + tally.missed).toBe(all.length)
        expect(tally.onTime + tally.late).toBe(1)
      }),
    )
  })
})
