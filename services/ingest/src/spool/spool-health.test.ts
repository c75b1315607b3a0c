import { beforeEach, describe, expect, it } from 'vitest'
import { createSpoolHealth, FULL_MS, type SpoolHealth, STALLED_MS } from './spool-health.ts'

let now: number
let writingMs: number
let health: SpoolHealth
beforeEach(() => {
  now = 1_000
  writingMs = 0
  health = createSpoolHealth({ writingMs: () => writingMs, monotonicMs: () => now })
})

describe('a spool', () => {
  it('is well until it shows otherwise', () => expect(health.reason()).toBeNull())

  it('that was full sends deliveries elsewhere for five seconds, and is tried again', () => {
    health.wasFull()
    expect(health.reason()).toContain('no space')
    now += FULL_MS - 1
    expect(health.reason()).toContain('no space')
    now += 1
    expect(health.reason()).toBeNull()
  })

  it('whose disk does not come back sends them elsewhere while that lasts', () => {
    writingMs = STALLED_MS
    expect(health.reason()).toBeNull()
    writingMs = STALLED_MS + 1
    expect(health.reason()).toContain('has not come back from a write for 5 s')
    writingMs = 0
    expect(health.reason()).toBeNull()
  })

  it('that failed stays so, for its first reason', () => {
    health.failed('the disk failed twice')
    health.failed('and a third time')
    now += 1e9
    expect(health.reason()).toBe('the disk failed twice')
  })
})
