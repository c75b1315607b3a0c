import type { Observation } from '@rollcall/contracts/observation'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'
import { readObservation } from '@rollcall/exotel/read-observation'
import { describe, expect, it } from 'vitest'
import { planWebhooks } from '../load/plan-webhooks.ts'
import { logOf } from '../testing/log-of.ts'
import { observed } from '../testing/observed.ts'
import { foldLog } from './fold-log.ts'

const webhooks = planWebhooks(1, 'chaos', Date.UTC(2026, 0, 1))
const planned = Array.from({ length: 40 }, () => webhooks.next().value)

describe("the oracle's own fold of the log", () => {
  it('knows every webhook by its bytes, and reads on where it stopped', async () => {
    const observations = planned.slice(0, 20).map(observed)
    const fold = foldLog(logOf(observations))
    await fold.readOn()
    expect(planned.map(({ identity }) => fold.holds(identity))).toEqual(planned.map((_, index) => index < 20))
    observations.push(...planned.slice(20).map((one, index) => observed(one, 20 + index)))
    const touched = await fold.readOn()
    expect(planned.every(({ identity }) => fold.holds(identity))).toBe(true)
    expect(touched).toEqual(new Set(planned.slice(20).map(({ callSid }) => callSid)))
    expect(fold.records()).toBe(40)
  })

  it('is the same whatever comes twice and in which order', async () => {
    const once = planned.map(observed)
    const [forth, back] = [foldLog(logOf(once)), foldLog(logOf([...once, ...once].reverse()))]
    await Promise.all([forth.readOn(), back.readOn()])
    expect(back.calls()).toBe(forth.calls())
    for (const { callSid } of planned) {
      const [a, b] = [forth.call(callSid), back.call(callSid)]
      expect(a && canonicalState(a)).toBe(b && canonicalState(b))
    }
  })

  it('holds of a call everything that any of its webhooks told', async () => {
    const many = Array.from({ length: 600 }, () => webhooks.next().value).map(observed)
    const fold = foldLog(logOf(many))
    await fold.readOn()
    const told = new Map<string, Observation[]>()
    for (const one of many) told.set(one.callSid ?? '', [...(told.get(one.callSid ?? '') ?? []), one])
    const several = [...told].filter(([callSid, all]) => all.length > 1 && fold.call(callSid) !== undefined)
    expect(several.length).toBeGreaterThan(20)
    for (const [callSid, all] of several) {
      const record = merge(
        null,
        all.flatMap((one) => [readObservation(one)].flatMap((said) => (said.kind === 'facts' ? [said.facts] : []))),
      )
      expect(canonicalState(fold.call(callSid) as CallRecord)).toBe(record && canonicalState(record))
    }
  })

  it('says so when the log leaves records out', async () => {
    const fold = foldLog(logOf(planned.map(observed), (place) => (place < 10 ? place : place + 1)))
    await expect(fold.readOn()).rejects.toThrow('partition 0 goes from 10 to 11')
  })
})
