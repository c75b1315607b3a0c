import type { Observation, Surface } from '@rollcall/contracts/observation'
import type { CallFacts } from '@rollcall/domain/call/fact'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { peekDelivery } from './peek-delivery.ts'
import { readObservation } from './read-observation.ts'
import { anObservation } from './testing/an-observation.ts'
import { ENCODINGS, encode } from './testing/encodings.ts'

const SID = '80bfbec2d78bbbf10fb851f4fa165211'

/** Where a case comes from: captured from a live account and published, documented by Exotel, or constructed from the field lists. */
type Origin = 'captured' | 'documented' | 'constructed'

interface Expected {
  readonly event: string | null
  readonly vendorTime: string | null
  readonly values: CallFacts['values']
}

const factsOf = (observation: Observation): CallFacts => {
  const result = readObservation(observation)
  if (result.kind !== 'facts') throw new Error(JSON.stringify(result))
  return result.facts
}

const expectFacts = (observation: Observation, expected: Expected & { source: CallFacts['source']; callSid: string }) =>
  expect(factsOf(observation)).toEqual({
    ...expected,
    account: 'acme',
    receivedAt: observation.receivedAt,
    vendorTime: expected.vendorTime === null ? null : Date.parse(expected.vendorTime),
  })

const ANSWERED_CALL = {
  CallSid: SID,
  EventType: 'terminal',
  DateCreated: '2024-01-15 14:25:10',
  DateUpdated: '2024-01-15 14:30:45',
  To: '09000000002',
  From: '09000000001',
  PhoneNumberSid: '04000000003',
  StartTime: '2024-01-15 14:25:12',
  EndTime: '2024-01-15 14:30:45',
  Status: 'completed',
  ConversationDuration: 320,
  Direction: 'outbound-api',
  CustomField: 'order_12345',
  RecordingUrl: 'https://s3-ap-southeast-1.amazonaws.com/recordings/abc123.mp3',
  Legs: [
    { OnCallDuration: 335, Status: 'completed', AnsweredBy: 'NA' },
    { OnCallDuration: 320, Status: 'completed', AnsweredBy: 'HUMAN' },
  ],
}
const ANSWERED_VALUES = {
  status: 'completed',
  direction: 'outbound-api',
  from: '09000000001',
  to: '09000000002',
  exophone: '04000000003',
  createdAt: '2024-01-15T08:55:10.000Z',
  startedAt: '2024-01-15T08:55:12.000Z',
  endedAt: '2024-01-15T09:00:45.000Z',
  conversationSeconds: '320',
  leg1Status: 'completed',
  leg2Status: 'completed',
  leg1Seconds: '335',
  leg2Seconds: '320',
  customField: 'order_12345',
  recordingUrl: 'https://s3-ap-southeast-1.amazonaws.com/recordings/abc123.mp3',
}
const without = <T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>

const STATUS_CALLBACKS: readonly (readonly [origin: Origin, variant: string, body: Record<string, unknown>, expected: Expected])[] = [
  ['documented', 'terminal of an answered call', ANSWERED_CALL, { event: 'status-callback/terminal', vendorTime: '2024-01-15T09:00:45Z', values: ANSWERED_VALUES }],
  [
    'constructed',
    'terminal of an unanswered call, without a recording (strict parsers crash on it)',
    {
      ...without(ANSWERED_CALL, 'RecordingUrl', 'CustomField'),
      Status: 'no-answer',
      ConversationDuration: 0,
      Legs: [
        { OnCallDuration: 40, Status: 'completed' },
        { OnCallDuration: 0, Status: 'no-answer' },
      ],
    },
    {
      event: 'status-callback/terminal',
      vendorTime: '2024-01-15T09:00:45Z',
      values: {
        ...without(ANSWERED_VALUES, 'recordingUrl', 'customField'),
        status: 'no-answer',
        conversationSeconds: '0',
        leg1Seconds: '40',
        leg2Status: 'no-answer',
        leg2Seconds: '0',
      },
    },
  ],
  [
    'documented',
    'the default four fields',
    { CallSid: SID, Status: 'completed', RecordingUrl: 'https://recordings.example/acme/a.mp3', DateUpdated: '2025-11-10 18:05:20' },
    { event: 'status-callback/default', vendorTime: '2025-11-10T12:35:20Z', values: { status: 'completed', recordingUrl: 'https://recordings.example/acme/a.mp3' } },
  ],
  [
    'constructed',
    'the default four fields with a null recording',
    { CallSid: SID, Status: 'busy', RecordingUrl: null, DateUpdated: '2025-11-10 18:05:20' },
    { event: 'status-callback/default', vendorTime: '2025-11-10T12:35:20Z', values: { status: 'busy' } },
  ],
  [
    'constructed',
    'answered by the first leg, its end and durations placeholders',
    {
      ...without(ANSWERED_CALL, 'RecordingUrl', 'CustomField'),
      EventType: 'answered',
      Status: 'in-progress',
      EndTime: '1970-01-01 05:30:00',
      ConversationDuration: 0,
      Legs: [
        { OnCallDuration: 0, Status: 'in-progress' },
        { OnCallDuration: 0, Status: '' },
      ],
    },
    {
      event: 'status-callback/answered',
      vendorTime: '2024-01-15T09:00:45Z',
      values: {
        ...without(ANSWERED_VALUES, 'recordingUrl', 'customField', 'endedAt', 'conversationSeconds', 'leg1Seconds', 'leg2Seconds', 'leg2Status'),
        status: 'in-progress',
        leg1Status: 'in-progress',
      },
    },
  ],
  [
    'constructed',
    'other letter case and spelling, every style of nothing, a signed recording',
    {
      CallSid: SID,
      EventType: 'Terminal',
      Status: 'CANCELLED',
      Direction: 'Outbound-API',
      DateUpdated: 'null',
      EndTime: '1970-01-01 05:30:00',
      StartTime: '',
      CustomField: '',
      To: 'null',
      RecordingUrl: 'https://recordings.example/a.mp3?X-Amz-Signature=abc#t=1',
      Surprise: 'field',
    },
    { event: 'status-callback/terminal', vendorTime: null, values: { status: 'canceled', direction: 'outbound-api', recordingUrl: 'https://recordings.example/a.mp3' } },
  ],
  [
    'constructed',
    'a status that is new to us',
    { CallSid: SID, Status: 'parked', DateUpdated: '2025-11-10 18:05:20' },
    { event: 'status-callback/default', vendorTime: '2025-11-10T12:35:20Z', values: { status: 'unknown' } },
  ],
  [
    'constructed',
    'legs counted from 1, and the undocumented fields one integrator receives',
    {
      CallSid: SID,
      EventType: 'terminal',
      Status: 'completed',
      Duration: '156',
      Price: '1.500',
      AnsweredBy: 'Human',
      Legs: { 1: { OnCallDuration: '156.0', Status: 'Completed' }, 2: { Status: 'Busy' } },
    },
    {
      event: 'status-callback/terminal',
      vendorTime: null,
      values: { status: 'completed', durationSeconds: '156', price: '1.5', answeredBy: 'human', leg1Status: 'completed', leg1Seconds: '156', leg2Status: 'busy' },
    },
  ],
]

describe('a StatusCallback', () => {
  for (const encoding of ENCODINGS)
    it.each(STATUS_CALLBACKS)(`in ${encoding} [%s]: %s`, (_origin, _variant, body, expected) =>
      expectFacts(anObservation({ ...encode(encoding, body) }), { ...expected, source: 'webhook', callSid: SID }),
    )

  it.each(ENCODINGS)('in %s is read the same whatever type it declares', (encoding) => {
    const { payload, contentType } = encode(encoding, ANSWERED_CALL)
    for (const declared of [null, 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-8', 'multipart/form-data'])
      expect(factsOf(anObservation({ payload, contentType: declared })).values, `${encoding} as ${declared}`).toEqual(factsOf(anObservation({ payload, contentType })).values)
  })

  it('takes nothing from the callback URL, whose query is the customer’s own', () =>
    expect(factsOf(anObservation({ ...encode('json', { CallSid: SID, Status: 'completed' }), query: 'key=1&Status=busy&From=09000000009' })).values).toEqual({
      status: 'completed',
    }))
})

/** Published by frappe/exotel_integration (contract §5.1), with numbers replaced. */
const PASSTHRU = {
  CallSid: '23c162077629863c1a2d7f29263a162m',
  CallFrom: '09000000001',
  CallTo: '09000000003',
  Direction: 'incoming',
  ForwardedFrom: 'null',
  Created: 'Wed, 23 Feb 2022 12:31:59',
  DialCallDuration: '17',
  RecordingUrl: 'https://s3-ap-southeast-1.amazonaws.com/random.mp3',
  StartTime: '2022-02-23 12:31:58',
  EndTime: '1970-01-01 05:30:00',
  DialCallStatus: 'completed',
  CallType: 'completed',
  DialWhomNumber: '09000000002',
  ProcessStatus: 'null',
  flow_id: '228040',
  tenant_id: '67291',
  From: '09000000001',
  To: '09000000004',
  RecordingAvailableBy: 'Wed, 23 Feb 2022 12:37:25',
  CurrentTime: '2022-02-23 12:32:25',
  OutgoingPhoneNumber: '09000000004',
  'Legs[0][Number]': '09000000002',
  'Legs[0][Type]': 'single',
  'Legs[0][OnCallDuration]': '10',
  'Legs[0][CauseCode]': 'NORMAL_CLEARING',
  'Legs[0][Cause]': '16',
}
const PASSTHRU_VALUES = {
  direction: 'inbound',
  from: '09000000001',
  exophone: '09000000003',
  createdAt: '2022-02-23T07:01:59.000Z',
  startedAt: '2022-02-23T07:01:58.000Z',
  leg2Status: 'completed',
  conversationSeconds: '10',
  recordingUrl: 'https://s3-ap-southeast-1.amazonaws.com/random.mp3',
}
const unanswered = (more: Record<string, string>) => ({
  ...without(PASSTHRU, 'RecordingUrl', 'RecordingAvailableBy'),
  DialCallDuration: '0',
  'Legs[0][OnCallDuration]': '0',
  ...more,
})
const UNANSWERED_VALUES = without(PASSTHRU_VALUES, 'recordingUrl', 'conversationSeconds')

const PASSTHRUS: readonly (readonly [origin: Origin, variant: string, query: Record<string, string>, values: CallFacts['values']])[] = [
  ['captured', 'an answered call: talk time is the leg’s, not DialCallDuration', PASSTHRU, PASSTHRU_VALUES],
  [
    'captured',
    'the caller hung up while an agent was dialled',
    unanswered({ DialCallStatus: 'canceled', CallType: 'client-hangup' }),
    { ...UNANSWERED_VALUES, leg2Status: 'canceled' },
  ],
  ['captured', 'no agent answered', unanswered({ DialCallStatus: 'no-answer', CallType: 'incomplete' }), { ...UNANSWERED_VALUES, leg2Status: 'no-answer' }],
  [
    'captured',
    'the agent rejected, and was rung for 5 s',
    unanswered({ DialCallStatus: 'busy', CallType: 'incomplete', DialCallDuration: '5' }),
    { ...UNANSWERED_VALUES, leg2Status: 'busy' },
  ],
  [
    'constructed',
    'a call that never left the menu',
    { ...without(unanswered({}), 'Legs[0][OnCallDuration]'), CallType: 'call-attempt', DialCallStatus: '', CallStatus: 'null' },
    without(UNANSWERED_VALUES, 'leg2Status'),
  ],
  [
    'constructed',
    'the second agent took it; legs counted from 1, with insights',
    { ...PASSTHRU, 'Legs[0][OnCallDuration]': '0', 'Legs[1][OnCallDuration]': '42', 'Legs[1][Insights][RingingDuration]': '4.39', CallStatus: 'In-Progress' },
    { ...PASSTHRU_VALUES, conversationSeconds: '42', status: 'in-progress' },
  ],
]

describe('a Passthru', () => {
  it.each(PASSTHRUS)('[%s]: %s', (_origin, _variant, query, values) => {
    const expected = { event: 'passthru', vendorTime: '2022-02-23T07:02:25Z', values, source: 'webhook', callSid: PASSTHRU.CallSid } as const
    expectFacts(anObservation({ surface: 'passthru', method: 'GET', query: new URLSearchParams({ key: 'x', ...query }).toString() }), expected)
    expectFacts(anObservation({ surface: 'passthru', method: 'POST', ...encode('urlencoded', query) }), expected)
    expectFacts(anObservation({ surface: 'passthru', method: 'POST', ...encode('multipart', query) }), expected)
  })
})

/** Published by simpledotorg/simple-server (contract §6), with numbers replaced. */
const ROW = {
  Sid: '463e258802a42da0175ad4f0cb8507b9',
  ParentCallSid: '',
  DateCreated: '2019-03-21 18:15:05',
  DateUpdated: '2019-03-21 18:15:57',
  AccountSid: 'acme',
  To: '04000000003',
  From: '09000000001',
  PhoneNumberSid: '04000000003',
  Status: 'completed',
  StartTime: '2019-03-21 18:15:05',
  EndTime: '2019-03-21 18:15:22',
  Duration: 17,
  Price: 0,
  Direction: 'inbound',
  AnsweredBy: 'human',
  ForwardedFrom: '',
  CallerName: '',
  Uri: '/v1/Accounts/acme/Calls/463e258802a42da0175ad4f0cb8507b9',
  RecordingUrl: '',
}
const ROW_VALUES = {
  status: 'completed',
  direction: 'inbound',
  from: '09000000001',
  to: '04000000003',
  exophone: '04000000003',
  createdAt: '2019-03-21T12:45:05.000Z',
  startedAt: '2019-03-21T12:45:05.000Z',
  endedAt: '2019-03-21T12:45:22.000Z',
  durationSeconds: '17',
  price: '0',
  answeredBy: 'human',
}
const DETAILS = {
  ConversationDuration: 144,
  Leg1Status: 'completed',
  Leg2Status: 'No-Answer',
  Legs: [{ Leg: { Id: 1, OnCallDuration: 156 } }, { Leg: { Id: 2, OnCallDuration: 144 } }],
}
const DETAIL_VALUES = { conversationSeconds: '144', leg1Status: 'completed', leg2Status: 'no-answer', leg1Seconds: '156', leg2Seconds: '144' }

const ROWS: readonly (readonly [origin: Origin, variant: string, row: Record<string, unknown>, values: CallFacts['values']])[] = [
  ['captured', 'numbers as numbers, nothing as ""', ROW, ROW_VALUES],
  [
    'documented',
    'numbers as text, nothing as null',
    { ...ROW, Duration: '17', Price: '1.500', ParentCallSid: null, RecordingUrl: null, CallerName: null },
    { ...ROW_VALUES, price: '1.5' },
  ],
  ['constructed', 'with details', { ...ROW, Details: DETAILS }, { ...ROW_VALUES, ...DETAIL_VALUES }],
  ['constructed', 'with details at the top level', { ...ROW, ...without(DETAILS, 'Legs') }, { ...ROW_VALUES, ...without(DETAIL_VALUES, 'leg1Seconds', 'leg2Seconds') }],
  ['constructed', 'with details that say nothing', { ...ROW, Details: { ConversationDuration: null, Leg1Status: '', Leg2Status: null, Legs: null } }, ROW_VALUES],
  ['captured', 'finished, but without end, duration and price yet', { ...ROW, EndTime: '', Duration: null, Price: '' }, without(ROW_VALUES, 'endedAt', 'durationSeconds', 'price')],
  ['constructed', 'the ExoPhone as PhoneNumber', { ...without(ROW, 'PhoneNumberSid'), PhoneNumber: '04000000003' }, ROW_VALUES],
  [
    'constructed',
    'a child call, forwarded',
    { ...ROW, ParentCallSid: SID, ForwardedFrom: '09000000005', Direction: 'Outbound-Dial' },
    { ...ROW_VALUES, parentCallSid: SID, forwardedFrom: '09000000005', direction: 'outbound-dial' },
  ],
]

describe('a row of the API', () => {
  it.each(ROWS)('[%s]: %s', (_origin, _variant, row, values) => {
    const expected = { event: null, vendorTime: '2019-03-21T12:45:57Z', values, callSid: ROW.Sid }
    const contentType = 'application/json'
    expectFacts(anObservation({ surface: 'call-list', method: null, contentType, payload: JSON.stringify(row) }), { ...expected, source: 'poll' })
    expectFacts(anObservation({ surface: 'call-lookup', method: null, contentType, payload: JSON.stringify({ Call: row }) }), { ...expected, source: 'lookup' })
  })
})

describe('what speaks of no call', () => {
  const named = (surface: Surface) => anObservation({ surface, ...encode('json', { CallSid: SID, Status: 'busy' }) })
  it.each<readonly [string, Observation]>([
    ['a GET without parameters', anObservation({ method: 'GET' })],
    ['a HEAD', anObservation({ method: 'HEAD', surface: 'passthru' })],
    ['a health check with the customer’s own query', anObservation({ method: 'GET', query: 'key=abc' })],
    ['an empty POST', anObservation({})],
    ['a POST of spaces', anObservation({ payload: ' \r\n' })],
    ['an empty object', anObservation({ payload: '{}' })],
    ['a probe of no surface', anObservation({ surface: 'unrecognised', method: 'GET' })],
    ['a heartbeat', named('heartbeat')],
    ['an SMS', named('sms')],
    ['a popup, for now', named('popup')],
  ])('%s', (_, observation) => expect(readObservation(observation)).toMatchObject({ kind: 'no-call' }))
})

describe('what cannot be read', () => {
  const callback = (body: Record<string, unknown>) => anObservation({ ...encode('json', { CallSid: SID, Status: 'busy', ...body }) })
  it.each<readonly [string, Observation, string]>([
    ['a body that names no call', anObservation({ payload: '{"Status":"busy"}' }), 'CallSid is missing'],
    ['a call named "null"', callback({ CallSid: 'null' }), 'CallSid is missing'],
    ['a Sid with spaces', callback({ CallSid: 'a b' }), 'CallSid is not a Sid: 1 to 64 visible characters'],
    ['a Sid of 65 characters', callback({ CallSid: 'a'.repeat(65) }), 'CallSid is not a Sid: 1 to 64 visible characters'],
    ['a time that is none', callback({ DateUpdated: '2024-13-01 00:00:00' }), 'DateUpdated is not a time such as 2017-03-03 10:48:33'],
    ['a duration that is none', callback({ ConversationDuration: 'free' }), 'ConversationDuration is not a number of seconds'],
    ['a negative duration', callback({ Legs: [{ OnCallDuration: -1 }] }), 'Legs.0.OnCallDuration is not a number of seconds'],
    ['an object for text', callback({ From: { number: '09000000001' } }), 'From is neither text nor a number'],
    ['another account', callback({ AccountSid: 'mallory' }), 'AccountSid names another account than acme'],
    ['damaged JSON', anObservation({ payload: '{"CallSid":"09000000001' }), 'the body is not valid JSON'],
    ['a JSON array', anObservation({ payload: '[]' }), 'the body is JSON but not an object'],
    ['XML', anObservation({ payload: '<TwilioResponse/>' }), 'the body is XML or HTML; JSON or a form is needed'],
    [
      'a cut multipart body',
      anObservation({ ...encode('multipart', ANSWERED_CALL), payload: encode('multipart', ANSWERED_CALL).payload.slice(0, 300) }),
      'the multipart body is cut off before its closing boundary',
    ],
    ['bytes', anObservation({ payload: new Uint8Array([0xff, 0x00, 0x3d, 0x80]) }), 'CallSid is missing'],
    ['an unknown shape', anObservation({ surface: 'unrecognised', payload: '{"a":1}' }), 'it has the shape of no surface we know; name the surface in the callback URL'],
    ['an API error kept as a row', anObservation({ surface: 'call-lookup', payload: '{"RestException":{"Status":404,"Message":"No matching results"}}' }), 'Sid is missing'],
  ])('%s', (_, observation, reason) => expect(readObservation(observation)).toEqual({ kind: 'unreadable', reason }))
})

describe('hostile input', () => {
  const sayings = fc.dictionary(
    fc.constantFrom(
      ...Object.keys(ANSWERED_CALL),
      ...Object.keys(ROW),
      'CallFrom',
      'CallType',
      'CurrentTime',
      'Details',
      'Call',
      '__proto__',
      'constructor',
      'Legs[0][Status]',
      'Legs[99][x]',
      'a[b][c]',
    ),
    fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string(), fc.constantFrom('null', '', SID, '2024-01-15 14:25:10', '1e308', '9'.repeat(50), '\0', '\ud800')),
  )
  const asQuery = (said: Record<string, unknown>): string =>
    new URLSearchParams(Object.entries(said).map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)])).toString()
  const payload = fc.oneof(
    sayings.map((said) => Buffer.from(JSON.stringify(said))),
    sayings.map((said) => Buffer.from(asQuery(said))),
    fc.tuple(sayings, fc.nat(200)).map(([said, cut]) => Buffer.from(encode('multipart', said).payload).subarray(cut)),
    fc.tuple(sayings, fc.nat(200)).map(([said, cut]) => Buffer.from(encode('multipart', said).payload).subarray(0, -cut - 1)),
    fc.uint8Array({ maxLength: 300 }),
  )
  const delivery = fc.record({
    surface: fc.constantFrom<Surface>('status-callback', 'passthru', 'unrecognised', 'call-list', 'call-lookup', 'popup'),
    method: fc.constantFrom('GET', 'POST', 'HEAD', null),
    query: fc.oneof(fc.constant(null), fc.string(), sayings.map(asQuery)),
    contentType: fc.oneof(
      fc.constantFrom(null, 'application/json', 'multipart/form-data; boundary=------------------------d74496d66958873e', 'multipart/form-data; boundary=""'),
      fc.string(),
    ),
    payload,
  })

  it('never makes the reader throw, pollute a prototype, or give text that Postgres cannot store', () =>
    fc.assert(
      fc.property(delivery, (of) => {
        const result = readObservation(anObservation(of))
        expect(['facts', 'no-call', 'unreadable']).toContain(result.kind)
        expect(Object.keys(Object.prototype)).toEqual([])
        if (result.kind === 'unreadable') expect(result.reason).not.toMatch(/the reader failed/)
        if (result.kind === 'facts') for (const value of Object.values(result.facts.values)) expect(value).toMatch(/^[^\0\p{Surrogate}]+$/u)
      }),
      { numRuns: 10_000 },
    ))

  it('never makes the peek throw, nor gives it a Sid too long for a key', () =>
    fc.assert(
      fc.property(delivery, fc.boolean(), ({ method, payload: body, ...of }, named) => {
        const { callSid, surface } = peekDelivery({ ...of, method: method ?? 'POST', body, surface: named ? of.surface : null })
        if (named) expect(surface).toBe(of.surface)
        if (callSid !== null) expect(callSid).toMatch(/^[\x21-\x7e]{1,64}$/)
      }),
      { numRuns: 10_000 },
    ))
})
