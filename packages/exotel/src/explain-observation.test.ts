import { describe, expect, it } from 'vitest'
import { explainObservation } from './explain-observation.ts'
import { PARAMETERS_MAX } from './surface/request-parameter.ts'
import { anObservation } from './testing/an-observation.ts'
import { encode } from './testing/encodings.ts'

const SID = '80bfbec2d78bbbf10fb851f4fa165211'
const callback = (sent: Record<string, unknown>) => anObservation(encode('json', { CallSid: SID, Status: 'Busy', ...sent }))

describe('an explanation', () => {
  it('tells of every parameter what was read from it, and what was needed where nothing could be', () => {
    const { encoding, recognised, parameters } = explainObservation(
      callback({ EventType: 'terminal', DateUpdated: 'soon', From: '09000000001', Legs: [{ Leg: { OnCallDuration: 7 } }], Surprise: { x: [1, null] } }),
    )
    expect({ encoding, recognised }).toEqual({
      encoding: 'json',
      recognised: { shape: 'status-callback', surface: 'status-callback', has: ['CallSid', 'Status'], insteadOf: null },
    })
    expect(parameters).toEqual([
      { name: 'CallSid', raw: SID, readAs: ['callSid'], needed: null },
      { name: 'Status', raw: 'Busy', readAs: ['status'], needed: null },
      { name: 'EventType', raw: 'terminal', readAs: ['event'], needed: null },
      { name: 'DateUpdated', raw: 'soon', readAs: [], needed: 'is not a time such as 2017-03-03 10:48:33' },
      { name: 'From', raw: '09000000001', readAs: ['from'], needed: null },
      { name: 'Legs[0][Leg][OnCallDuration]', raw: '7', readAs: ['leg1Seconds'], needed: null },
      { name: 'Surprise[x][0]', raw: '1', readAs: [], needed: null },
      { name: 'Surprise[x][1]', raw: 'null', readAs: [], needed: null },
    ])
  })

  it('shows a number in the form that all its spellings share', () =>
    expect(explainObservation(callback({ From: '09000000001', CallerName: '09000000001' })).facts).toEqual([
      { field: 'status', name: 'Status', raw: 'Busy', value: 'busy', phone: null },
      { field: 'from', name: 'From', raw: '09000000001', value: '09000000001', phone: { original: '09000000001', e164: '+919000000001', kind: 'national' } },
      { field: 'callerName', name: 'CallerName', raw: '09000000001', value: '09000000001', phone: null },
    ]))

  it('of a dead letter goes as far as the reader came', () => {
    const { result, facts, parameters } = explainObservation(anObservation(encode('urlencoded', { Status: 'busy', From: '09000000001' })))
    expect(result).toEqual({ kind: 'unreadable', reason: 'CallSid is missing' })
    expect(facts.map(({ field }) => field)).toEqual(['status', 'from'])
    expect(parameters.map(({ name, readAs }) => [name, ...readAs])).toEqual([
      ['Status', 'status'],
      ['From', 'from'],
    ])
  })

  it.each([
    ['whose Sid is none', callback({ CallSid: 'a b' }), ['CallSid', 'Status'], 'status-callback'],
    ['of no shape we know', anObservation({ surface: 'unrecognised', payload: '{"a":1}' }), ['a'], undefined],
    ['in no encoding we know', anObservation({ payload: '<x/>' }), [], undefined],
    ['cut off', anObservation({ payload: '{"CallSid":"' }), [], undefined],
  ])('of a delivery %s shows what was sent', (_, observation, names, shape) => {
    const { result, recognised, facts, parameters } = explainObservation(observation)
    expect({ kind: result.kind, facts, shape: recognised?.shape, names: parameters.map(({ name }) => name) }).toEqual({ kind: 'unreadable', facts: [], shape, names })
  })

  it('says by which names a delivery was taken for another surface’s', () =>
    expect(explainObservation(anObservation({ surface: 'popup', ...encode('json', { CallSid: SID, Status: 'busy', DateUpdated: '' }) })).recognised).toEqual({
      shape: 'status-callback',
      surface: 'status-callback',
      has: ['CallSid', 'Status'],
      insteadOf: 'popup',
    }))

  it('tells whose call it is, and when Exotel said so', () =>
    expect(explainObservation(callback({ AccountSid: 'acme', DateUpdated: '2024-01-15 14:30:45' })).parameters.map(({ name, readAs }) => [name, ...readAs])).toEqual([
      ['CallSid', 'callSid'],
      ['Status', 'status'],
      ['AccountSid', 'accountSid'],
      ['DateUpdated', 'vendorTime'],
    ]))

  it('of an API row names what stands within its wrapper', () =>
    expect(explainObservation(anObservation({ surface: 'call-lookup', ...encode('json', { Call: { Sid: SID, Price: '1.50' } }) }))).toMatchObject({
      recognised: null,
      parameters: [
        { name: 'Call[Sid]', readAs: ['callSid'] },
        { name: 'Call[Price]', readAs: ['price'] },
      ],
    }))

  it('shows of endless parameters the first', () => {
    const many = Object.fromEntries(Array.from({ length: 2 * PARAMETERS_MAX }, (_, index) => [`p${index}`, index]))
    expect(explainObservation(callback(many)).parameters.map(({ name }) => name)).toHaveLength(PARAMETERS_MAX)
  })
})
