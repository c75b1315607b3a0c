import { DAY, HOUR, MINUTE } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { countedFrom } from './count-timeliness-in-time.ts'

const NOW = 1_000 * HOUR + 20 * MINUTE

describe('what of timeliness is counted again', () => {
  it.each([
    ['nothing was counted yet: a whole budget’s time', null, NOW - 31 * DAY],
    ['a minute ago: half an hour before it', NOW - MINUTE, NOW - 31 * MINUTE],
    ['in the hour before: six hours before it', NOW - 21 * MINUTE, NOW - 21 * MINUTE - 6 * HOUR],
    ['days ago, since nobody ran: from six hours before that', NOW - 3 * DAY, NOW - 3 * DAY - 6 * HOUR],
    ['by a clock that was set back since', NOW + 5 * MINUTE, NOW - 30 * MINUTE],
  ])('last counted %s', (_, last, from) => expect(countedFrom(NOW, last)).toBe(from))
})
