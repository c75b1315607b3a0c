import type { Completeness, Delays, WebhookYield } from '@rollcall/contracts/audit-api/measures'
import { describe, expect, it } from 'vitest'
import { MEASURES } from '../route/route.ts'
import { completenessLevel, dayLevel, delaysLevel, LEGENDS, type Level, yieldLevel } from './level.ts'

const none = { windows: 0, listed: 0, exact: 0, unlisted: 0, claims: 0 }
const some = { ...none, windows: 5 }
const completeness = (over: Partial<Completeness>): Completeness => ({ windowsExpected: 288, closed: none, byState: { open: some }, answer: 'unproven', ...over })
const delays = (facts: number, withinObjective: number, withinRpo: number): Delays => ({ facts, withinObjective, withinRpo, p50Seconds: null, p99Seconds: null, maxSeconds: null })
const webhooks = (arrived: number, missing: number, pending = 0): WebhookYield => ({
  expected: arrived + missing + pending,
  arrived,
  missing,
  pending,
  late: 0,
  missingBy: {},
  callsNotExpected: 0,
})

describe('a cell looks', () => {
  it.each<[Level, Completeness]>([
    ['good', completeness({ answer: 'complete' })],
    ['bad', completeness({ answer: 'incomplete', byState: { gap: some } })],
    ['gap', completeness({ byState: { gap: some, final: some } })],
    ['wait', completeness({})],
    ['none', completeness({ byState: {} })],
    ['none', completeness({ windowsExpected: 0 })],
  ])('%s by completeness', (level, measured) => expect(completenessLevel(measured)).toBe(level))

  it.each<[Level, Delays]>([
    ['good', delays(1_000, 999, 1_000)],
    ['fair', delays(1_000, 998, 1_000)],
    ['poor', delays(1_000, 999, 999)],
    ['poor', delays(1_000, 900, 990)],
    ['bad', delays(1_000, 900, 989)],
    ['none', delays(0, 0, 0)],
  ])('%s by timeliness', (level, measured) => expect(delaysLevel(measured)).toBe(level))

  it.each<[Level, WebhookYield]>([
    ['good', webhooks(100, 0)],
    ['wait', webhooks(99, 0, 1)],
    ['fair', webhooks(99, 1)],
    ['poor', webhooks(95, 5)],
    ['bad', webhooks(94, 6)],
    ['none', webhooks(0, 0)],
  ])('%s by webhook yield', (level, measured) => expect(yieldLevel(measured)).toBe(level))

  it('as the worse of ends and recordings', () => {
    const day = (ended: Delays, recorded: Delays) => dayLevel('timeliness', { timeliness: { ended, recorded } } as never)
    expect([day(delays(10, 10, 10), delays(10, 10, 9)), day(delays(10, 0, 0), delays(0, 0, 0)), day(delays(0, 0, 0), delays(1, 1, 1))]).toEqual(['bad', 'bad', 'good'])
  })

  it.each(MEASURES)('as its legend tells: %s', (measure) => expect(new Set(LEGENDS[measure].map(([level]) => level)).size).toBe(LEGENDS[measure].length))
})
