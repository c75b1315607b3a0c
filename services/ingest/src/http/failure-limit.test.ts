import { beforeEach, describe, expect, it } from 'vitest'
import { ALL_FAILURES_MAX, createFailureLimit, type FailureLimit, SOURCE_FAILURES_MAX, SOURCES_MAX, WINDOW_MS } from './failure-limit.ts'

let now: number
let limit: FailureLimit
beforeEach(() => {
  now = 0
  limit = createFailureLimit(() => now)
})
const fail = (source: string, times: number): boolean => Array.from({ length: times }, () => limit.exceeded(source)).at(-1) ?? false

describe('failures of one source', () => {
  it('are too many after so many in a window, and no longer when it is over', () => {
    expect(fail('203.0.113.7', SOURCE_FAILURES_MAX)).toBe(false)
    expect(fail('203.0.113.7', 1)).toBe(true)
    now = WINDOW_MS - 1
    expect(fail('203.0.113.7', 1)).toBe(true)
    now = WINDOW_MS
    expect(fail('203.0.113.7', 1)).toBe(false)
  })

  it('say nothing about another', () => {
    fail('203.0.113.7', SOURCE_FAILURES_MAX + 1)
    expect(fail('203.0.113.8', 1)).toBe(false)
  })

  it('are counted by /64 where it has IPv6', () => {
    expect(fail('2001:db8:0:1::1', SOURCE_FAILURES_MAX)).toBe(false)
    expect(fail('2001:db8:0:2::1', 1)).toBe(false)
    expect(fail('2001:0db8::1:ffff:0:0:1', 1)).toBe(true)
  })
})

describe('failures of all sources', () => {
  it('are too many together, and no longer when the window is over', () => {
    for (let source = 0; source < ALL_FAILURES_MAX; source++) expect(limit.exceeded(`source ${source}`)).toBe(false)
    expect(limit.exceeded('one more')).toBe(true)
    now = WINDOW_MS
    expect(limit.exceeded('one more')).toBe(false)
  })

  it('take no more memory than is set, and forget the source that began first', () => {
    fail('203.0.113.7', SOURCE_FAILURES_MAX)
    for (let source = 0; source < 2 * SOURCES_MAX; source++) {
      now += WINDOW_MS / ALL_FAILURES_MAX
      limit.exceeded(`source ${source}`)
    }
    expect(limit.size()).toBe(SOURCES_MAX)
  })
})
