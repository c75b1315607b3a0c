import { HOUR, MINUTE } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { createHostClock } from './host-clock.ts'
import { createVendorClock, SKEW_MS_MAX } from './vendor-clock.ts'

const OURS = Date.UTC(2026, 0, 1)

describe("the vendor's clock", () => {
  it.each<[string, (number | null)[], number]>([
    ['is taken to be ours before any answer', [], 0],
    ['is taken to be ours while settling times absorb the difference', [SKEW_MS_MAX], 0],
    ['is behind when ours runs ahead', [-10 * MINUTE], -10 * MINUTE],
    ['is ahead when ours runs behind', [SKEW_MS_MAX + 1], SKEW_MS_MAX + 1],
    ['is what was learned last', [-10 * MINUTE, 0], 0],
    ['is not forgotten when an answer has no Date', [-10 * MINUTE, null], -10 * MINUTE],
  ])('%s', (_rule, learned, ahead) => {
    const clock = createVendorClock(
      createHostClock(
        () => OURS,
        () => 0,
      ),
    )
    for (const skew of learned) clock.learn(skew)
    expect(clock.now()).toBe(OURS + ahead)
  })

  it.each([2 * HOUR, -2 * HOUR])('stays what it was when ours is set by %i ms', (setMs) => {
    const host = { setBy: 0 }
    const clock = createVendorClock(
      createHostClock(
        () => OURS + host.setBy,
        () => 0,
      ),
    )
    clock.learn(0)
    host.setBy = setMs
    clock.followHost()
    expect([clock.now(), clock.skewMs()]).toEqual([OURS, -setMs])
  })

  it('is not known by a host that was set before it learned anything', () => {
    const host = { setBy: 0 }
    const clock = createVendorClock(
      createHostClock(
        () => OURS + host.setBy,
        () => 0,
      ),
    )
    host.setBy = HOUR
    clock.followHost()
    expect(clock.skewMs()).toBe(null)
  })
})
