import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallRecord } from '../call/record.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts'
import { closingPolicyOf } from './closing-policy.ts'
import { standingOf } from './only-ours.ts'
import { windowAt } from './window.ts'
import { finalisableAt, nextTransition, type WindowScan } from './window-state.ts'

const settings = {
  maximumCallSeconds: 14_400,
  settleSeconds: 600,
  provisionalSettleSeconds: 60,
  finalScansApartSeconds: 600,
  trailingPassSeconds: [360, 60, 180],
  historyDays: 180,
}
const window = windowAt(Date.UTC(2026, 0, 1))
/** Told of by the API while it went on, and never again. */
const call: CallRecord = {
  account: 'acme',
  callSid: 'c1',
  fields: {
    createdAt: { value: new Date(window.from).toISOString(), source: 'poll', vendorTime: null },
    status: { value: 'in-progress', source: 'poll', vendorTime: null },
  },
  spreads: {},
  firstSeen: { poll: window.from },
  events: {},
  told: {},
}

describe('the policy of an account', () => {
  it('is its settings in milliseconds, passes in order', () => {
    expect(closingPolicyOf(settings)).toMatchObject({
      maximumCallMs: 4 * HOUR,
      settleMs: 10 * MINUTE,
      provisionalSettleMs: MINUTE,
      finalScansApartMs: 10 * MINUTE,
      trailingPassesMs: [MINUTE, 3 * MINUTE, 6 * MINUTE],
      historyMs: 180 * DAY,
    })
  })

  it('moves every deadline with the length of the longest call', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (maximumCallSeconds) => {
        const policy = closingPolicyOf({ ...settings, maximumCallSeconds })
        const over = window.to + maximumCallSeconds * SECOND + policy.settleMs
        expect(finalisableAt(window, policy)).toBe(over)
        const scans = [over, over + policy.finalScansApartMs].map((startedAt): WindowScan => ({ scan: `${startedAt}`, startedAt, digest: 'd', projected: true, unresolved: 0 }))
        const early = scans.map((scan) => ({ ...scan, startedAt: scan.startedAt - 1 }))
        const state = (given: readonly WindowScan[]) => nextTransition(window, { state: 'settling' }, given, over + HOUR, policy)?.to.state
        expect([state(scans), state(early)]).toEqual(['final', 'provisional'])
        const askedFrom = window.from + maximumCallSeconds * SECOND + policy.settleMs
        expect([standingOf(call, null, askedFrom - 1, policy), standingOf(call, null, askedFrom, policy)]).toEqual(['wait', 'ask'])
      }),
    )
  })
})
