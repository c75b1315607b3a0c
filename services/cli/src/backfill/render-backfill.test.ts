import { describe, expect, it } from 'vitest'
import { renderBackfill } from './render-backfill.ts'

const summary = {
  account: 'acme',
  from: 'F',
  to: 'T',
  outcome: 'done',
  reason: null,
  beyond: null,
  callsExpected: 3_000,
  estimate: { requests: 34, closingRequests: 34, minutesMin: 2 },
  readTo: 'T',
  callsListed: 3_001,
  callsFound: 2_990,
  callsAtRisk: 0,
  requests: 36,
}
const render = (changes: object = {}) => renderBackfill(JSON.stringify({ ...summary, ...changes }))

describe('a backfill in words', () => {
  it('says what was expected and what was done', () =>
    expect(render()).toEqual([
      'Backfill of acme from F to T: done',
      '  calls expected     about 3000',
      '  estimate           34 requests and 34 to close, at least 2 minutes',
      '  read to            T',
      '  calls listed       3001',
      '  calls found        2990',
      '  requests           36',
    ]))
  it('that was only planned says nothing of what was done', () => expect(render({ outcome: 'planned', readTo: null }).join('\n')).not.toContain('calls found'))
  it('says what Exotel does not tell, and what it will forget', () => {
    const lines = render({ outcome: 'gaps-remain', reason: 'why', beyond: { from: 'A', to: 'B' }, callsExpected: null, estimate: null, callsAtRisk: 7 })
    expect(lines[0]).toBe('Backfill of acme from F to T: gaps-remain (why)')
    expect(lines).toContain('  beyond history     A to B: Exotel tells of it no more, recorded as a gap')
    expect(lines).toContain('  calls expected     unknown: Exotel does not count them')
    expect(lines).toContain('  CALLS AT RISK      about 7 will be forgotten by Exotel before they are read')
  })
  it('leaves alone what is no summary', () => expect(renderBackfill('{"x":1}')).toEqual(['{"x":1}']))
})
