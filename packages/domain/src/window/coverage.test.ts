import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallFacts } from '../call/fact.ts'
import { merge } from '../call/merge.ts'
import type { CallRecord } from '../call/record.ts'
import { arbitraryFacts } from '../testing/arbitrary-facts.ts'
import { canonicalTime, HOUR, MINUTE } from '../time.ts'
import { type Conditions, type CoveragePolicy, type CoverageRule, coverageOf, DIRECTIONS, defaultRules, isMeantBy, ORIGINS, originOf, turnsOf } from './coverage.ts'
import { judge } from './judge.ts'

const CREATED = Date.UTC(2026, 0, 1)
const PASSTHRU = [{ name: 'passthru', anyOf: ['passthru'], withinMs: MINUTE }]
const DIRECT = { direction: 'inbound', exophone: '04000000003', createdAt: canonicalTime(CREATED) }

const call = (values: CallFacts['values'], ...events: string[]): CallRecord => {
  const facts: CallFacts = { account: 'acme', callSid: 'c1', source: 'poll', receivedAt: CREATED, vendorTime: CREATED, event: null, values }
  return merge(null, [facts, ...events.map((event): CallFacts => ({ ...facts, source: 'webhook', event }))]) as CallRecord
}
/** Numbers are equal when their last ten digits are. */
const policy = (...rules: CoverageRule[]): CoveragePolicy => ({ rules, phoneKey: (text) => text.slice(-10) })
const rule = (name: string, when: Conditions, expects = PASSTHRU): CoverageRule => ({ name, when, expects })

describe('a coverage rule', () => {
  it.each<[string, Conditions, 'applies' | 'does-not-apply' | 'undecided', CallFacts['values']?]>([
    ['of every call', {}, 'applies', {}],
    ['of a direction', { direction: 'inbound' }, 'applies'],
    ['of another direction', { direction: 'outbound-dial' }, 'does-not-apply'],
    ['of a direction that nobody told', { direction: 'inbound' }, 'undecided', {}],
    ['of a direction, where what was told is no direction', { direction: 'inbound' }, 'undecided', { direction: 'unknown' }],
    ['of a number in another spelling', { exophones: ['+919999999999', '+914000000003'] }, 'applies'],
    ['of another number', { exophones: ['+919999999999'] }, 'does-not-apply'],
    ['of a number that nobody told', { exophones: ['+914000000003'] }, 'undecided', { direction: 'inbound' }],
    ['of another direction, where the number is not told', { direction: 'inbound', exophones: ['+914000000003'] }, 'does-not-apply', { direction: 'outbound-dial' }],
    ['of one that is met and one that is untold', { direction: 'inbound', exophones: ['+914000000003'] }, 'undecided', { direction: 'inbound' }],
    ['from the very moment', { createdFrom: CREATED }, 'applies'],
    ['from later', { createdFrom: CREATED + 1 }, 'does-not-apply'],
    ['before the very moment', { createdBefore: CREATED }, 'does-not-apply'],
    ['before later', { createdBefore: CREATED + 1 }, 'applies'],
    ['in a span, of a call of no known time', { createdFrom: CREATED, createdBefore: CREATED + HOUR }, 'undecided', { direction: 'inbound' }],
    ['of all of these', { direction: 'inbound', origin: 'inbound', exophones: ['4000000003'], createdFrom: CREATED, createdBefore: CREATED + 1 }, 'applies'],
  ])('%s', (_case, when, result, values = DIRECT) => {
    expect(coverageOf(call(values), policy(rule('it', when))).trials).toMatchObject([{ rule: 'it', result }])
  })

  it.each<[string, string | undefined, string[], string | null]>([
    ['inbound', 'inbound', [], 'inbound'],
    ['by the dashboard', 'outbound-dial', [], 'dashboard'],
    ['by the API', 'outbound-api', ['status-callback/terminal'], 'api'],
    ["by a campaign, once the campaign's callback names it", 'outbound-api', ['campaign/call'], 'campaign'],
    ['inbound, whatever a forged campaign callback says', 'inbound', ['campaign/call'], 'inbound'],
    ['by nobody knows', undefined, ['campaign/call'], null],
  ])('tells what made a call: %s', (_case, direction, events, origin) => {
    expect(originOf(call(direction === undefined ? {} : { direction }, ...events))).toBe(origin)
  })

  it('tells which condition failed, and why', () => {
    const { trials } = coverageOf(call(DIRECT), policy(rule('a', { direction: 'inbound', exophones: ['+919999999999'] }), rule('b', {}), rule('c', {})))
    expect(trials).toEqual([
      {
        rule: 'a',
        result: 'does-not-apply',
        conditions: [
          { condition: 'direction', met: 'met', needed: 'inbound', actual: 'inbound' },
          { condition: 'exophones', met: 'failed', needed: '+919999999999', actual: '04000000003' },
        ],
      },
      { rule: 'b', result: 'applies', conditions: [] },
      { rule: 'c', result: 'not-tried', conditions: [] },
    ])
  })

  it('decides only where none before it applies: another order says another thing', () => {
    const [wide, narrow] = [rule('all inbound', { direction: 'inbound' }, []), rule('that line', { exophones: ['+914000000003'] })]
    expect(coverageOf(call(DIRECT), policy(wide, narrow))).toMatchObject({ rule: 'all inbound', expects: [] })
    expect(coverageOf(call(DIRECT), policy(narrow, wide))).toMatchObject({ rule: 'that line', expects: PASSTHRU })
  })

  it('that cannot be decided expects nothing, whatever it would expect', () => {
    expect(coverageOf(call({ direction: 'inbound' }), policy(rule('that line', { exophones: ['04000000003'] })))).toMatchObject({ rule: 'undecided: that line', expects: [] })
  })

  it('that cannot be decided lets no later one decide', () => {
    const rules = [rule('quiet line', { exophones: ['04000000003'] }, []), rule('the rest', { direction: 'inbound' })]
    expect(coverageOf(call({ direction: 'inbound' }), policy(...rules))).toMatchObject({ rule: 'undecided: quiet line', expects: [] })
    expect(coverageOf(call({ direction: 'inbound', exophone: '09999999999' }), policy(...rules))).toMatchObject({ rule: 'the rest', expects: PASSTHRU })
  })

  it.each<[string, string, boolean]>([
    ['popup', 'popup/dial', true],
    ['popup', 'popup', true],
    ['popup', 'popups/dial', false],
    ['popup/dial', 'popup/dial', true],
    ['popup/dial', 'popup/dialled', false],
    ['popup/dial', 'popup', false],
  ])('that expects %s is satisfied by %s: %s', (word, event, meant) => expect(isMeantBy(word, event)).toBe(meant))
})

describe('without rules of the account', () => {
  it.each<[string, CallRecord, string[]]>([
    ['a call by the API reports its end', call({ direction: 'outbound-api' }), ['status-callback']],
    ['a campaign promises nothing', call({ direction: 'outbound-api' }, 'campaign/call'), []],
    ['an inbound call promises nothing', call({ direction: 'inbound' }), []],
    ['the dashboard promises nothing', call({ direction: 'outbound-dial' }), []],
    ['a call of which little is known promises nothing', call({}), []],
  ])('%s', (_case, record, expected) => {
    expect(coverageOf(record, policy(...defaultRules(MINUTE))).expects.map(({ name }) => name)).toEqual(expected)
  })

  it('a campaign callback turns what was said of a call of the API, and of no other', () => {
    const turns = turnsOf(policy(rule('a', { origin: 'inbound' }), ...defaultRules(MINUTE)))
    expect(turns.filter(({ event }) => event === 'campaign/call').map(({ rule: name }) => name)).toEqual(['default: api calls report their end'])
    expect(turns).toContainEqual({ rule: 'a', expectation: 'passthru', event: 'passthru', withinMs: MINUTE, isExpected: true })
    expect(turns.filter(({ isExpected }) => !isExpected).map(({ event }) => event)).toEqual(['campaign/call'])
  })
})

const time = fc.constantFrom(-MINUTE, 0, 1_000, MINUTE).map((offset) => 1_760_000_000_000 + offset)
const conditions: fc.Arbitrary<Conditions> = fc.record(
  {
    direction: fc.constantFrom(...DIRECTIONS),
    origin: fc.constantFrom(...ORIGINS),
    exophones: fc.array(fc.constantFrom('09000000001', '+919000000001', '9000000002'), { minLength: 1, maxLength: 2 }),
    createdFrom: time,
    createdBefore: time,
  },
  { requiredKeys: [] },
)
const rules = fc
  .array(fc.record({ when: conditions, expects: fc.constantFrom([], PASSTHRU) }), { maxLength: 5 })
  .map((all) => all.map((each, nth): CoverageRule => ({ name: `rule ${nth}`, ...each })))
const calls = fc.array(arbitraryFacts, { minLength: 1, maxLength: 5 }).map((facts) => merge(null, facts) as CallRecord)
const applies = (record: CallRecord, one: CoverageRule): string | undefined => coverageOf(record, policy(one)).trials[0]?.result

describe('for any rules and any call', () => {
  it('the first rule that matches wins, and none before it could have', () => {
    fc.assert(
      fc.property(calls, rules, (record, all) => {
        const first = all.find((one) => applies(record, one) !== 'does-not-apply')
        const { rule: name, expects } = coverageOf(record, policy(...all))
        const decided = first !== undefined && applies(record, first) === 'applies'
        const said = first === undefined ? 'no rule matched' : decided ? first.name : `undecided: ${first.name}`
        expect([name, expects]).toEqual([said, decided ? first.expects : []])
      }),
    )
  })

  it('a rule put in front decides wherever it matches, and changes nothing elsewhere', () => {
    fc.assert(
      fc.property(calls, rules, conditions, (record, all, when) => {
        const front = rule('in front', when)
        const [before, after] = [coverageOf(record, policy(...all)), coverageOf(record, policy(front, ...all))]
        const result = applies(record, front)
        if (result === 'does-not-apply') expect([after.rule, after.expects]).toEqual([before.rule, before.expects])
        else expect(after.rule).toBe(result === 'applies' ? 'in front' : 'undecided: in front')
      }),
    )
  })

  it('every rule is accounted for, in order', () => {
    fc.assert(
      fc.property(calls, rules, (record, all) => {
        expect(coverageOf(record, policy(...all)).trials.map((trial) => trial.rule)).toEqual(all.map(({ name }) => name))
      }),
    )
  })

  it('nothing is missing where no rule expects it', () => {
    fc.assert(
      fc.property(calls, rules, (record, all) => {
        const said = judge(record, policy(...all), { readTo: Number.MAX_SAFE_INTEGER, drainedTo: null })
        const expected = coverageOf(record, policy(...all)).expects.map(({ name }) => name)
        expect(said.filter(({ outcome }) => outcome !== 'not-expected').map(({ expectation }) => expectation)).toEqual(said.length === 0 ? [] : expected)
      }),
    )
  })
})
