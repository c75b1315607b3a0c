import { describe, expect, it } from 'vitest'
import type { Asked } from './choose-server.ts'
import { createWritableServer } from './writable-server.ts'

const servers = [
  { place: 'a', url: 'postgres://a/r' },
  { place: 'b', url: 'postgres://b/r' },
]
const writes = (place: string, timeline = 1): Asked => ({ kind: 'answered', place, writable: true, timeline, systemId: 's' })
const standby = (place: string): Asked => ({ kind: 'answered', place, writable: false, timeline: 0, systemId: 's' })
const never = new Promise<Asked>(() => {})
/** Servers that answer so, each the next answer at each asking. */
const answering = (answers: Readonly<Record<string, readonly (Asked | Promise<Asked>)[]>>) => {
  const asked = new Map<string, number>()
  return createWritableServer(servers, async ({ place }) => {
    const nth = asked.get(place) ?? 0
    asked.set(place, nth + 1)
    return answers[place]?.[nth] ?? never
  })
}

describe('the server that takes writes', () => {
  it('is found though another one never answers', async () => {
    expect(await answering({ b: [writes('b')] }).find()).toEqual(servers[1])
  })

  it('is the promoted one though its predecessor answers first', async () => {
    const promoted = new Promise<Asked>((resolve) => setTimeout(resolve, 20, writes('b', 2)))
    expect(await answering({ a: [writes('a')], b: [promoted] }).find()).toEqual(servers[1])
  })

  it('is asked for anew each time', async () => {
    const found = answering({ a: [writes('a'), standby('a')], b: [standby('b'), writes('b', 2)] })
    expect([await found.find(), await found.find()]).toEqual(servers)
  })

  it('is never one that was seen to be replaced', async () => {
    const found = answering({ a: [writes('a', 1), writes('a', 1)], b: [writes('b', 2), { kind: 'failed', place: 'b', why: 'is away' }] })
    expect(await found.find()).toEqual(servers[1])
    await expect(found.find()).rejects.toThrow('no server of DATABASE_URL can be used: a is on timeline 1, but 2 was seen: it was replaced by a promoted server; b is away')
  })
})
