import type { Completeness, StateCompleteness } from '@rollcall/contracts/audit-api/measures'
import { describe, expect, it } from 'vitest'
import { completenessVerdict, delaysSentence, yieldSentence } from './sentence.ts'

const counts = (windows: number, listed = 0, exact = listed): StateCompleteness => ({ windows, listed, exact, unlisted: 0, claims: 0 })
const said = (completeness: Partial<Completeness>, notBegun = 0) => {
  const { answer, because, further } = completenessVerdict({ windowsExpected: 288, closed: counts(0), byState: {}, answer: 'unproven', ...completeness }, 'this day', notBegun)
  return `${answer}${because} ${further}`.trim()
}

describe('the first sentence on a day', () => {
  it.each<[string, Partial<Completeness>]>([
    [
      'Complete, because all 288 windows of this day are closed and every one of the 12,408 calls that Exotel lists is held exactly.',
      { answer: 'complete', closed: counts(288, 12_408), byState: { final: counts(288, 12_408) } },
    ],
    ['Complete, because all 288 windows of this day are closed and Exotel listed no call.', { answer: 'complete', closed: counts(288), byState: { final: counts(288) } }],
    [
      'Not complete, because 3 of the 10 calls that Exotel listed are not held as listed. Besides, 8 of 288 windows are not closed (8 provisional): nothing is proven of them.',
      { answer: 'incomplete', closed: counts(280, 10, 7), byState: { final: counts(280, 10, 7), provisional: counts(8) } },
    ],
    [
      'Not complete, because 1 of the 10 calls that Exotel listed is not held as listed.',
      { answer: 'incomplete', closed: counts(288, 10, 9), byState: { final: counts(288, 10, 9) } },
    ],
    [
      'Not proven yet, because 148 of 288 windows are not closed (1 under way, 2 settling, 45 provisional, 100 not taken on). In the 140 closed windows all 2 calls are held exactly.',
      { closed: counts(140, 2), byState: { final: counts(140, 2), open: counts(1), settling: counts(2), provisional: counts(45) } },
    ],
    ['Not proven yet, because no window of this day has begun.', { windowsExpected: 0 }],
    [
      'Not proven, and never will be, because Exotel no longer answers for 1 window of this day that was not final in time. In the 287 closed windows Exotel listed no call.',
      { closed: counts(287), byState: { final: counts(287), gap: counts(1) } },
    ],
  ])('%s', (sentence, completeness) => expect(said(completeness)).toBe(sentence))
})

it('a window that lies ahead is not one that nobody took on', () => {
  expect(said({ byState: { open: counts(1), settling: counts(1) } }, 200)).toBe(
    'Not proven yet, because 288 of 288 windows are not closed (1 under way, 1 settling, 200 not begun, 86 not taken on).',
  )
  expect(said({ byState: { open: counts(88) } }, 200)).not.toContain('taken on')
  expect(said({ windowsExpected: 88, byState: { open: counts(88) } }, 200)).toBe('Not proven yet, because 88 of 88 windows are not closed (88 under way).')
})

describe('the other measures', () => {
  const objective = { withinSeconds: 600, neverAboveSeconds: 1_200 }
  const delays = (facts: number, withinObjective: number, withinRpo: number) => ({ facts, withinObjective, withinRpo, p50Seconds: 1, p99Seconds: 2, maxSeconds: 3 })
  it('say how many were in time, and how many broke the objective', () => {
    expect(delaysSentence(delays(1_000, 999, 1_000), 'ends of calls', objective)).toBe('99.90 % of 1,000 ends of calls within 10 min; none above 20 min.')
    expect(delaysSentence(delays(1_000, 990, 998), 'ends of calls', objective)).toBe('99.00 % of 1,000 ends of calls within 10 min; 2 above 20 min.')
    expect(delaysSentence(delays(0, 0, 0), 'recordings', objective)).toBe('No recordings to measure.')
  })

  it('say which webhooks came', () => {
    const webhooks = { expected: 10, arrived: 7, late: 1, missing: 2, pending: 1, missingBy: {}, callsNotExpected: 0 }
    expect(yieldSentence(webhooks)).toBe('7 of 10 expected webhooks arrived; 1 late, 2 missing, 1 pending.')
    expect(yieldSentence({ ...webhooks, arrived: 10, late: 0, missing: 0, pending: 0 })).toBe('10 of 10 expected webhooks arrived.')
    expect(yieldSentence({ ...webhooks, expected: 0 })).toBe('No webhook was expected.')
  })
})
