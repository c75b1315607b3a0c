import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { merge } from '../call/merge.ts'
import type { CallRecord } from '../call/record.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts'
import { type ChaseWhy, chooseAsks, nextAsk, RECORDING_RPO_MS, RECORDING_USUAL_MS } from './chase.ts'
import { notRecordedReason } from './may-be-recorded.ts'

const POLICY = { maximumCallMs: 4 * HOUR, settleMs: 10 * MINUTE }
const ENDED = 1_000_000_000

/** The ages at which a call is asked for where each ask is made so long after it became due. */
const agesOf = (why: ChaseWhy, late = 0): readonly number[] => {
  const ages: number[] = []
  for (let ask = nextAsk(why, ENDED, null, POLICY); ask !== null; ask = nextAsk(why, ENDED, ENDED + (ages.at(-1) ?? 0), POLICY)) ages.push(ask.due + late - ENDED)
  return ages
}

describe('a recording that is not there yet', () => {
  it('is asked for 30, 60, 120 and 210 s after the end, and then every 90 s while it may well come', () =>
    expect(agesOf('recording').slice(0, 7)).toEqual([30, 60, 120, 210, 300, 390, 480].map((seconds) => seconds * SECOND)))

  it('is asked for ever less often after an hour and a quarter, and ruled out after a day', () => {
    const late = agesOf('recording').filter((age) => age >= 75 * MINUTE)
    expect(late.length).toBeLessThan(12)
    for (const [nth, age] of late.slice(1).entries()) expect(age / (late[nth] ?? 0)).toBeCloseTo(1.5)
    expect(late.at(-1)).toBeLessThanOrEqual(DAY)
    expect(late.at(-1)).toBeGreaterThan(DAY / 1.5)
    expect(agesOf('recording').length).toBeLessThan(70)
  })

  it('is asked for at once where its call is known only long after its end', () =>
    expect(nextAsk('recording', ENDED, null, POLICY)).toEqual({ due: ENDED + 30 * SECOND, deadline: ENDED + RECORDING_RPO_MS }))

  it('law: while one usually comes, no exposure waits longer than the objective where every ask is made by its deadline', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: RECORDING_USUAL_MS - 1 }), (age) => {
        const ask = nextAsk('recording', ENDED, ENDED + age, POLICY)
        expect(ask).not.toBeNull()
        expect((ask?.deadline ?? 0) - (ENDED + age)).toBeLessThanOrEqual(RECORDING_RPO_MS)
        expect(ask?.deadline).toBeGreaterThanOrEqual(ask?.due ?? 0)
      }),
    )
  })

  it('law: asks go forward in time and end, however late each is made', () => {
    fc.assert(
      fc.property(fc.constantFrom<ChaseWhy>('recording', 'open'), fc.array(fc.integer({ min: 0, max: 6 * HOUR }), { minLength: 1, maxLength: 20 }), (why, lateness) => {
        let askedAt: number | null = null
        for (let nth = 0; nth < 2_000; nth += 1) {
          const ask = nextAsk(why, ENDED, askedAt, POLICY)
          if (ask === null) return
          expect(ask.due).toBeGreaterThan(askedAt ?? ENDED)
          expect(ask.deadline).toBeGreaterThanOrEqual(ask.due)
          askedAt = ask.due + (lateness[nth % lateness.length] ?? 0)
        }
        expect.unreachable('it never ends')
      }),
    )
  })
})

describe('an open call', () => {
  it('is asked for every five minutes until the longest call is over, then ever less often, and given up a day later', () => {
    const ages = agesOf('open')
    expect(ages.slice(0, 3)).toEqual([5, 10, 15].map((minutes) => minutes * MINUTE))
    expect(ages.filter((age) => age <= 4 * HOUR + 10 * MINUTE).length).toBe(50)
    expect(ages.at(-1)).toBeLessThanOrEqual(DAY + 4 * HOUR + 10 * MINUTE)
    expect(ages.length).toBeLessThan(60)
  })
})

describe('asks that are due', () => {
  const at = (...deadlines: number[]) => deadlines.map((deadline) => ({ deadline }))

  it('go by deadline', () => expect(chooseAsks(at(30, 10, 20), 5, 2)).toEqual(at(10, 20)))
  it('that are late take turns with those in time', () => expect(chooseAsks(at(1, 2, 3, 12, 11, 10), 10, 4)).toEqual(at(10, 1, 11, 2)))
  it('law: are each chosen once, and all where there is room', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 30 }), fc.integer({ min: 0, max: 100 }), fc.nat({ max: 40 }), (deadlines, now, limit) => {
        const chosen = chooseAsks(at(...deadlines), now, limit)
        expect(chosen.length).toBe(Math.min(limit, deadlines.length))
        if (limit >= deadlines.length) expect(chosen.map(({ deadline }) => deadline).toSorted((a, b) => a - b)).toEqual(deadlines.toSorted((a, b) => a - b))
      }),
    )
  })
})

describe('whether a call may have a recording', () => {
  const call = (values: Record<string, string>): CallRecord =>
    merge(null, [{ account: 'acme', callSid: 'c', source: 'poll', receivedAt: 1, vendorTime: null, event: null, values }]) as CallRecord

  it.each([
    ['a completed call may', { status: 'completed' }, null],
    ['one that is not over yet may', { status: 'in-progress' }, null],
    ['one that nobody answered has none', { status: 'no-answer' }, 'not-completed'],
    ['one without a second has none', { status: 'completed', durationSeconds: '0' }, 'no-conversation'],
    [
      'an outgoing one whose second side never talked has none',
      { status: 'completed', direction: 'outbound-api', leg2Status: 'busy', conversationSeconds: '0' },
      'no-conversation',
    ],
    ['an inbound one that nobody took may have left a message', { status: 'completed', direction: 'inbound', leg2Status: 'no-answer', conversationSeconds: '0' }, null],
    ['an outgoing one to a flow, which has no second side, may', { status: 'completed', direction: 'outbound-api', conversationSeconds: '0' }, null],
    ['an outgoing one that was talked in may', { status: 'completed', direction: 'outbound-api', leg2Status: 'completed', conversationSeconds: '7' }, null],
  ])('%s', (_, values, reason) => expect(notRecordedReason(call(values as Record<string, string>))).toBe(reason))
})
