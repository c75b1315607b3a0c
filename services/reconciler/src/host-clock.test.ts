import { HOUR, SECOND } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { createHostClock } from './host-clock.ts'

const hostSetBy = () => {
  const host = { passed: 0, setBy: 0 }
  const START = Date.UTC(2026, 0, 1)
  const clock = createHostClock(
    () => START + host.passed + host.setBy,
    () => 4_711.5 + host.passed,
  )
  return { host, clock, sinceStart: () => clock.now() - START }
}

describe('the clock of a run', () => {
  it('passes as time does', () => {
    const { host, sinceStart } = hostSetBy()
    host.passed = SECOND
    expect(sinceStart()).toBe(SECOND)
  })

  it('does not move when the host’s is set', () => {
    const { host, sinceStart } = hostSetBy()
    host.setBy = -2 * HOUR
    host.passed = SECOND
    expect(sinceStart()).toBe(SECOND)
  })

  it('takes over what was set, when it is told to, and says how much', () => {
    const { host, clock, sinceStart } = hostSetBy()
    host.setBy = 2 * HOUR
    expect([clock.takeOver(), sinceStart()]).toEqual([2 * HOUR, 2 * HOUR])
    host.passed = SECOND
    expect([clock.takeOver(), sinceStart()]).toEqual([0, 2 * HOUR + SECOND])
  })
})
