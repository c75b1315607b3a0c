import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallFacts } from '../call/fact.ts'
import { merge } from '../call/merge.ts'
import type { CallRecord } from '../call/record.ts'
import { canonicalTime, DAY, HOUR, MINUTE } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'
import { ABSENCES_APART_MS, ABSENCES_NEEDED, type Absences, isDenied, standingOf } from './only-ours.ts'

const policy: ClosingPolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [MINUTE],
  historyMs: 180 * DAY,
}
const CREATED = Date.UTC(2026, 0, 1)
const LONGEST = policy.maximumCallMs + policy.settleMs
const told = (source: CallFacts['source'], after: number, values: CallFacts['values'], event: string | null = null): CallFacts => ({
  account: 'acme',
  callSid: 'c1',
  source,
  receivedAt: CREATED + after,
  vendorTime: CREATED + after,
  event,
  values,
})
const call = (...facts: CallFacts[]): CallRecord => {
  const record = merge(null, facts)
  if (record === null) throw new Error('a call needs a fact')
  return record
}
const ENDED = { status: 'completed', endedAt: canonicalTime(CREATED + MINUTE) }
const RUNNING = { status: 'in-progress', createdAt: canonicalTime(CREATED) }
const claim = told('webhook', 0, ENDED, 'status-callback/terminal')
const absent = (times: number, first: number, last: number): Absences => ({ times, firstAt: CREATED + first, lastAt: CREATED + last })

describe('a call that only we hold', () => {
  it.each<[string, CallRecord, Absences | null, number, string]>([
    ['may not be listed yet', call(claim), null, 8 * MINUTE - 1, 'wait'],
    ['is asked for when its row should be listed', call(claim), null, 8 * MINUTE, 'ask'],
    ['may run and not be listed for longer where no end was claimed', call(told('webhook', 0, { status: 'in-progress' })), null, 10 * MINUTE - 1, 'wait'],
    ['is asked for then too', call(told('webhook', 0, { status: 'in-progress' })), null, 10 * MINUTE, 'ask'],
    ['is not explained by what webhooks claim', call(claim), null, 100 * HOUR, 'ask'],
    ['is explained when the API says that it ended', call(claim, told('lookup', MINUTE, ENDED)), null, 10 * MINUTE, 'explained'],
    ['is not explained while the API says that it runs', call(claim, told('lookup', MINUTE, { status: 'in-progress' })), null, 100 * HOUR, 'ask'],
    ['is not explained before its end is final', call(told('lookup', MINUTE, { status: 'completed' })), null, 100 * HOUR, 'ask'],
    ['may run as long as a call can', call(told('lookup', MINUTE, RUNNING)), null, LONGEST - 1, 'wait'],
    ['is asked for when no call runs that long', call(told('lookup', MINUTE, RUNNING)), null, LONGEST, 'ask'],
    [
      'is asked for again when a webhook says that it ended after all',
      call(told('lookup', MINUTE, RUNNING), told('webhook', 20 * MINUTE, ENDED, 'status-callback/terminal')),
      null,
      30 * MINUTE,
      'ask',
    ],
    ['without any time of creation is asked for all the same', call(told('webhook', 0, {}, 'status-callback/default')), null, 10 * MINUTE, 'ask'],
    ['is not asked for again at once', call(claim), absent(1, 10 * MINUTE, 10 * MINUTE), 25 * MINUTE - 1, 'wait'],
    ['is asked for again later', call(claim), absent(1, 10 * MINUTE, 10 * MINUTE), 25 * MINUTE, 'ask'],
    ['is not explained by too few absences', call(claim), absent(ABSENCES_NEEDED - 1, 0, HOUR), HOUR, 'wait'],
    ['is not explained by absences close together', call(claim), absent(ABSENCES_NEEDED, 0, 30 * MINUTE - 1), 100 * HOUR, 'ask'],
    ['is explained as a mere claim by enough absences over half an hour', call(claim), absent(ABSENCES_NEEDED, 0, 30 * MINUTE), 31 * MINUTE, 'explained'],
  ])('%s', (_rule, record, absences, after, standing) => {
    expect(standingOf(record, absences, CREATED + after, policy)).toBe(standing)
  })

  it('that the API never knows costs exactly the absences needed, however often one looks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 * MINUTE }), { minLength: 1, maxLength: 300 }), (steps) => {
        let [now, asked, firstAt] = [CREATED, 0, 0]
        let absences: Absences | null = null
        for (const step of steps) {
          now += step
          if (standingOf(call(claim), absences, now, policy) !== 'ask') continue
          if (asked === 0) firstAt = now
          asked += 1
          absences = { times: asked, firstAt, lastAt: now }
        }
        const enough = now - CREATED >= policy.settleMs + ABSENCES_NEEDED * (ABSENCES_APART_MS + 20 * MINUTE)
        return asked <= ABSENCES_NEEDED && (!enough || isDenied(absences))
      }),
    )
  })
})
