import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TrafficPlan } from '../traffic-plan.ts'
import { WebhookFaults } from '../webhook-faults.ts'
import { CALL_KINDS, type CallKind } from './call-kind.ts'
import { createCallSource } from './call-source.ts'
import type { CallWorld } from './call-world.ts'
import type { LedgerCall } from './ledger-call.ts'
import { planCall } from './plan-call.ts'

const START = Date.UTC(2026, 10, 24, 3)
const DROPS = { dropRate: 0.05, duplicateRate: 0.02, delay: { rate: 0.1, seconds: 90 }, reorderRate: 0.05 }

const worldOf = (traffic: object = {}, faults: object = DROPS, seed = 1): CallWorld => ({
  seed,
  account: 'acme',
  traffic: TrafficPlan.parse(traffic),
  faults: WebhookFaults.parse(faults),
})
const play = (world: CallWorld, calls: number, origin = START): LedgerCall[] => {
  const source = createCallSource(world)
  source.begin(origin)
  return Array.from({ length: calls }, () => source.take())
}
const only = (kind: CallKind, traffic: object = {}) => worldOf({ kinds: { [kind]: 1 }, ...traffic })

describe('planned calls', () => {
  it('are the same for the same seed and plan', () => {
    expect(play(worldOf(), 500)).toEqual(play(worldOf(), 500))
  })

  it('are the same on another day, but for their times', () => {
    const timeless = (calls: LedgerCall[]) =>
      calls.map(({ callSid, kind, webhooks, truth: { status, durationSeconds, price } }) => ({
        callSid,
        kind,
        status,
        durationSeconds,
        price,
        faults: webhooks.map(({ faults }) => faults),
      }))
    expect(timeless(play(worldOf(), 500, START + 86_400_000))).toEqual(timeless(play(worldOf(), 500)))
  })

  it('are others for another seed', () => {
    const sids = [...play(worldOf({}, {}, 1), 500), ...play(worldOf({}, {}, 2), 500)].map(({ callSid }) => callSid)
    expect(new Set(sids).size).toBe(1_000)
    for (const sid of sids) expect(sid).toMatch(/^[0-9a-z]{32}$/)
  })

  it('keep their truth whatever the faults are', () => {
    const truths = (calls: LedgerCall[]) => calls.map(({ truth, callSid }) => ({ truth, callSid }))
    expect(truths(play(worldOf({}, {}), 300))).toEqual(truths(play(worldOf({}, { dropRate: 1 }), 300)))
  })

  it('come at the planned rate, in order', () => {
    const calls = play(worldOf({ callsPerSecond: 15 }), 15_000)
    const begun = calls.map(({ visible }) => visible.begunAt)
    expect(begun).toEqual([...begun].sort((one, other) => one - other))
    expect(((begun.at(-1) as number) - START) / 1_000).toBeGreaterThan(950)
    expect(((begun.at(-1) as number) - START) / 1_000).toBeLessThan(1_050)
  })

  it('tell a story whose parts fit together', () => {
    const world = worldOf({ callSeconds: { mean: 60, max: 300 }, finalisationLagSeconds: { min: 0, max: 900 }, kinds: Object.fromEntries(CALL_KINDS.map((kind) => [kind, 1])) })
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(999), (seq, ms) => {
        const { truth, visible, webhooks } = planCall(world, seq, START + ms)
        expect(truth.createdAt % 1_000).toBe(0)
        expect(truth.createdAt).toBe(START)
        expect(truth.startedAt).toBeGreaterThanOrEqual(truth.createdAt)
        expect(truth.endedAt - truth.startedAt).toBe(truth.durationSeconds * 1_000)
        expect(truth.endedAt - truth.createdAt).toBeGreaterThanOrEqual(1_000)
        expect(truth.endedAt - truth.createdAt).toBeLessThanOrEqual(300_000)
        expect(truth.leg1Seconds).toBeLessThanOrEqual(truth.durationSeconds)
        expect(truth.conversationSeconds).toBeLessThanOrEqual(truth.leg1Seconds)
        expect(truth.conversationSeconds > 0).toBe(truth.leg2Status === 'completed')
        if (truth.recordingUrl !== null) expect(truth.status).toBe('completed')
        expect(truth.price).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/)
        for (const phone of [truth.from, truth.to, truth.exophone]) expect(phone).toMatch(/^(0900000\d{4}|sip:agent\d{4})$/)
        expect(visible.hungUpAt).toBe(truth.endedAt + ms)
        expect(visible.settledFrom).toBeGreaterThanOrEqual(visible.finalFrom)
        for (const { happenedAt, dueAt } of webhooks) {
          expect(happenedAt).toBeGreaterThanOrEqual(visible.begunAt)
          expect(dueAt).toBeGreaterThanOrEqual(happenedAt)
        }
      }),
    )
  })

  it.each([
    { kind: 'outbound-extended', traffic: { answeredEventsShare: 0 }, events: ['status-callback/terminal'] },
    { kind: 'outbound-extended', traffic: { answeredEventsShare: 1 }, events: ['status-callback/answered', 'status-callback/answered', 'status-callback/terminal'] },
    { kind: 'outbound-flow', events: ['status-callback/default'] },
    { kind: 'inbound-passthru', events: ['passthru'] },
    { kind: 'inbound-abandoned', events: [] },
    { kind: 'inbound-silent', events: [] },
    { kind: 'dashboard', events: [] },
    { kind: 'campaign', events: [] },
  ] as const)('$kind: $events', ({ kind, events, ...rest }) => {
    const answered = play(only(kind, 'traffic' in rest ? rest.traffic : {}), 200).filter(({ truth }) => truth.leg2Status === 'completed' || kind !== 'outbound-extended')
    expect(answered.length).toBeGreaterThan(100)
    for (const { webhooks } of answered) expect(webhooks.map(({ event }) => event)).toEqual(events)
  })

  it('tell the first and the second leg of an answered call apart', () => {
    const [call] = play(only('outbound-extended', { answeredEventsShare: 1 }), 50).filter(({ webhooks }) => webhooks.length === 3)
    expect(call?.webhooks.map(({ legsUp }) => legsUp)).toEqual([1, 2, 0])
  })
})

describe('faults', () => {
  const webhooks = play(worldOf({ callsPerSecond: 50 }), 40_000).flatMap((call) => call.webhooks.map((webhook, position) => ({ call, webhook, next: call.webhooks[position + 1] })))
  const shareOf = (fault: string) => webhooks.filter(({ webhook }) => webhook.faults.some((noted) => noted === fault)).length / webhooks.length

  it.each([
    { fault: 'drop', rate: 0.05 },
    { fault: 'duplicate', rate: 0.02 * 0.95 },
    { fault: 'delay', rate: 0.1 * 0.95 },
    { fault: 'reorder', rate: 0.05 * 0.95 },
  ])('$fault happens at its rate', ({ fault, rate }) => {
    expect(webhooks.length).toBeGreaterThan(30_000)
    expect(shareOf(fault)).toBeGreaterThan(rate * 0.9)
    expect(shareOf(fault)).toBeLessThan(rate * 1.1)
  })

  it('a dropped webhook has no other fault', () => {
    for (const { webhook } of webhooks) if (webhook.faults.includes('drop')) expect(webhook).toMatchObject({ faults: ['drop'], duplicateDueAt: null })
  })

  it('a reordered webhook is sent after the next one of its call has happened', () => {
    const reordered = webhooks.filter(({ webhook, next }) => webhook.faults.includes('reorder') && next !== undefined)
    expect(reordered.length).toBeGreaterThan(200)
    for (const { webhook, next } of reordered) expect(webhook.dueAt).toBeGreaterThan(next?.happenedAt as number)
  })

  it('a delayed webhook is late by the planned time at least', () => {
    for (const { webhook } of webhooks) if (webhook.faults.includes('delay')) expect(webhook.dueAt - webhook.happenedAt).toBeGreaterThanOrEqual(90_000)
  })

  it('without faults nothing is noted and everything goes out soon', () => {
    for (const { webhooks: plain } of play(worldOf({}, {}), 2_000)) {
      for (const { faults, dueAt, happenedAt } of plain) {
        expect(faults).toEqual([])
        expect(dueAt - happenedAt).toBeLessThanOrEqual(1_500)
      }
    }
  })
})
