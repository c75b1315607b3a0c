import type { Surface } from '@rollcall/contracts/observation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PeekedDelivery, peekDelivery } from './peek-delivery.ts'
import { readObservation } from './read-observation.ts'
import { anObservation } from './testing/an-observation.ts'
import { ENCODINGS, encode } from './testing/encodings.ts'

const SID = '23c162077629863c1a2d7f29263a162m'
const get = (query: string | null): PeekedDelivery => ({ method: 'GET', query, contentType: null, body: new Uint8Array(), surface: null })
const post = (body: string, contentType: string | null = null): PeekedDelivery => ({ method: 'POST', query: null, contentType, body: Buffer.from(body), surface: null })
const inAll = (callback: Record<string, unknown>) => ENCODINGS.map((encoding) => encode(encoding, callback)).map(({ payload, contentType }) => post(payload, contentType))

describe('the call, peeked at', () => {
  it('is found in every encoding', () => {
    for (const delivery of inAll({ To: '09000000001', CallSid: SID, Status: 'busy' })) expect(peekDelivery(delivery).callSid).toBe(SID)
    expect(peekDelivery(get(`key=1&CallSid=${SID}&Status=busy`)).callSid).toBe(SID)
  })

  it.each<readonly [string, PeekedDelivery, string | null]>([
    ['absent', post('{"Status":"busy"}'), null],
    ['longer than a key may be', post(`{"CallSid":"${'a'.repeat(65)}"}`), null],
    ['empty', post('CallSid=&Status=busy'), null],
    ['"null"', get('CallSid=null'), null],
    ['another name’s tail', get(`ParentCallSid=${SID}`), null],
    ['another name’s tail in JSON', post(`{"ParentCallSid":"${SID}"}`), null],
    ['quoted inside another value', post(JSON.stringify({ CustomField: `{"CallSid":"x"}`, CallSid: SID })), SID],
    ['the text of another field', post(JSON.stringify({ CustomField: 'CallSid', CallSid: SID })), SID],
    ['percent-encoded', get('CallSid=%32%33abc'), '23abc'],
    ['badly percent-encoded', get('CallSid=%E0%A4%A'), null],
    ['spaced', post(`{ "CallSid" : "${SID}" }`), SID],
    ['in XML', post(`<CallSid>${SID}</CallSid>`), null],
    ['in the query of a URL that was posted to', { ...post('{"Status":"busy"}'), query: `CallSid=${SID}` }, null],
    ['in the details of v3', post(`{"call_details":{"sid":"${SID}"}}`), SID],
    ['in a posted call', post(`{"Call":{"Sid":"${SID}"}}`), SID],
    ['a bare sid of who knows what', post(`{"sid":"${SID}","Sid":"${SID}"}`), null],
    ['after its name in others, fifteen times', post(`{"x":"${'CallSid '.repeat(15)}","CallSid":"${SID}"}`), SID],
    ['after its name in others, endlessly', post(`{"x":"${'CallSid '.repeat(16)}","CallSid":"${SID}"}`), null],
    ['far behind', post(`{"CustomField":"${'x'.repeat(100_000)}","CallSid":"${SID}"}`), SID],
  ])('where it is %s', (_, delivery, expected) => expect(peekDelivery(delivery).callSid).toBe(expected))

  it('is the one that the reader finds, so that all of a call shares one key', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...ENCODINGS),
        fc.stringMatching(/^[0-9a-zA-Z_.:-]{1,64}$/),
        fc.dictionary(
          fc.constantFrom('To', 'From', 'CustomField', 'Parent', 'xCallSid', 'CallSidx'),
          fc.oneof(fc.constantFrom('CallSid', '"CallSid":"x"', '&CallSid=x', 'name="CallSid"'), fc.string()),
        ),
        (encoding, sid, others) => {
          fc.pre(sid !== 'null')
          const { payload, contentType } = encode(encoding, { ...others, CallSid: sid })
          const result = readObservation(anObservation({ payload, contentType }))
          if (result.kind === 'facts') expect(peekDelivery(post(payload, contentType)).callSid).toBe(result.facts.callSid)
        },
      ),
      { numRuns: 3_000 },
    ))
})

describe('the surface, where the URL does not name it', () => {
  it.each<readonly [Surface, Record<string, string>]>([
    ['status-callback', { CallSid: SID, Status: 'completed', RecordingUrl: '', DateUpdated: '2025-11-10 18:05:20' }],
    ['passthru', { CallSid: SID, CallFrom: '09000000001', CallTo: '09000000002', CallType: 'completed', DialWhomNumber: '' }],
    ['popup', { CallSid: SID, CallFrom: '09000000001', DialWhomNumber: '09000000002', Status: 'busy', EventType: 'Dial' }],
    ['heartbeat', { timestamp: '2018-08-22T15:19:23Z', status_type: 'OK' }],
    ['sms', { SmsSid: SID, To: '09000000001', Status: 'sent' }],
    ['webrtc', { CallSid: SID, AppId: 'a', CallState: 'active', CallStatus: 'busy', Direction: 'incoming' }],
    ['exoml', { event_sid: SID, event_type: 'leg', event_timestamp: '' }],
    ['campaign', { campaign_sid: SID, status: 'Completed' }],
    ['unrecognised', { hello: 'world' }],
  ])('%s is known by its fields', (surface, fields) => {
    for (const delivery of inAll(fields)) expect(peekDelivery(delivery).surface).toBe(surface)
    expect(peekDelivery(get(new URLSearchParams(fields).toString())).surface).toBe(surface)
  })

  it('stays unrecognised for a probe', () => expect(peekDelivery(get(null))).toEqual({ surface: 'unrecognised', callSid: null }))
  it('is the named one wherever one is named', () => expect(peekDelivery({ ...post('{"SmsSid":"x"}'), surface: 'passthru' }).surface).toBe('passthru'))
})
