import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CALLS_MIN, type SeenCalls, SHARE_PERCENT_MIN, suggestRules } from './suggest-rules.ts'

const seen = (calls: number, events: string[], of: Partial<SeenCalls> = {}): SeenCalls => ({ direction: 'inbound', exophone: '+914000000003', events, calls, ...of })
const suggest = (...all: SeenCalls[]) => suggestRules(all, (text) => text.replace(/^0/, '+91'))
const RULE = { name: 'inbound on +914000000003', direction: 'inbound', exophones: ['+914000000003'], expects: [{ anyOf: ['passthru'] }] }

describe('a rule is suggested', () => {
  it.each<[string, SeenCalls[], object[]]>([
    ['where all calls had a webhook', [seen(20, ['passthru'])], [RULE]],
    ['where 95 of 100 had it', [seen(95, ['passthru']), seen(5, [])], [RULE]],
    ['not where 94 of 100 had it', [seen(94, ['passthru']), seen(6, [])], []],
    ['not where 949 of 1000 had it', [seen(949, ['passthru']), seen(51, [])], []],
    ['not of 19 calls', [seen(19, ['passthru'])], []],
    ['of calls whose number is spelt in two ways together', [seen(10, ['passthru']), seen(10, ['passthru'], { exophone: '04000000003' })], [RULE]],
    ['not of calls whose number is not told', [seen(50, ['passthru'], { exophone: null })], []],
    ['not of calls whose number is none that a rule could name', [seen(50, ['passthru'], { exophone: 'sip:agent' })], []],
    ['not of calls whose direction is not told', [seen(50, ['passthru'], { direction: null })], []],
    ['not of calls of a direction that is none', [seen(50, ['passthru'], { direction: 'unknown' })], []],
    ['not for a webhook that tells how a call went', [seen(50, ['status-callback/answered'])], []],
    ['not for a webhook that could not be understood', [seen(50, ['status-callback/unknown'])], []],
    [
      'for the end of a call, in whichever form it was told',
      [seen(30, ['status-callback/terminal']), seen(30, ['status-callback/default']), seen(3, ['status-callback/answered'])],
      [{ ...RULE, expects: [{ anyOf: ['status-callback/terminal', 'status-callback/default', 'voice-v3/terminal'] }] }],
    ],
    ['for every webhook that nearly all had', [seen(50, ['passthru', 'popup/dial'])], [{ ...RULE, expects: [{ anyOf: ['passthru'] }, { anyOf: ['popup'] }] }]],
  ])('%s', (_case, calls, rules) => expect(suggest(...calls).coverage).toEqual(rules))

  it('beside what was seen, largest group first', () => {
    expect(suggest(seen(2, []), seen(1, ['passthru']), seen(30, ['passthru'], { direction: 'outbound-dial', exophone: null })).groups).toEqual([
      { direction: 'outbound-dial', exophone: null, calls: 30, webhooks: [{ name: 'passthru', calls: 30, percent: 100 }] },
      { direction: 'inbound', exophone: '+914000000003', calls: 3, webhooks: [{ name: 'passthru', calls: 1, percent: 33 }] },
    ])
  })

  it('only where enough of enough calls had what it expects, and no call is lost from the count', () => {
    const events = fc.subarray(['passthru', 'popup/dial', 'status-callback/terminal', 'status-callback/answered'])
    const some = fc.array(
      fc.record({
        direction: fc.constantFrom('inbound', 'outbound-api', null),
        exophone: fc.constantFrom('+914000000003', '04000000003', '+914000000009', null),
        events,
        calls: fc.integer({ min: 1, max: 40 }),
      }),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(some, (all) => {
        const { groups, coverage } = suggest(...all)
        const total = (counted: readonly { readonly calls: number }[]): number => counted.reduce((sum, { calls }) => sum + calls, 0)
        expect(total(groups)).toBe(total(all))
        for (const rule of coverage) {
          const group = groups.find(({ direction, exophone }) => direction === rule.direction && exophone === rule.exophones[0])
          expect(group?.calls).toBeGreaterThanOrEqual(CALLS_MIN)
          for (const { anyOf } of rule.expects) {
            const had = total(
              all.filter(
                (calls) =>
                  calls.direction === rule.direction &&
                  calls.exophone?.slice(-10) === rule.exophones[0]?.slice(-10) &&
                  calls.events.some((event) => anyOf.includes(event) || anyOf.includes(event.split('/')[0] ?? '')),
              ),
            )
            expect(had * 100).toBeGreaterThanOrEqual((group?.calls ?? 0) * SHARE_PERCENT_MIN)
          }
        }
      }),
    )
  })
})
