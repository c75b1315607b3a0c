import { describe, expect, it } from 'vitest'
import { TrafficPlan } from '../traffic-plan.ts'
import { WebhookFaults } from '../webhook-faults.ts'
import { CALL_KINDS } from './call-kind.ts'
import { createCallSource } from './call-source.ts'
import type { LedgerCall, LedgerWebhook, WebhookFault } from './ledger-call.ts'

const EVERY_KIND = Object.fromEntries(CALL_KINDS.map((kind) => [kind, 1]))

const webhooksUnder = (faults: object, traffic: object = {}): readonly { readonly call: LedgerCall; readonly webhook: LedgerWebhook }[] => {
  const source = createCallSource({ seed: 1, account: 'acme', traffic: TrafficPlan.parse({ kinds: EVERY_KIND, ...traffic }), faults: WebhookFaults.parse(faults) })
  source.begin(Date.UTC(2026, 0, 5))
  return Array.from({ length: 1_500 }, () => source.take()).flatMap((call) => call.webhooks.map((webhook) => ({ call, webhook })))
}
const eventsWith = (fault: WebhookFault, faults: object) =>
  [...new Set(webhooksUnder(faults).flatMap(({ webhook }) => (webhook.faults.includes(fault) ? [webhook.event.split('/')[0]] : [])))].sort()

describe('which webhooks a fault can have', () => {
  it.each<{ fault: WebhookFault; rate: string; events: string[] }>([
    { fault: 'recording-absent', rate: 'recordingAbsentRate', events: ['passthru', 'status-callback'] },
    { fault: 'case-changed', rate: 'caseChangedRate', events: ['passthru', 'popup', 'status-callback'] },
    { fault: 'cancelled-spelling', rate: 'cancelledRate', events: ['passthru', 'status-callback'] },
    { fault: 'legs-from-one', rate: 'legsFromOneRate', events: ['passthru', 'status-callback'] },
    { fault: 'list-rendered', rate: 'listRenderedRate', events: ['status-callback'] },
    { fault: 'truncated', rate: 'truncatedRate', events: ['status-callback'] },
    { fault: 'quoted-digits', rate: 'quotedDigitsRate', events: ['passthru'] },
    { fault: 'before-response', rate: 'beforeResponseRate', events: [] },
  ])('$fault: $events', ({ fault, rate, events }) => {
    expect(eventsWith(fault, { quotedDigitsRate: 0, [rate]: 1 })).toEqual(events)
  })

  it('JSON has no legs to be counted from 1, and only multipart breaks off', () => {
    for (const { webhook } of webhooksUnder({ legsFromOneRate: 1, truncatedRate: 1 })) {
      expect(webhook.faults.includes('legs-from-one') && webhook.encoding === 'json').toBe(false)
      expect(webhook.faults.includes('truncated')).toBe(webhook.encoding === 'multipart')
    }
  })
})

describe('rates of one surface', () => {
  it('hold for it and leave the others as they are', () => {
    for (const { webhook } of webhooksUnder({ extraFieldsRate: 1, surfaces: { passthru: { dropRate: 1 }, popup: { extraFieldsRate: 0 } } })) {
      const surface = webhook.event.split('/')[0]
      expect(webhook.faults.includes('drop')).toBe(surface === 'passthru')
      expect(webhook.faults.includes('extra-fields')).toBe(surface !== 'passthru' && surface !== 'popup')
    }
  })
})

describe('delays', () => {
  it('are as long as asked, or anything between the two, small ones as likely as large ones', () => {
    const delays = (delay: object) =>
      webhooksUnder({ delay: { rate: 1, ...delay } }, { kinds: { 'outbound-default': 1 } }).map(({ webhook }) => (webhook.dueAt - webhook.happenedAt) / 1_000)
    for (const seconds of delays({ seconds: 90 })) expect(Math.abs(seconds - 90.75)).toBeLessThanOrEqual(0.75)
    const spread = delays({ seconds: 1, secondsMax: 10_000 })
    for (const seconds of spread) expect(seconds).toBeGreaterThanOrEqual(1)
    expect(Math.max(...spread)).toBeLessThanOrEqual(10_002)
    const share = (from: number, to: number) => spread.filter((seconds) => seconds >= from && seconds < to).length / spread.length
    expect(share(1, 100)).toBeGreaterThan(0.4)
    expect(share(100, 10_002)).toBeGreaterThan(0.4)
  })
})
