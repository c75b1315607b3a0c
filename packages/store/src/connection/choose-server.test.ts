import { describe, expect, it } from 'vitest'
import { type Asked, chooseServer, NOTHING_KNOWN } from './choose-server.ts'

const server = (place: string, changes: Partial<Asked & { kind: 'answered' }> = {}): Asked => ({ kind: 'answered', place, writable: true, timeline: 1, systemId: 's', ...changes })
const standby = (place: string): Asked => server(place, { writable: false, timeline: 0 })
const gone = (place: string): Asked => ({ kind: 'failed', place, why: 'ECONNREFUSED' })
const known = { systemId: 's', timeline: 3 }

describe('of several servers', () => {
  it.each<[string, readonly Asked[], string]>([
    ['the one that takes writes', [standby('a'), server('b')], 'b'],
    ['the one that takes writes while another is away', [gone('a'), server('b')], 'b'],
    ['the first of equals', [server('a'), server('b')], 'a'],
    ['the promoted one, though its predecessor is back and takes writes too', [server('a'), server('b', { timeline: 2 })], 'b'],
  ])('is chosen %s', (_what, asked, place) => {
    expect(chooseServer(asked, NOTHING_KNOWN)).toMatchObject({ kind: 'chosen', place })
  })

  it('what was chosen is remembered', () => {
    expect(chooseServer([server('b', { timeline: 4 })], known)).toEqual({ kind: 'chosen', place: 'b', known: { systemId: 's', timeline: 4 } })
  })

  it.each<[string, readonly Asked[], string]>([
    ['none takes writes', [standby('a'), gone('b')], 'a takes no writes; b ECONNREFUSED'],
    [
      'the promoted one is away and its predecessor is back',
      [server('a', { timeline: 2 }), gone('b')],
      'a is on timeline 2, but 3 was seen: it was replaced by a promoted server; b ECONNREFUSED',
    ],
    ['only a stranger takes writes', [server('a', { systemId: 'other', timeline: 9 })], 'a is no copy of the server used before'],
  ])('none is chosen when %s', (_what, asked, why) => {
    expect(chooseServer(asked, known)).toEqual({ kind: 'none', why })
  })

  it('none is chosen when two take writes that are no copies of each other', () => {
    expect(chooseServer([server('a'), server('b', { systemId: 'other' })], NOTHING_KNOWN)).toEqual({
      kind: 'none',
      why: 'a and b both take writes, and neither is a copy of the other',
    })
  })
})
