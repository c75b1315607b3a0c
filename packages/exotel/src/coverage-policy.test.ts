import { CoverageConfig } from '@rollcall/contracts/coverage-rule'
import { isWebhookEvent } from '@rollcall/contracts/webhook-event'
import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { MINUTE } from '@rollcall/domain/time'
import { coverageOf } from '@rollcall/domain/window/coverage'
import { describe, expect, it } from 'vitest'
import { coveragePolicyOf } from './coverage-policy.ts'
import { GOLDEN_CASES } from './surface/testing/golden-cases.ts'

const policy = (...rules: object[]) => coveragePolicyOf({ coverage: CoverageConfig.parse(rules), webhookGraceSeconds: 60 })
const call = (values: CallFacts['values']): CallRecord =>
  merge(null, [{ account: 'acme', callSid: 'c1', source: 'poll', receivedAt: 1, vendorTime: 1, event: null, values }]) as CallRecord

const SPELLINGS = ['+914000000003', '914000000003', '00914000000003', '04000000003', '4000000003', '+91 40 0000 0003']

describe('the coverage rules of an account', () => {
  it.each(SPELLINGS.flatMap((written) => SPELLINGS.map((told) => [written, told])))('find the number %s where the call says %s', (written, told) => {
    const rules = policy({ name: 'that number', exophones: [written], expects: [] })
    expect(coverageOf(call({ exophone: told }), rules).rule).toBe('that number')
    expect(coverageOf(call({ exophone: '04000000009' }), rules).rule).not.toBe('that number')
  })

  it('come before the defaults', () => {
    const inbound = call({ direction: 'inbound' })
    const api = call({ direction: 'outbound-api' })
    const rules = policy({ name: 'flows have a Passthru', direction: 'inbound', expects: [{ anyOf: ['passthru'] }] })
    expect([coverageOf(inbound, rules).rule, coverageOf(api, rules).rule]).toEqual(['flows have a Passthru', 'default: api calls report their end'])
  })

  it("give each expected webhook a name and a time, the account's where a rule gives none", () => {
    const expects = [{ anyOf: ['passthru'], withinSeconds: 0 }, { anyOf: ['popup/dial', 'popup/ringing'] }, { name: 'end', anyOf: ['popup/terminal'] }]
    expect(policy({ name: 'a', expects }).rules[0]?.expects).toEqual([
      { name: 'passthru', anyOf: ['passthru'], withinMs: 0 },
      { name: 'popup', anyOf: ['popup/dial', 'popup/ringing'], withinMs: MINUTE },
      { name: 'end', anyOf: ['popup/terminal'], withinMs: MINUTE },
    ])
  })

  it('can name every webhook that a reader reads', () => {
    const events = GOLDEN_CASES.flatMap(({ says }) => ('event' in says && says.event !== null ? [says.event] : []))
    expect(events.length).toBeGreaterThan(20)
    expect(events.filter((event) => !event.endsWith('/unknown') && !isWebhookEvent(event))).toEqual([])
  })
})
