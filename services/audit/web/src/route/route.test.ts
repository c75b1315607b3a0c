import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACCESS_CONDITIONS, CALL_CONDITIONS, linkTo, MEASURES, type Route, readRoute } from './route.ts'

const word = fc.string({ minLength: 1, unit: 'grapheme' })
const day = fc.integer({ min: 0, max: 20_000 }).map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10))
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })
const measure = fc.constantFrom(...MEASURES)
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.record({ page: fc.constant('accounts' as const) }),
  fc.record({ page: fc.constant('year' as const), account: word, measure, until: orNull(day) }),
  fc.record({ page: fc.constant('day' as const), account: word, day, measure, asOf: orNull(word) }),
  fc.record({ page: fc.constant('window' as const), account: word, from: word }),
  fc.record({ page: fc.constant('calls' as const), account: word, filter: fc.record(Object.fromEntries(CALL_CONDITIONS.map((key) => [key, word])), { requiredKeys: [] }) }),
  fc.record({ page: fc.constant('call' as const), account: word, callSid: word, asOf: orNull(word) }),
  fc.record({
    page: fc.constant('exceptions' as const),
    account: word,
    kind: orNull(fc.constant('gap' as const)),
    state: fc.constantFrom('not-closed' as const, 'closed' as const),
  }),
  fc.record({ page: fc.constant('exception' as const), account: word, id: word }),
  fc.record({ page: fc.constant('runs' as const), account: word }),
  fc.record({ page: fc.constant('run' as const), account: word, run: word }),
  fc.record({
    page: fc.constant('access-log' as const),
    account: word,
    filter: fc.record(Object.fromEntries(ACCESS_CONDITIONS.map((key) => [key, word])), { requiredKeys: [] }),
  }),
)

describe('an address', () => {
  it('leads back to the view it was made of, whatever stands in it', () => fc.assert(fc.property(routes, (route) => void expect(readRoute(linkTo(route))).toEqual(route))))

  it('that somebody mistyped names nothing, and never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('#', '/', '%', '?', '&', '=', 'a', '0', '-', 'é', 'day', '\u0000', '\ud800') }),
        (text) => void expect(typeof readRoute(text).page).toBe('string'),
      ),
    )
    for (const wrong of [
      '#/acme/day/2026-13-01',
      '#/acme/day/2026-02-30',
      '#/acme/nothing',
      '#/acme/day',
      '#/acme/day/2026-01-01/more',
      '#/acme/access-log/more',
      '#/%E0%A4%A',
      '#//day',
    ])
      expect(readRoute(wrong), wrong).toEqual({ page: 'unknown' })
  })

  it('without anything is the accounts', () => expect(['', '#', '#/'].map((address) => readRoute(address).page)).toEqual(['accounts', 'accounts', 'accounts']))
})
