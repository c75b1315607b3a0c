import { CoverageConfig } from '@rollcall/contracts/coverage-rule'
import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalTime, MINUTE, SECOND } from '@rollcall/domain/time'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import type { StoredJudgement } from '@rollcall/store/reconcile/read-judgements'
import { describe, expect, it } from 'vitest'
import { callCoverage } from './call-coverage.ts'
import { renderCallCoverage } from './render-call-coverage.ts'

const CREATED = Date.UTC(2026, 0, 31, 4)
const ENDED = CREATED + MINUTE

const policy = coveragePolicyOf({
  webhookGraceSeconds: 60,
  coverage: CoverageConfig.parse([
    { name: 'quiet line', exophones: ['04000000009', '+914000000010'], expects: [] },
    {
      name: 'support line',
      direction: 'inbound',
      exophones: ['+91 40 0000 0003'],
      createdFrom: '2026-01-01T00:00:00+05:30',
      expects: [{ anyOf: ['passthru'] }, { name: 'agent', anyOf: ['popup/dial', 'popup/ringing'], withinSeconds: 5 }],
    },
  ]),
})
const facts: CallFacts = {
  account: 'acme',
  callSid: 'c1',
  source: 'poll',
  receivedAt: ENDED,
  vendorTime: ENDED,
  event: null,
  values: { direction: 'inbound', exophone: '04000000003', status: 'completed', createdAt: canonicalTime(CREATED), endedAt: canonicalTime(ENDED) },
}
const call = (...all: CallFacts[]): CallRecord => merge(null, all) as CallRecord
const webhook = (event: string, receivedAt: number): CallFacts => ({ ...facts, source: 'webhook', event, receivedAt })
const said = (judgement: Partial<StoredJudgement>): StoredJudgement => ({
  expectation: 'passthru',
  rule: 'support line',
  outcome: 'arrived',
  reason: null,
  arrivedAt: CREATED + 2 * SECOND,
  judgedAt: ENDED + 3 * MINUTE,
  replacedAt: null,
  ...judgement,
})

describe('the coverage of a call is explained', () => {
  it('with every rule that was tried, what was expected by when, what came and what was judged', () => {
    const record = call(facts, webhook('passthru', CREATED + 2 * SECOND), webhook('popup/terminal', ENDED))
    const judged = [
      said({ expectation: 'none', rule: 'default: no webhook is promised', outcome: 'not-expected', arrivedAt: null, judgedAt: ENDED + MINUTE, replacedAt: ENDED + 3 * MINUTE }),
      said({}),
      said({ expectation: 'agent', outcome: 'missing', reason: 'never-arrived', arrivedAt: null }),
    ]
    expect(renderCallCoverage(callCoverage(record, policy, judged))).toEqual([
      'Call c1 of acme',
      '  direction       inbound',
      '  origin          inbound',
      '  ExoPhone        04000000003',
      '  created         2026-01-31T04:00:00Z',
      '  ended           2026-01-31T04:01:00Z',
      '  status          completed',
      "  told by         Exotel's API",
      '',
      'Rules, the first that applies decides:',
      '  1. quiet line: does not apply',
      '       ExoPhone is one of 04000000009, +914000000010: no, it is 04000000003',
      '  2. support line: applies',
      '       direction is inbound: yes',
      '       ExoPhone is one of +91 40 0000 0003: yes',
      '       created at or after 2025-12-31T18:30:00.000Z: yes',
      '  3. default: campaign calls promise nothing: not tried',
      '  4. default: api calls report their end: not tried',
      '  5. default: no webhook is promised: not tried',
      '',
      'Expected:',
      "  passthru        passthru, 60 s after the call's end: by 2026-01-31T04:02:00Z; came 2026-01-31T04:00:02Z",
      "  agent           popup/dial or popup/ringing, 5 s after the call's end: by 2026-01-31T04:01:05Z; none came",
      '',
      'Came:',
      '  passthru        2026-01-31T04:00:02Z',
      '  popup/terminal  2026-01-31T04:01:00Z',
      '',
      'Judged:',
      '  passthru        arrived 2026-01-31T04:00:02Z; said 2026-01-31T04:04:00Z',
      '  agent           missing, it never arrived; said 2026-01-31T04:04:00Z',
      '',
      'Said before:',
      '  nothing         expected, by "default: no webhook is promised"; from 2026-01-31T04:02:00Z to 2026-01-31T04:04:00Z',
    ])
  })

  it('where its record does not tell enough, and nothing was judged', () => {
    const record = call({ ...facts, source: 'webhook', event: 'popup/dial', values: { direction: 'inbound', status: 'in-progress' } })
    expect(renderCallCoverage(callCoverage(record, policy, []))).toEqual([
      'Call c1 of acme',
      '  direction       inbound',
      '  origin          inbound',
      '  ExoPhone        not told',
      '  created         not told',
      '  ended           not known to have',
      '  status          in-progress',
      "  told by         webhooks alone; a call is not judged before Exotel's API has told of it",
      '',
      'Rules, the first that applies decides:',
      '  1. quiet line: cannot be decided, and no later rule may decide before it is',
      '       ExoPhone is one of 04000000009, +914000000010: its record does not tell',
      '  2. support line: not tried',
      '  3. default: campaign calls promise nothing: not tried',
      '  4. default: api calls report their end: not tried',
      '  5. default: no webhook is promised: not tried',
      '',
      'Expected: nothing, until more is known.',
      '',
      'Came:',
      '  popup/dial      2026-01-31T04:01:00Z',
      '',
      'Not judged yet: the next run of the reconciler that meets the call judges it.',
    ])
  })

  it('where it still runs, and was judged by other rules', () => {
    const { endedAt: _, ...running } = facts.values
    const record = call({ ...facts, values: { ...running, status: 'in-progress' } })
    const lines = renderCallCoverage(callCoverage(record, policy, [said({ rule: 'an older rule', outcome: 'pending', arrivedAt: null })]))
    expect(lines.slice(lines.indexOf('Expected:'))).toEqual([
      'Expected:',
      "  passthru        passthru, 60 s after the call's end: once it has ended; none came",
      "  agent           popup/dial or popup/ringing, 5 s after the call's end: once it has ended; none came",
      '',
      'No webhook came.',
      '',
      'Judged:',
      '  passthru        awaited; said 2026-01-31T04:04:00Z',
      "  By other rules than today's (an older rule). The reconciler reads them when it starts, and then judges again.",
    ])
  })

  it.each<[Partial<StoredJudgement>, string]>([
    [{ outcome: 'missing', reason: 'quarantined' }, 'missing, no reader understood what came of it: see rollcall quarantine'],
    [{ outcome: 'missing', reason: 'refused' }, 'missing, ingest refused webhooks while it was due'],
    [{ outcome: 'pending', reason: 'spooled' }, 'awaited, it may lie in the spool of an ingest host'],
    [{ outcome: 'arrived', reason: 'late', arrivedAt: facts.receivedAt }, `late`],
  ])('with the reason: %o', (of, text) => {
    expect(renderCallCoverage(callCoverage(call(facts), policy, [said({ arrivedAt: null, ...of })])).join('\n')).toContain(`${text}; said`)
  })

  it('without obeying what is in it', () => {
    const record = call({ ...facts, callSid: 'c\u001b[2J', values: { ...facts.values, exophone: '\u001b]0;' } })
    expect(renderCallCoverage(callCoverage(record, policy, [])).join('')).not.toContain('\u001b')
  })
})
