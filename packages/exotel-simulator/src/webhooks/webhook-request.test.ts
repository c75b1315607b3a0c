import { describe, expect, it } from 'vitest'
import type { LedgerCall, LedgerWebhook } from '../calls/ledger-call.ts'
import { planCall } from '../calls/plan-call.ts'
import { istText } from '../ist-text.ts'
import { TrafficPlan } from '../traffic-plan.ts'
import { WebhookFaults } from '../webhook-faults.ts'
import { WebhookProfile } from './webhook-profile.ts'
import { type WebhookRequest, webhookRequest } from './webhook-request.ts'

const START = Date.UTC(2026, 10, 24, 3)

const callsOf = (traffic: object, { faults = {}, webhooks = {} }: { faults?: object; webhooks?: object } = {}): LedgerCall[] => {
  const world = { seed: 9, account: 'acme', traffic: TrafficPlan.parse(traffic), faults: WebhookFaults.parse(faults), webhooks: WebhookProfile.parse(webhooks) }
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

describe('how a form says nothing', () => {
  const fieldsWith = (emptyParts: string) => {
    const [call] = callsOf({ kinds: { 'outbound-extended': 1 }, encodings: { urlencoded: 1 } }, { webhooks: { emptyParts } }).filter(
      ({ truth, style }) => truth.recordingUrl === null && style.missingRecording === 'empty',
    ) as [LedgerCall]
    return read(requestOf(call))
  }
  it.each([
    { emptyParts: 'empty', RecordingUrl: '' },
    { emptyParts: 'null', RecordingUrl: 'null' },
    { emptyParts: 'absent', RecordingUrl: undefined },
  ])('$emptyParts', ({ emptyParts, RecordingUrl }) => expect(fieldsWith(emptyParts).RecordingUrl).toBe(RecordingUrl))

  it('each call its own way where they are mixed', () => {
    const styles = callsOf({}, { webhooks: { emptyParts: 'mixed' } }).map(({ style }) => style.emptyParts)
    expect(new Set(styles)).toEqual(new Set(['empty', 'absent', 'null']))
  })
})

describe('what an answered event says of the end', () => {
  it.each([
    { answeredEnd: 'null', EndTime: null, RecordingUrl: null },
    { answeredEnd: 'epoch', EndTime: '1970-01-01 05:30:00', RecordingUrl: '' },
  ])('$answeredEnd', ({ answeredEnd, ...expected }) => {
    const [call] = callsOf({ kinds: { 'outbound-extended': 1 }, encodings: { json: 1 }, answeredEventsShare: 1 }, { webhooks: { answeredEnd } }).filter(
      ({ webhooks }) => webhooks.length === 3,
    ) as [LedgerCall]
    expect(read(requestOf(call, 0))).toMatchObject(expected)
  })
})

describe('multipart', () => {
  it.each([
    { boundary: 'dashes', pattern: /boundary=-{24}[0-9a-z]{16}$/ },
    { boundary: 'webkit', pattern: /boundary=----WebKitFormBoundary[0-9a-z]{16}$/ },
    { boundary: 'quoted', pattern: /boundary="exotel boundary [0-9a-z]{16}"$/ },
  ])('with a boundary of $boundary is what every form reader takes', async ({ boundary, pattern }) => {
    const [call] = callsOf({ kinds: { 'outbound-extended': 1 }, encodings: { multipart: 1 } }, { webhooks: { boundary } }) as [LedgerCall]
    const { contentType, body } = requestOf(call)
    expect(contentType).toMatch(pattern)
    const form = await new Response(body, { headers: { 'content-type': contentType ?? '' } }).formData()
    expect(form.get('CallSid')).toBe(call.callSid)
    expect(form.get('Legs[1][OnCallDuration]')).toBe(String(call.truth.leg2Seconds))
  })
})

describe('faults of the encoding', () => {
  it('count legs from 1', () => {
    for (const call of callsOf({ kinds: { 'outbound-extended': 1 }, encodings: { urlencoded: 1 } }, { faults: { legsFromOneRate: 1 } }).slice(0, 20)) {
      expect(read(requestOf(call))).toMatchObject({ 'Legs[1][Status]': call.truth.leg1Status, 'Legs[2][OnCallDuration]': String(call.truth.leg2Seconds) })
    }
  })

  it('send nothing, in the body or the query', () => {
    for (const call of callsOf({}, { faults: { emptyBodyRate: 1 } }))
      for (const webhook of call.webhooks) expect(webhookRequest(call, webhook)).toMatchObject({ query: '', body: webhook.encoding === 'query' ? null : '' })
  })

  it('break a multipart body off, behind its CallSid', () => {
    for (const call of callsOf({ kinds: { 'outbound-extended': 1 }, encodings: { multipart: 1 } }, { faults: { truncatedRate: 1 } }).slice(0, 20)) {
      const { body } = requestOf(call)
      expect(body).toContain(call.callSid)
      expect(body).not.toMatch(/--\r\n$/)
    }
  })
})

describe('the other surfaces', () => {
  const ofKind = (kind: string, traffic: object = {}) => callsOf({ kinds: { [kind]: 1 }, ...traffic })
  const jsonOf = (call: LedgerCall, webhook: LedgerWebhook) => JSON.parse(webhookRequest(call, webhook).body ?? '')

  it('a popup for each attempt and each thing that became of it; busy is the agent', () => {
    const call = ofKind('inbound-popup', { agents: 3 }).find(({ agents, truth }) => agents === 3 && truth.leg2Status === 'completed') as LedgerCall
    const popups = call.webhooks.filter(({ event }) => event.startsWith('popup/')).map((webhook) => read(webhookRequest(call, webhook)) as Record<string, string>)
    expect(popups.map(({ EventType, Status }) => `${EventType} ${Status}`)).toEqual([
      ...['Dial busy', 'Ringing busy', 'Terminal free'],
      ...['Dial busy', 'Ringing busy', 'Terminal free'],
      ...['Dial busy', 'Ringing busy', 'Answered busy', 'Terminal free'],
    ])
    expect(new Set(popups.map(({ DialWhomNumber }) => DialWhomNumber)).size).toBe(3)
  })

  it('several Passthrus, of which only the last knows how it went, with digits from the second on', () => {
    const call = ofKind('inbound-several', { passthrus: 3 }).find(({ truth }) => truth.recordingUrl !== null) as LedgerCall
    const hits = call.webhooks.map((webhook) => read(webhookRequest(call, webhook)) as Record<string, string>)
    expect(hits.map(({ DialCallStatus, RecordingUrl, digits }) => [DialCallStatus, RecordingUrl !== undefined, digits])).toEqual([
      [undefined, false, undefined],
      [undefined, false, '"1"'],
      ['completed', true, '"1"'],
    ])
  })

  it('a browser phone: busy, then free; its talk time a number inbound and text outbound', () => {
    const [inbound, outbound] = [ofKind('webrtc-inbound'), ofKind('webrtc-outbound')].map((calls) => calls.find(({ truth }) => truth.conversationSeconds > 0) as LedgerCall) as [
      LedgerCall,
      LedgerCall,
    ]
    expect(inbound.webhooks.map((webhook) => jsonOf(inbound, webhook))).toMatchObject([
      { CallState: 'active', CallStatus: 'busy', EndTime: '', TotalDuration: 0 },
      { CallState: 'terminal', CallStatus: 'free', TotalDuration: inbound.truth.conversationSeconds },
    ])
    expect(outbound.webhooks.map((webhook) => jsonOf(outbound, webhook))).toMatchObject([
      { CallDetail: 'answered', CallState: 'active', CallStatus: '' },
      {
        CallDetail: 'terminal',
        CallState: 'terminal',
        CallStatus: 'completed',
        TotalDuration: String(outbound.truth.conversationSeconds),
        EndTime: expect.stringMatching(/T.*\+05:30$/),
      },
    ])
  })

  it('ExoML events have an id of their own, told again with the number of the attempt', () => {
    const [call] = ofKind('outbound-exoml').filter(({ webhooks }) => webhooks.length === 2) as [LedgerCall]
    const ids = call.webhooks.flatMap((webhook) => [1, 2].map((number) => webhookRequest(call, webhook, { number, retoldAt: null }).headers))
    expect(new Set(ids.map((headers) => headers['x-exotel-event-sid'])).size).toBe(2)
    expect(ids.map((headers) => headers['x-exotel-request-id']?.slice(-2))).toEqual(['-1', '-2', '-1', '-2'])
    expect(jsonOf(call, call.webhooks[1] as LedgerWebhook)).toMatchObject({ event_name: 'leg_completed', data: { call_sid: call.callSid, state: call.truth.status } })
  })
})
