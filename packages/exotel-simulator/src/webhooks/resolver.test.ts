import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createResolver, lookupBy } from './resolver.ts'

describe('a resolver', () => {
  it('tells what the zone said until that has run out, and not a moment longer', () => {
    let [now, address, asked] = [0, '127.0.0.1', 0]
    const zone = () => {
      asked += 1
      return { address, ttlSeconds: 60 }
    }
    const resolve = createResolver({ now: () => now, zone, keepsSecondsMin: 0 })
    expect(resolve('hooks.example')).toBe('127.0.0.1')
    address = '127.0.0.2'
    now = 59_999
    expect(resolve('hooks.example')).toBe('127.0.0.1')
    now = 60_000
    expect(resolve('hooks.example')).toBe('127.0.0.2')
    expect(asked).toBe(2)
  })

  it('knows a changed address no later than its TTL after the change, or than it keeps every one', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), fc.nat(1_000), (ttlSeconds, keepsSecondsMin, changedAt) => {
        let now = 0
        const resolve = createResolver({ now: () => now * 1_000, zone: () => ({ address: now < changedAt ? 'old' : 'new', ttlSeconds }), keepsSecondsMin })
        let learned = -1
        for (; learned < 0; now += 1) if (resolve('hooks.example') === 'new') learned = now
        expect(learned).toBeGreaterThanOrEqual(changedAt)
        expect(learned).toBeLessThanOrEqual(changedAt + Math.max(ttlSeconds, keepsSecondsMin))
      }),
    )
  })

  it('keeps nothing of a name that there is not', () => {
    let isThere = false
    const resolve = createResolver({ now: () => 0, zone: () => (isThere ? { address: '127.0.0.1', ttlSeconds: 60 } : null), keepsSecondsMin: 0 })
    expect(resolve('hooks.example')).toBeNull()
    isThere = true
    expect(resolve('hooks.example')).toBe('127.0.0.1')
  })

  it('answers a connection with one address or with a list, as it asks, and with an error where there is none', () => {
    const asked = (name: string, all: boolean) =>
      new Promise((answer) => lookupBy((given) => (given === 'hooks.example' ? '127.0.0.1' : null))(name, { all }, (error, address) => answer(error?.code ?? address)))
    return expect(Promise.all([asked('hooks.example', false), asked('hooks.example', true), asked('other.example', true)])).resolves.toEqual([
      '127.0.0.1',
      [{ address: '127.0.0.1', family: 4 }],
      'ENOTFOUND',
    ])
  })
})
