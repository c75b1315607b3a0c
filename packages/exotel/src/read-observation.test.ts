import { type Observation, Surface } from '@rollcall/contracts/observation'
import type { CallFacts, Field } from '@rollcall/domain/call/fact'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { peekDelivery } from './peek-delivery.ts'
import { readObservation } from './read-observation.ts'
import { ANSWERED_CALL } from './surface/testing/status-callback.golden.ts'
import { anObservation } from './testing/an-observation.ts'
import { ENCODINGS, encode } from './testing/encodings.ts'

const SID = '80bfbec2d78bbbf10fb851f4fa165211'

const factsOf = (observation: Observation): CallFacts => {
  const result = readObservation(observation)
  if (result.kind !== 'facts') throw new Error(JSON.stringify(result))
  return result.facts
}

describe('a body', () => {
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

describe('what speaks of no call', () => {
  it.each<readonly [string, Observation]>([
    ['a GET without parameters', anObservation({ method: 'GET' })],
    ['a HEAD', anObservation({ method: 'HEAD', surface: 'passthru' })],
    ['a health check with the customer’s own query', anObservation({ method: 'GET', query: 'key=abc&status=up&sid=acme' })],
    ['the same by POST', anObservation({ query: 'key=abc' })],
    ['an empty POST', anObservation({})],
    ['a POST of spaces', anObservation({ payload: ' \r\n' })],
    ['an empty object', anObservation({ payload: '{}' })],
    ['a probe of no surface', anObservation({ surface: 'unrecognised', method: 'GET' })],
  ])('%s', (_, observation) => expect(readObservation(observation)).toMatchObject({ kind: 'no-call' }))
})

describe('what cannot be read', () => {
  const callback = (body: Record<string, unknown>) => anObservation({ ...encode('json', { CallSid: SID, Status: 'busy', ...body }) })
  it.each<readonly [string, Observation, string]>([
    ['a body that names no call', anObservation({ payload: '{"Status":"busy"}' }), 'CallSid is missing'],
    ['a request of Connect that names no call', anObservation({ surface: 'connect', payload: '{"Call":{"From":"09000000001"}}' }), 'CallSid or Sid is missing'],
    ['an SMS without a Sid', anObservation({ surface: 'sms', payload: '{"SmsSid":"null","Status":"sent"}' }), 'SmsSid is missing'],
    ['an SMS whose Sid is none', anObservation({ surface: 'sms', payload: '{"SmsSid":"a b","Status":"sent"}' }), 'SmsSid is not a Sid: 1 to 64 visible characters'],
    ['a heartbeat without a state', anObservation({ surface: 'heartbeat', payload: '{"status_type":"","timestamp":""}' }), 'status_type is missing'],
    ['a call named "null"', callback({ CallSid: 'null' }), 'CallSid is missing'],
    ['a Sid with spaces', callback({ CallSid: 'a b' }), 'CallSid is not a Sid: 1 to 64 visible characters'],
    ['a Sid of 65 characters', callback({ CallSid: 'a'.repeat(65) }), 'CallSid is not a Sid: 1 to 64 visible characters'],
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

describe('a field that cannot be read', () => {
  const full = { ...ANSWERED_CALL, Price: '1.5' }
  const whole = factsOf(anObservation(encode('json', full)))
  it.each<readonly [string, Record<string, unknown>, Field | 'vendorTime', string, string]>([
    ['a time', { DateUpdated: '2024-13-01 00:00:00' }, 'vendorTime', 'DateUpdated', ''],
    ['a duration', { ConversationDuration: 'free' }, 'conversationSeconds', 'ConversationDuration', 'free'],
    ['a price', { Price: '1,50' }, 'price', 'Price', ''],
    ['an object for a number', { From: { number: '09000000001' } }, 'from', 'From', ''],
    ['a truth for a status', { Status: true }, 'status', 'Status', 'true'],
    ['text without end', { CustomField: 'x'.repeat(8_193) }, 'customField', 'CustomField', ''],
    ['a negative duration of one leg', { Legs: [{ OnCallDuration: -1, Status: 'completed' }, full.Legs[1]] }, 'leg1Seconds', 'Legs[0][OnCallDuration]', ''],
    [
      'a duration of a leg that is wrapped and out of order',
      { Legs: [{ Leg: { Id: 2, OnCallDuration: 'long', Status: 'completed' } }, { Leg: { Id: 1, ...full.Legs[0] } }] },
      'leg2Seconds',
      'Legs[0][Leg][OnCallDuration]',
      'long',
    ],
  ])('%s is told, and everything else is read as if it were not there', (_, broken, missing, field, value) => {
    const result = readObservation(anObservation(encode('json', { ...full, ...broken })))
    const exceptions = [{ field, kind: 'unreadable-value', value }]
    const { [missing as Field]: __, ...values } = whole.values
    expect(result).toEqual({ kind: 'facts', facts: { ...whole, values, vendorTime: missing === 'vendorTime' ? null : whole.vendorTime }, exceptions })
  })

  it.each([
    ['a word of 64 letters is quoted', 'x'.repeat(64), 'x'.repeat(64)],
    ['a longer one is not', 'x'.repeat(65), ''],
    ['nor what has a digit in it', 'agent7', ''],
    ['nor what has a space', 'on hold', ''],
  ])('%s', (_, Status, value) =>
    expect(readObservation(anObservation(encode('json', { CallSid: SID, Status })))).toMatchObject({ exceptions: [{ field: 'Status', kind: 'unknown-value', value }] }),
  )

  it('is none as long as it is no longer than its bound', () =>
    expect(factsOf(anObservation(encode('json', { ...full, CustomField: 'x'.repeat(8_192) }))).values.customField).toHaveLength(8_192))

  it('may be all of them', () => {
    const broken = Object.fromEntries(Object.keys(full).map((name) => [name, name === 'CallSid' ? SID : { no: 'text' }]))
    const result = readObservation(anObservation(encode('json', { ...broken, CustomField: true, Legs: 'many' })))
    // A custom field may be anything; a leg's index that is none is no leg.
    expect(result.kind === 'facts' && { values: result.facts.values, told: result.exceptions.length }).toEqual({ values: {}, told: Object.keys(full).length - 1 })
  })

  it('in a hundred legs at once is told for each', () => {
    const Legs = Array.from({ length: 100 }, () => ({ OnCallDuration: 'x', Status: 'completed' }))
    const result = readObservation(anObservation(encode('json', { CallSid: SID, Status: 'busy', Legs })))
    expect(result).toMatchObject({ kind: 'facts', facts: { values: { status: 'busy', leg1Status: 'completed', leg2Status: 'completed' } } })
    expect(result.kind === 'facts' && result.exceptions.length).toBe(100)
  })

  it('of more legs than a call can have leaves the rest', () =>
    expect(readObservation(anObservation(encode('json', { CallSid: SID, Status: 'busy', Legs: Array(101).fill({ Status: 'busy' }) })))).toMatchObject({
      facts: { values: { status: 'busy' } },
      exceptions: [{ field: 'Legs', kind: 'unreadable-value' }],
    }))

  it.each([
    ['the call', { CallSid: { no: 'text' } }, 'CallSid is not a Sid: 1 to 64 visible characters'],
    ['the account', { AccountSid: ['acme', 'mallory'] }, 'AccountSid is neither text nor a number'],
  ])('makes the whole unreadable where it names %s', (_, broken, reason) =>
    expect(readObservation(anObservation(encode('json', { ...full, ...broken })))).toEqual({ kind: 'unreadable', reason }),
  )
})

describe('hostile input', () => {
  const sayings = fc.dictionary(
    fc.constantFrom(
      ...Object.keys(ANSWERED_CALL),
      'Sid',
      'DateCreated',
      'Duration',
      'Price',
      'PhoneNumberSid',
      'data',
      'call_sid',
      'event_sid',
      'campaign_sid',
      'status_type',
      'incoming_affected',
      'SmsSid',
      'SMSMessage',
      'CallState',
      'CallDetail',
      'TotalDuration',
      'call_details',
      'state',
      'sid',
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
    surface: fc.constantFrom(...Surface.options),
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
        else for (const { value } of result.exceptions) expect(value).toMatch(/^[A-Za-z_-]{0,64}$/)
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
