import { describe, expect, it } from 'vitest'
import { TrafficPlan } from '../traffic-plan.ts'
import { WebhookFaults } from '../webhook-faults.ts'
import { createCallSource } from './call-source.ts'

const BEGIN = Date.UTC(2026, 0, 5)
const sourceOf = (traffic: object, firstSeq = 0) => createCallSource({ seed: 6, account: 'acme', traffic: TrafficPlan.parse(traffic), faults: WebhookFaults.parse({}) }, firstSeq)

describe('a source of calls', () => {
  it('has none before it has begun, and no more than planned', () => {
    const source = sourceOf({ calls: 3 })
    expect(source.nextAt()).toBeNull()
    source.begin(BEGIN)
    const begun = [1, 2, 3].map(() => {
      const at = source.nextAt()
      expect(source.take().visible.begunAt).toBe(at)
      return at as number
    })
    expect(begun).toEqual([...begun].sort((one, other) => one - other))
    expect(source.nextAt()).toBeNull()
  })

  it('makes ordered calls beside the plan, which changes none of the planned ones', () => {
    const [plain, ordering] = [sourceOf({ calls: 50 }), sourceOf({ calls: 50 })]
    for (const source of [plain, ordering]) source.begin(BEGIN)
    const planned = Array.from({ length: 50 }, () => plain.take().callSid)
    const seen = Array.from({ length: 50 }, () => {
      const call = ordering.take()
      const ordered = ordering.order(call.visible.begunAt - 5_000, { kind: 'dashboard', seconds: 7 })
      // The book is in the order of creation: an order from the past begins with the last call.
      expect(ordered).toMatchObject({ seq: call.seq + 1, kind: 'dashboard', visible: { begunAt: call.visible.begunAt, hungUpAt: call.visible.begunAt + 7_000 } })
      return { planned: call.callSid, ordered: ordered.callSid }
    })
    expect(seen.map((one) => one.planned)).toEqual(planned)
    expect(new Set(seen.flatMap((one) => [one.planned, one.ordered])).size).toBe(100)
  })

  it('goes on from a later number with other calls', () => {
    const [first, later] = [sourceOf({}), sourceOf({}, 100)]
    for (const source of [first, later]) source.begin(BEGIN)
    const sids = [first, later].flatMap((source) => Array.from({ length: 50 }, () => source.take().callSid))
    expect(new Set([...sids, first.order(BEGIN, {}).callSid, later.order(BEGIN, {}).callSid]).size).toBe(102)
  })
})
