import { DAY, HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AGAIN_MS, SPAN_MS, spansToCount } from './count-timeliness-in-time.ts'

const NOW = 1_000 * HOUR + 20 * MINUTE

describe('what of timeliness is counted in a turn', () => {
  it.each<[string, Instant | null, Instant, Instant]>([
    ['nothing was counted yet: the first of the last hours', null, NOW - AGAIN_MS - SPAN_MS, NOW - AGAIN_MS + SPAN_MS],
    ['a minute ago: that minute, and what may have been confirmed meanwhile', NOW - MINUTE, NOW - MINUTE - SPAN_MS, NOW],
    ['days ago, since nobody ran: the first of that time', NOW - 3 * DAY, NOW - 3 * DAY - SPAN_MS, NOW - 3 * DAY + SPAN_MS],
    ['by a clock that was set back since', NOW + 5 * MINUTE, NOW - SPAN_MS, NOW],
  ])('last counted %s', (_, last, from, to) => expect(spansToCount(NOW, last)[0]).toEqual({ from, to }))

  it('is little, whatever is left, so that it ends in time where calls are many', () => {
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 0, max: 40 * DAY })), fc.nat(DAY), (ago, later) => {
        const spans = spansToCount(NOW + later, ago === null ? null : NOW - ago)
        for (const { from, to } of spans) expect(to - from).toBeLessThanOrEqual(2 * SPAN_MS)
        expect(spans.length).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('covers the last hours again every hour or so, since calls are confirmed hours later', () => {
    const turns = Array.from({ length: 2 * (AGAIN_MS / SPAN_MS) }, (_, nth) => spansToCount(NOW + nth * MINUTE, NOW + (nth - 1) * MINUTE)).flat()
    for (let at = NOW - AGAIN_MS + HOUR; at < NOW; at += MINUTE) expect(turns.some(({ from, to }) => at >= from && at < to)).toBe(true)
  })
})
