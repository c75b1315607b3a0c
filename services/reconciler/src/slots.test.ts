import { DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { nextSlot, SLOTS_LOOKED_BACK_MS_MAX, slotsBetween } from './slots.ts'

/** A Wednesday, 00:00 in India. */
const MIDNIGHT = Date.UTC(2026, 0, 13, 18, 30)

describe('the slots of a schedule', () => {
  it.each([
    ['*/20 * * * * *', MIDNIGHT, MIDNIGHT + MINUTE, [20, 40, 60].map((seconds) => MIDNIGHT + seconds * SECOND)],
    ['*/20 * * * * *', MIDNIGHT - 1, MIDNIGHT + SECOND, [MIDNIGHT]],
    ['*/30 * * * *', MIDNIGHT - HOUR, MIDNIGHT, [MIDNIGHT - HOUR / 2, MIDNIGHT]],
    ['0 2 * * *', MIDNIGHT, MIDNIGHT + 2 * DAY, [MIDNIGHT + 2 * HOUR, MIDNIGHT + DAY + 2 * HOUR]],
    ['0 2 * * 4', MIDNIGHT, MIDNIGHT + 2 * DAY, [MIDNIGHT + DAY + 2 * HOUR]],
    ['0 2 15 * *', MIDNIGHT, MIDNIGHT + 2 * DAY, [MIDNIGHT + DAY + 2 * HOUR]],
    ['0 2 * 2 *', MIDNIGHT, MIDNIGHT + 2 * DAY, []],
  ])('of %s are those of India, after the first moment and up to the last', (expression, after, to, slots) => expect(slotsBetween(expression, after, to)).toEqual(slots))

  it('are not counted further back than a week', () => expect(slotsBetween('0 * * * *', MIDNIGHT - 30 * DAY, MIDNIGHT)).toHaveLength(SLOTS_LOOKED_BACK_MS_MAX / HOUR))

  it.each([
    ['*/20 * * * * *', MIDNIGHT, MIDNIGHT + 20 * SECOND],
    ['0 0 * * *', MIDNIGHT, MIDNIGHT + DAY],
    ['30 3 1 3 *', MIDNIGHT, Date.UTC(2026, 1, 28, 22, 0)],
    ['0 0 29 2 *', MIDNIGHT, MIDNIGHT + 366 * DAY],
  ])('of %s go on', (expression, after, next) => expect(nextSlot(expression, after)).toBe(next))
})
