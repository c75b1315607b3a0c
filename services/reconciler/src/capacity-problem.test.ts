import { AccountConfig } from '@rollcall/contracts/accounts-file'
import { exponentialLengths } from '@rollcall/domain/schedule/call-lengths'
import { capacityOf, type LaneSettings, RPO_MS } from '@rollcall/domain/schedule/capacity'
import { laneSettingsOf } from '@rollcall/domain/schedule/lane-settings'
import { MINUTE } from '@rollcall/domain/time'
import { sustainedPerMinute } from '@rollcall/exotel/client/request-budget'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CapacitySettings, capacityProblem } from './capacity-problem.ts'

const lengths = exponentialLengths(2 * MINUTE)
const settings = AccountConfig.parse({ sid: 'acme', cluster: 'mumbai', apiKeyFile: 'key', apiTokenFile: 'token', webhookSecretFiles: ['secret'] })
const lanes = (takesDuration: boolean): LaneSettings => laneSettingsOf(settings, takesDuration)
const account: CapacitySettings = { sid: 'acme', rateLimitPerMinute: 200, rateShare: 0.25 }
const problem = (callsPerSecond: number, { takesDuration = true, ...changes }: Partial<CapacitySettings> & { takesDuration?: boolean } = {}) =>
  capacityProblem({ ...account, ...changes }, { callsPerSecond, lengths }, lanes(takesDuration))

describe('a share of the rate limit', () => {
  it('is no problem where it holds the RPO', () => expect(problem(15)).toBeNull())

  it('that cannot is told with its value, what it holds, what is needed and how to change it', () => {
    expect(problem(25, { expectedCallsPerSecond: 25 })).toBe(
      'account acme: rateShare is 0.25 of 200 requests a minute, which finds every call within 20 minutes up to 18.4 calls/s. expectedCallsPerSecond is 25, and that takes rateShare 0.33. ' +
        'Change rateShare, ask Exotel for a higher rateLimitPerMinute, or set rpoRefusal to "warn" to run without that promise',
    )
  })

  it('names where the calls were seen, where nobody said how many to expect', () => {
    expect(problem(25.04)).toContain('The busiest five minutes of the last days had 25 calls/s, and that takes rateShare 0.34.')
  })

  it('says where the whole limit would not do', () => expect(problem(200)).toMatch(/that takes \d{3} requests a minute, more than the limit itself/))

  it('says what a list without the Duration filter costs, and how late its long calls are', () => {
    expect(problem(15, { takesDuration: false })).toMatch(
      /up to [345](\.\d)? calls\/s\. .* Its list takes no Duration filter, so calls of 7 minutes and more are found only by reading every age again; as it is, within \d{2,3} minutes\. /,
    )
  })

  it('holds the RPO when it is changed as told', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 90, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true }), fc.boolean(), (callsPerSecond, rateShare, takesDuration) => {
        const told = problem(callsPerSecond, { rateShare, takesDuration })
        const share = Number(/that takes rateShare ([\d.]+)/.exec(told ?? '')?.[1] ?? Number.NaN)
        if (Number.isNaN(share)) return
        expect(share).toBeGreaterThan(rateShare)
        expect(problem(callsPerSecond, { rateShare: share, takesDuration })).toBeNull()
        const less = sustainedPerMinute((share - 0.02) * 200)
        if (share > 0.05) expect(capacityOf({ callsPerSecond, lengths }, lanes(takesDuration), less, RPO_MS).holds).toBe(false)
      }),
      { numRuns: 30 },
    )
  })
})
