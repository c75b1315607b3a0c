import { describe, expect, it } from 'vitest'
import { callRow } from '../api/call-row.ts'
import { TrafficPlan } from '../traffic-plan.ts'
import { WebhookFaults } from '../webhook-faults.ts'
import { createCallSource } from './call-source.ts'
import { isListed, isShown } from './is-shown.ts'
import type { LedgerCall } from './ledger-call.ts'

const callsWith = (traffic: object): readonly LedgerCall[] => {
  const source = createCallSource({
    seed: 3,
    account: 'acme',
    traffic: TrafficPlan.parse({ kinds: { 'outbound-extended': 1 }, rows: { numbers: 'number', nulls: 'null' }, ...traffic }),
    faults: WebhookFaults.parse({}),
  })
  source.begin(Date.UTC(2026, 0, 5))
  return Array.from({ length: 400 }, () => source.take())
}
const rowAt = (call: LedgerCall, now: number) => callRow(call, { account: 'acme', now, shape: 'list', details: false })

describe('a row that changes after it was final', () => {
  it.each([
    { field: 'price', shown: 'Price' },
    { field: 'status', shown: 'Status' },
    { field: 'durationSeconds', shown: 'Duration' },
    { field: 'recordingUrl', shown: 'RecordingUrl' },
  ])('$field: is otherwise until then, says that it was updated, and is true in the end', ({ field, shown }) => {
    const changing = callsWith({ changes: { rate: 1, afterSeconds: { min: 60, max: 600 }, fields: [field] } }).filter(({ changes }) => changes.length > 0)
    expect(changing.length).toBeGreaterThan(100)
    for (const call of changing) {
      const [{ at }] = call.changes as [LedgerCall['changes'][number]]
      const [before, after] = [rowAt(call, at - 1), rowAt(call, at)]
      expect(at).toBeGreaterThan(call.visible.finalFrom)
      expect(before[shown]).not.toEqual(after[shown])
      expect({ ...before, [shown]: 0, DateUpdated: 0 }).toEqual({ ...after, [shown]: 0, DateUpdated: 0 })
      expect(String(after.DateUpdated) > String(before.DateUpdated)).toBe(true)
      expect(call.visible.settledFrom).toBe(Math.max(at, call.visible.listedFrom ?? 0))
      expect(rowAt(call, call.visible.settledFrom)).toEqual(rowAt(call, call.visible.settledFrom + 1e9))
    }
  })
})

describe('a row that vanishes', () => {
  it('is shown nowhere in between, and is settled once it has returned', () => {
    const vanishing = callsWith({ vanishing: { rate: 1, afterSeconds: { min: 60, max: 120 }, forSeconds: { min: 60, max: 120 } } })
    for (const call of vanishing) {
      const { from, to } = call.visible.hidden as { from: number; to: number }
      const at = [from - 1, from, to - 1, to]
      expect(at.map((now) => isShown(call, now))).toEqual([true, false, false, true])
      expect(at.map((now) => isListed(call, now))).toEqual([true, false, false, true])
      expect(call.visible.settledFrom).toBeGreaterThanOrEqual(to)
    }
  })
})

describe('lags', () => {
  it('are drawn between the two, or from the choices', () => {
    const lags = (lag: object) => callsWith({ finalisationLagSeconds: lag }).map(({ visible }) => (visible.finalFrom - visible.hungUpAt) / 1_000)
    for (const seconds of lags({ min: 10, max: 20 })) expect(seconds >= 10 && seconds <= 20).toBe(true)
    expect([...new Set(lags({ choices: [0, 120, 900] }))].sort((a, b) => a - b)).toEqual([0, 120, 900])
  })

  it('of late recordings come on top, for their share', () => {
    const recorded = callsWith({ recordingLagSeconds: { min: 5, max: 5 }, lateRecordings: { share: 0.3, lagSeconds: { min: 3_600, max: 3_600 } } }).flatMap(({ visible }) =>
      visible.recordingFrom === null ? [] : [(visible.recordingFrom - visible.hungUpAt) / 1_000],
    )
    expect(new Set(recorded)).toEqual(new Set([5, 3_605]))
    expect(recorded.filter((seconds) => seconds > 5).length / recorded.length).toBeCloseTo(0.3, 1)
  })
})

describe('what the list never shows', () => {
  it.each([
    { setting: 'undialledListed', kind: 'outbound-undialled' },
    { setting: 'v3Listed', kind: 'outbound-v3' },
  ])('is $kind where $setting is off', ({ setting, kind }) => {
    for (const call of callsWith({ kinds: { [kind]: 1, dashboard: 1 }, [setting]: false })) {
      expect(isListed(call, call.visible.settledFrom)).toBe(call.kind !== kind)
      expect(isShown(call, call.visible.settledFrom)).toBe(true)
    }
  })
})

describe('long calls', () => {
  it('last up to four hours, for their share', () => {
    const seconds = callsWith({ longCalls: { share: 0.2 } }).map(({ visible }) => (visible.hungUpAt - visible.begunAt) / 1_000)
    const long = seconds.filter((length) => length >= 3_600)
    expect(long.length / seconds.length).toBeCloseTo(0.2, 1)
    expect(Math.max(...long)).toBeLessThanOrEqual(14_400)
  })
})
