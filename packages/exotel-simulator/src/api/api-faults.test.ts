import { describe, expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { ApiFaults, distortAnswer, distortPage, drawApiFault } from './api-faults.ts'

const ANSWER: Answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"Account":{"Sid":"acme"}}' }
const row = (sid: string) => ({ Sid: sid, DateCreated: '2026-11-24 08:30:00', Status: 'completed' })
const PAGE = { Metadata: { Total: 3, NextPageUri: '/next' }, Calls: [row('a'), row('b'), row('c')] }
const WHERE = { again: '/again', onward: (rows: number) => `/onward/${rows}` }

describe('faults of the API', () => {
  it('come at their rates, by the seed', () => {
    const faults = ApiFaults.parse({ badGatewayRate: 0.1, truncatedRate: 0.2 })
    const drawn = Array.from({ length: 20_000 }, (_, number) => drawApiFault(faults, 1, number))
    expect(drawn).toEqual(Array.from({ length: 20_000 }, (_, number) => drawApiFault(faults, 1, number)))
    expect(drawn.filter((fault) => fault === 'bad-gateway').length / 20_000).toBeCloseTo(0.1, 1)
    expect(drawn.filter((fault) => fault === 'truncated').length / 20_000).toBeCloseTo(0.2, 1)
    expect(new Set(drawn)).toEqual(new Set([null, 'bad-gateway', 'truncated']))
  })

  it('do not add up to more than all', () => {
    expect(ApiFaults.safeParse({ badGatewayRate: 0.6, truncatedRate: 0.6 }).success).toBe(false)
  })

  it.each([
    { fault: 'server-error', status: 500, body: /^<!DOCTYPE html>/ },
    { fault: 'bad-gateway', status: 502, body: /^<!DOCTYPE html>/ },
    { fault: 'unavailable', status: 503, body: /^$/ },
    { fault: 'limited', status: 429, body: /Too Many Requests/ },
    { fault: 'html', status: 200, body: /^<!DOCTYPE html>/ },
    { fault: 'truncated', status: 200, body: /^\{"Account":\{"[^}]*$/ },
    { fault: null, status: 200, body: /^\{.*\}$/ },
  ] as const)('$fault: $status', ({ fault, status, body }) => {
    const answer = distortAnswer(ANSWER, fault)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatch(body)
  })

  it.each([
    { fault: 'empty-page', page: { Metadata: { Total: 3, NextPageUri: '/onward/0' }, Calls: [] } },
    { fault: 'short-page', page: { Metadata: { Total: 3, NextPageUri: '/onward/2' }, Calls: [row('a'), row('b')] } },
    { fault: 'cursor-loop', page: { ...PAGE, Metadata: { Total: 3, NextPageUri: '/again' } } },
    { fault: 'duplicate-row', page: { ...PAGE, Calls: [...PAGE.Calls, row('a')] } },
    { fault: 'out-of-order', page: { ...PAGE, Calls: [row('c'), row('b'), row('a')] } },
    { fault: 'truncated', page: PAGE },
  ] as const)('a page with $fault', ({ fault, page }) => {
    expect(distortPage(PAGE, fault, WHERE)).toEqual(page)
  })

  it('a page lacks its Metadata, or a row its Sid or its time', () => {
    const lacking = [1, 2, 3].map((count) => distortPage({ ...PAGE, Calls: PAGE.Calls.slice(0, count) }, 'missing-field', WHERE))
    expect(lacking.map((page) => [page.Metadata !== undefined, 'Sid' in (page.Calls[0] as object), 'DateCreated' in (page.Calls[0] as object)])).toEqual([
      [true, false, true],
      [true, true, false],
      [false, true, true],
    ])
  })
})
