import type { Completeness } from '@rollcall/store/measures/read-completeness'
import { describe, expect, it } from 'vitest'
import { isComplete, type Measures } from './measures.ts'
import { renderMeasures } from './render-measures.ts'

const closed = { windows: 2, listed: 1_000, exact: 999, unlisted: 1, claims: 2 }
const completeness: Completeness = {
  windowsExpected: 5,
  closed,
  byState: { final: closed, provisional: { windows: 2, listed: 30, exact: 30, unlisted: 0, claims: 0 } },
}
const delays = { facts: 1_000, withinObjective: 999, withinRpo: 1_000, p50Seconds: 1.5, p99Seconds: 200, maxSeconds: 700 }
const none = { facts: 0, withinObjective: 0, withinRpo: 0, p50Seconds: null, p99Seconds: null, maxSeconds: null }
const measures: Measures = {
  account: 'acme',
  from: '2026-01-31T00:00:00.000Z',
  to: '2026-01-31T00:25:00.000Z',
  complete: false,
  completeness,
  timeliness: {
    ended: delays,
    endedBy: { webhook: { ...delays, facts: 900 }, trailing: { ...delays, facts: 100 } },
    endUnknown: 3,
    recorded: none,
    recordedBy: {},
    recordingsAwaited: 4,
  },
  webhooks: { expected: 101, arrived: 90, late: 5, missing: 10, pending: 1, missingBy: { 'never-arrived': 10 }, callsNotExpected: 7 },
}

describe('the measures', () => {
  it('are told apart, each with what it is a share of', () =>
    expect(renderMeasures(measures).join('\n')).toBe(`Account acme, calls that Exotel created from 2026-01-31T00:00:00.000Z to 2026-01-31T00:25:00.000Z

Completeness: do we hold what Exotel has?
  closed windows        2 of 5
  calls                 999 of the 1000 that Exotel lists in them are held, verified and exact: 99.900 %
  never listed          1 verified calls beside them, which only a lookup tells of
  unverified            2 calls that only webhooks told of; they count nowhere
  provisional           2 windows, in which 30 calls were listed so far; nothing is proven of them yet
  not taken on          1 windows: before the account's first one, or not begun

Timeliness: how soon was it durable?
  ends of calls         1000: 99.900 % within 10 min, 100.000 % within the RPO of 20 min
                        p50 2 s, p99 3 min 20 s, longest 11 min 40 s
    by webhook          900, p99 3 min 20 s, longest 11 min 40 s
    by trailing         100, p99 3 min 20 s, longest 11 min 40 s
  no end                3 confirmed calls, of which the end is not known
  recordings            none
  awaited               4 calls are asked for until their recording is there or ruled out

Webhooks: did they come?
  arrived               90 of 101 expected, 5 of them late: 90.000 %
  missing               10, 10 never-arrived
  awaited               1
  not expected          of 7 calls`))

  it('never round up to all', () => {
    const nearly = { ...completeness, closed: { ...closed, listed: 10_000_000, exact: 9_999_999 } }
    expect(renderMeasures({ ...measures, completeness: nearly }).join('\n')).toContain('exact: 99.999 %')
  })

  it.each([
    ['every window is closed and every listed call held', { windowsExpected: 2, closed: { ...closed, exact: 1_000 } }, true],
    ['a listed call is not held', { windowsExpected: 2, closed }, false],
    ['a window is not closed', { windowsExpected: 3, closed: { ...closed, exact: 1_000 } }, false],
  ])('are complete or not: %s', (_, changes, complete) => expect(isComplete({ ...completeness, ...changes })).toBe(complete))
})
