import { describe, expect, it } from 'vitest'
import { createLoadBound } from './load-bound.ts'

describe('the bound on what is worked on at once', () => {
  it('refuses one delivery too many, and takes the next when one has left', () => {
    const bound = createLoadBound(2, 1_000)
    const first = bound.enter(1)
    expect([first, bound.enter(1)]).not.toContain(null)
    expect(bound.enter(1)).toBeNull()
    first?.()
    first?.()
    expect(bound.enter(1)).not.toBeNull()
    expect(bound.enter(1)).toBeNull()
  })

  it('refuses one byte too many', () => {
    const bound = createLoadBound(100, 1_000)
    const leave = bound.enter(999)
    expect(bound.enter(2)).toBeNull()
    expect(bound.enter(1)).not.toBeNull()
    leave?.()
    expect(bound.enter(999)).not.toBeNull()
    expect(bound.enter(1)).toBeNull()
  })
})
