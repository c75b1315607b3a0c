import { describe, expect, it } from 'vitest'
import type { LedgerCall, LedgerWebhook } from '../calls/ledger-call.ts'
import { planCall } from '../calls/plan-call.ts'
import { istText } from '../ist-text.ts'
import { TrafficPlan } from '../traffic-plan.ts'
import { WebhookFaults } from '../webhook-faults.ts'
import { type WebhookRequest, webhookRequest } from './webhook-request.ts'

const START = Date.UTC(2026, 10, 24, 3)

const callsOf = (traffic: object): LedgerCall[] => {
  const world = { seed: 9, account: 'acme', traffic: TrafficPlan.parse(traffic), faults: WebhookFaults.parse({}) }
  return Array.from({ length: 300 }, (_, seq) => planCall(world, seq, START + seq * 1_000))
}
const requestOf = (call: LedgerCall, position = -1): WebhookRequest => webhookRequest(call, call.webhooks.at(position) as LedgerWebhook)

/** The plainest reader there is for each encoding; forms come out flat. */
const read = ({ contentType, body, query }: WebhookRequest): Record<string, unknown> => {
  if (body === null) return Object.fromEntries(new URLSearchParams(query))
  if (contentType === 'application/json') return JSON.parse(body)
  if (contentType === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(body))
  const boundary = contentType?.replace('multipart/form-data; boundary=', '')
  expect(body.endsWith(`--${boundary}--\r\n`)).toBe(true)
  const parts = body.split(`--${boundary}`).slice(1, -1)
  return Object.fromEntries(parts.map((part) => /^\r\nContent-Disposition: form-data; name="([^"]+)"\r\n\r\n(.*)\r\n$/s.exec(part)?.slice(1) as [string, string]))
}

describe.each(['json', 'urlencoded', 'multipart'] as const)('a status callback as %s', (encoding) => {
  const text = (value: unknown) => (encoding === 'json' ? value : String(value ?? ''))

  it('tells the end of a two-leg call in full', () => {
    const calls = callsOf({ kinds: { 'outbound-extended': 1 }, encodings: { [encoding]: 1 } })
    for (const call of calls) {
      const { truth } = call
      const fields = read(requestOf(call))
      expect(fields).toMatchObject({
        CallSid: call.callSid,
        EventType: 'terminal',
        DateCreated: istText(truth.createdAt),
        DateUpdated: istText(truth.endedAt),
        To: truth.to,
        From: truth.from,
        PhoneNumberSid: '09000009001',
        StartTime: istText(truth.startedAt),
        EndTime: istText(truth.endedAt),
        Status: truth.status,
        ConversationDuration: text(truth.conversationSeconds),
        Direction: 'outbound-api',
        CustomField: truth.customField,
      })
      const legs = [
        { OnCallDuration: truth.leg1Seconds, Status: truth.leg1Status },
        { OnCallDuration: truth.leg2Seconds, Status: truth.leg2Status },
      ]
      const flat = Object.fromEntries(legs.flatMap((leg, index) => Object.entries(leg).map(([key, value]) => [`Legs[${index}][${key}]`, text(value)])))
      expect(fields).toMatchObject(encoding === 'json' ? { Legs: legs } : flat)
    }
  })

  it('has its recording where there is one, else an empty field or none', () => {
    const calls = callsOf({ kinds: { 'outbound-flow': 1 }, encodings: { [encoding]: 1 } })
    const seen = calls.map((call) => ({ url: call.truth.recordingUrl, field: read(requestOf(call)).RecordingUrl }))
    for (const { url, field } of seen) if (url !== null) expect(field).toBe(url)
    expect(new Set(seen.filter(({ url }) => url === null).map(({ field }) => field))).toEqual(new Set([text(null), undefined]))
  })

  it('has four fields for a call to a flow', () => {
    const [call] = callsOf({ kinds: { 'outbound-flow': 1 }, encodings: { [encoding]: 1 } }).filter(({ truth }) => truth.recordingUrl !== null) as [LedgerCall]
    expect(read(requestOf(call))).toEqual({ CallSid: call.callSid, Status: 'completed', RecordingUrl: call.truth.recordingUrl, DateUpdated: istText(call.truth.endedAt) })
  })

  it('tells each leg that was answered', () => {
    const call = callsOf({ kinds: { 'outbound-extended': 1 }, encodings: { [encoding]: 1 }, answeredEventsShare: 1 }).find(({ webhooks }) => webhooks.length === 3) as LedgerCall
    const legs = [0, 1].map((position) => {
      const fields = read(requestOf(call, position))
      expect(fields).toMatchObject({ EventType: 'answered', Status: 'in-progress', CallSid: call.callSid })
      expect(fields).not.toHaveProperty('EndTime')
      return encoding === 'json' ? (fields.Legs as { Status: string }[]).map(({ Status }) => Status) : [fields['Legs[0][Status]'], fields['Legs[1][Status]']]
    })
    expect(legs).toEqual([
      ['in-progress', ''],
      ['in-progress', 'in-progress'],
    ])
  })
})

describe('a Passthru', () => {
  const calls = callsOf({ kinds: { 'inbound-passthru': 1 } })
  const reads = calls.map((call) => ({ call, request: requestOf(call), fields: read(requestOf(call)) as Record<string, string> }))

  it('is a GET with everything in the query, as text', () => {
    for (const { call, request, fields } of reads) {
      expect(request).toMatchObject({ method: 'GET', surface: 'passthru', body: null, contentType: null })
      expect(fields).toMatchObject({
        CallSid: call.callSid,
        CallFrom: call.truth.from,
        CallTo: '09000009003',
        Direction: 'incoming',
        EndTime: '1970-01-01 05:30:00',
        ForwardedFrom: 'null',
      })
    }
  })

  it.each([
    { leg2: 'completed', CallType: 'completed', cause: 'NORMAL_CLEARING' },
    { leg2: 'no-answer', CallType: 'incomplete', cause: 'RING_TIMEOUT' },
    { leg2: 'busy', CallType: 'incomplete', cause: 'USER_BUSY' },
    { leg2: 'canceled', CallType: 'client-hangup', cause: 'RING_TIMEOUT' },
    { leg2: null, CallType: 'call-attempt', cause: undefined },
  ])('of a call whose agent leg was $leg2 says $CallType', ({ leg2, CallType, cause }) => {
    const some = reads.filter(({ call }) => call.truth.leg2Status === leg2)
    expect(some.length).toBeGreaterThan(0)
    for (const { call, fields } of some) {
      expect(fields.CallType).toBe(CallType)
      expect(fields.DialCallStatus).toBe(leg2 ?? undefined)
      expect(fields['Legs[0][CauseCode]']).toBe(cause)
      if (leg2 === 'completed') expect(fields['Legs[0][OnCallDuration]']).toBe(String(call.truth.conversationSeconds))
      expect(fields.RecordingUrl).toBe(call.truth.recordingUrl ?? undefined)
    }
  })

  it('counts ringing in DialCallDuration', () => {
    const rung = reads.filter(({ call }) => call.truth.leg2Status === 'completed' && call.truth.durationSeconds > 30)
    for (const { call, fields } of rung) expect(Number(fields.DialCallDuration)).toBeGreaterThan(call.truth.conversationSeconds)
  })
})

describe('a webhook', () => {
  it('is byte for byte the same when it is sent again', () => {
    for (const call of callsOf({})) for (const webhook of call.webhooks) expect(webhookRequest(call, webhook)).toEqual(webhookRequest(call, webhook))
  })
})
