import { CoverageConfig } from '@rollcall/contracts/coverage-rule'
import { type SeenCalls, suggestRules } from '@rollcall/domain/window/suggest-rules'
import { describe, expect, it } from 'vitest'
import { renderSuggestion } from './render-suggestion.ts'

const suggestion = (...seen: SeenCalls[]) => ({
  account: 'acme',
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-08T00:00:00.000Z',
  ...suggestRules(seen, (text) => text),
})
const INBOUND = { direction: 'inbound', exophone: '+914000000003' }

describe('what could be expected', () => {
  it('stands beside what was seen, ready to be pasted', () => {
    const seen = [
      { ...INBOUND, events: ['passthru', 'popup/dial'], calls: 30 },
      { ...INBOUND, events: ['passthru'], calls: 70 },
      { direction: 'outbound-dial', exophone: null, events: [], calls: 7 },
    ]
    const lines = renderSuggestion(suggestion(...seen))
    expect(lines).toEqual([
      'Calls of acme that were created from 2026-01-01T00:00:00Z to 2026-01-08T00:00:00Z and have ended:',
      'DIRECTION      EXOPHONE       CALLS  HAD',
      'inbound        +914000000003  100    passthru 100 (100 %), popup 30 (30 %)',
      'outbound-dial  not told       7      none',
      '',
      'Where 95 % of 20 calls or more had a webhook, it could be expected. Look at these rules, then put them into the account in the',
      'accounts file; the first rule that applies decides, so mind the order:',
      '',
      '"coverage": [',
      '  {',
      '    "name": "inbound on +914000000003",',
      '    "direction": "inbound",',
      '    "exophones": [',
      '      "+914000000003"',
      '    ],',
      '    "expects": [',
      '      {',
      '        "anyOf": [',
      '          "passthru"',
      '        ]',
      '      }',
      '    ]',
      '  }',
      ']',
    ])
    const pasted = JSON.parse(`{${lines.slice(lines.indexOf('"coverage": [')).join('\n')}}`)
    expect(CoverageConfig.parse(pasted.coverage)).toEqual(pasted.coverage)
  })

  it('is nothing where too few calls had the same', () => {
    expect(renderSuggestion(suggestion({ ...INBOUND, events: ['passthru'], calls: 19 })).slice(2)).toEqual([
      'inbound    +914000000003  19     passthru 19 (100 %)',
      '',
      'No rule to propose: nowhere had 95 % of 20 calls or more the same webhook.',
    ])
  })

  it('is not told where no call has ended', () => {
    expect(renderSuggestion(suggestion())).toEqual(['No call of acme that was created from 2026-01-01T00:00:00Z to 2026-01-08T00:00:00Z is known to have ended.'])
  })

  it('names the largest groups of many', () => {
    const many = Array.from({ length: 60 }, (_, nth) => ({ direction: 'inbound', exophone: `+9140000000${nth + 10}`, events: [], calls: 1 }))
    expect(renderSuggestion(suggestion(...many))).toContain('and 10 more; --json has them all')
  })
})
