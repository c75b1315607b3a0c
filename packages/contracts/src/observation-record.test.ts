import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INDIA_UTC_OFFSET_MINUTES, type Observation, Surface } from './observation.ts'
import { fromLogRecord, type ObservationRecord, toLogRecord } from './observation-record.ts'

const text = fc.string({ unit: 'grapheme', minLength: 1 })
const optional = fc.option(text)

const observation: fc.Arbitrary<Observation> = fc.record({
  id: fc.uuid({ version: 7 }),
  account: text,
  surface: fc.constantFrom(...Surface.options),
  callSid: optional,
  receivedAt: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  source: text,
  method: optional,
  query: optional,
  contentType: optional,
  scanId: optional,
  leaseEpoch: fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })),
  payloadSha256: fc.constant('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
  traceparent: optional,
  utcOffsetMinutes: fc.integer({ min: -840, max: 840 }),
  payload: fc.uint8Array(),
})

const webhook: Observation = {
  id: '0193585f-5e5b-7000-8000-000000000001',
  account: 'acme',
  surface: 'status-callback',
  callSid: 'call1',
  receivedAt: Date.UTC(2026, 10, 24, 3),
  source: '/rollcall/ingest/host-1/0',
  method: 'POST',
  query: null,
  contentType: 'application/json',
  scanId: null,
  leaseEpoch: null,
  payloadSha256: 'ab',
  traceparent: null,
  utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
  payload: new Uint8Array([1, 2]),
}

describe('an observation in the log', () => {
  it('comes back exactly as it went in', () => {
    fc.assert(
      fc.property(observation, (given) => {
        expect(fromLogRecord(toLogRecord(given))).toEqual(given)
      }),
    )
  })

  it('is a CloudEvent that any Kafka client can read', () => {
    expect(toLogRecord(webhook)).toEqual({
      key: 'acme|call1',
      value: webhook.payload,
      timestamp: webhook.receivedAt,
      headers: {
        ce_specversion: '1.0',
        ce_id: webhook.id,
        ce_type: 'com.rollcall.observation.status-callback',
        ce_source: '/rollcall/ingest/host-1/0',
        ce_subject: 'call1',
        ce_time: '2026-11-24T03:00:00.000Z',
        ce_account: 'acme',
        ce_surface: 'status-callback',
        ce_method: 'POST',
        ce_sha256: 'ab',
        'content-type': 'application/json',
      },
    })
  })

  it('has no header where there is nothing to say', () => {
    fc.assert(
      fc.property(observation, (given) => {
        expect(Object.values(toLogRecord({ ...given, query: '', contentType: '' }).headers)).not.toContain('')
      }),
    )
  })

  it('is keyed by its surface when no call is named', () => {
    expect(toLogRecord({ ...webhook, callSid: null, surface: 'heartbeat' }).key).toBe('acme|heartbeat')
  })
})

describe('a record that is not an observation', () => {
  const ours = toLogRecord(webhook)
  const withHeader = (name: string, value: string | undefined): ObservationRecord => {
    const headers: Record<string, string> = { ...ours.headers }
    delete headers[name]
    return { ...ours, headers: value === undefined ? headers : { ...headers, [name]: value } }
  }

  it.each(['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_account', 'ce_sha256'])('is refused by name when %s is missing', (name) => {
    expect(() => fromLogRecord(withHeader(name, undefined))).toThrow(`header ${name} is absent`)
  })

  it.each([
    ['ce_specversion', '0.3'],
    ['ce_type', 'com.example.other'],
    ['ce_type', 'com.rollcall.observation.teapot'],
    ['ce_time', 'yesterday'],
    ['ce_leaseepoch', '-1'],
    ['ce_leaseepoch', '1e3'],
    ['ce_utcoffset', 'IST'],
    ['ce_utcoffset', '900'],
    ['ce_utcoffset', '-'],
  ])('is refused when %s is %s', (name, value) => {
    expect(() => fromLogRecord(withHeader(name, value))).toThrow(`header ${name} is "${value}"`)
  })

  it('does not put a long foreign value into the message', () => {
    expect(() => fromLogRecord(withHeader('ce_time', 'x'.repeat(10_000)))).toThrow(/^.{1,300}$/)
  })
})
