import { describe, expect, it } from 'vitest'
import { chooseShape, type DeliverySurface, recogniseSurface, type Shape, TELLING_NAMES } from './shape.ts'

const having = (names: string) => (name: string) => names.split(' ').includes(name)

describe('a body at a URL without a surface', () => {
  it.each<readonly [names: string, surface: DeliverySurface, shape: Shape]>([
    ['SmsSid', 'sms', 'sms'],
    ['SmsSid Body', 'sms', 'sms-incoming'],
    ['SMSMessage', 'sms', 'sms'],
    ['status_type', 'heartbeat', 'heartbeat'],
    ['event_sid', 'exoml', 'exoml-leg'],
    ['event_sid call_sid', 'exoml', 'exoml-call'],
    ['campaign_sid', 'campaign', 'campaign'],
    ['campaign_sid call_sid', 'campaign', 'campaign-call'],
    ['campaign_sid call_sids', 'campaign', 'campaign-number'],
    ['campaign_id call_sid', 'campaign', 'campaign-call'],
    ['campaign_id status', 'campaign', 'campaign'],
    ['CallSid CallState', 'webrtc', 'webrtc'],
    ['CallSid AppUserID', 'webrtc', 'webrtc'],
    ['call_sid event timestamp', 'webrtc', 'webrtc-notification'],
    ['call_details', 'status-callback', 'voice-v3'],
    ['call_sid call_state', 'status-callback', 'voice-v3'],
    ['sid state virtual_number', 'status-callback', 'voice-v3'],
    ['CallSid CallFrom Status', 'popup', 'popup'],
    ['CallSid DialWhomNumber EventType', 'popup', 'popup'],
    ['CallSid CallFrom', 'passthru', 'passthru'],
    ['CallSid flow_id', 'passthru', 'passthru'],
    ['CallSid StreamSid', 'passthru', 'passthru'],
    ['CallSid Status', 'status-callback', 'status-callback'],
    ['CallSid EventType', 'status-callback', 'status-callback'],
    ['Call Sid', 'connect', 'connect'],
  ])('that says %s is of %s: %s', (names, surface, shape) => {
    expect(chooseShape(null, having(names))).toEqual({ surface, shape, has: names.split(' '), insteadOf: null })
    expect(recogniseSurface(having(names))).toBe(surface)
  })

  it.each([
    ...['', 'Body', 'CallSid', 'call_sid', 'sid', 'Sid', 'Call', 'Status', 'status', 'EventType', 'CallFrom', 'DateUpdated', 'CallState', 'AppUserID', 'call_state', 'campaign_id'],
    ...['CallFrom Status', 'DialWhomNumber EventType', 'flow_id', 'StreamSid', 'call_sids', 'event timestamp', 'call_sid event', 'call_sid timestamp'],
    ...['state virtual_number', 'sid virtual_number', 'sid state', 'CallSid DialWhomNumber', 'CallSid AgentEmail', 'CallFrom flow_id'],
  ])('that says only %j is of none we know', (names) => {
    expect(chooseShape(null, having(names))).toBeNull()
    expect(recogniseSurface(having(names))).toBe('unrecognised')
  })

  /** What two surfaces' names in one body make of it: the first in the order of docs/reading.md, or none where no surface sends both. */
  it.each<readonly [names: string, surface: string]>([
    ['CallSid Status SmsSid', 'sms'],
    ['CallSid Status event_sid', 'exoml'],
    ['CallSid Status campaign_sid', 'campaign'],
    ['CallSid Status CallState', 'webrtc'],
    ['CallSid Status AppUserID', 'webrtc'],
    ['CallSid Status CallFrom', 'popup'],
    ['CallSid Status StreamSid', 'passthru'],
    ['CallSid Status status_type', 'unrecognised'],
    ['CallSid Status DialWhomNumber', 'unrecognised'],
    ['CallSid Status AgentEmail', 'unrecognised'],
    ['CallSid EventType AgentEmail', 'unrecognised'],
    ['call_sid status_type', 'unrecognised'],
    ['CallSid CallFrom Status DateUpdated', 'unrecognised'],
    ['CallSid CallFrom DateUpdated', 'unrecognised'],
    ['CallSid flow_id DateUpdated', 'unrecognised'],
    ['CallSid StreamSid DateUpdated', 'unrecognised'],
    ['CallSid DialWhomNumber EventType DateUpdated', 'unrecognised'],
    ['CallSid flow_id Status DateUpdated', 'status-callback'],
    ['CallSid CallFrom status_type', 'unrecognised'],
    ['SmsSid status_type event_sid campaign_sid', 'sms'],
    ['status_type event_sid', 'heartbeat'],
    ['event_sid campaign_sid call_sid', 'exoml'],
    ['campaign_sid call_sid call_state', 'campaign'],
    ['call_sid event timestamp call_state', 'webrtc'],
  ])('that says %s is of %s', (names, surface) => expect(recogniseSurface(having(names))).toBe(surface))
})

it('an SMS that says what became of it is none that came in', () => {
  expect(chooseShape(null, having('SmsSid Body Status'))).toMatchObject({ shape: 'sms' })
  expect(chooseShape('sms', having('SmsSid Body Status'))).toMatchObject({ shape: 'sms' })
})

describe('a body at a URL that names its surface', () => {
  it.each<readonly [surface: DeliverySurface, names: string, shape: Shape]>([
    ['status-callback', 'CallSid', 'status-callback'],
    ['status-callback', 'CallSid flow_id', 'status-callback'],
    ['passthru', 'CallSid', 'passthru'],
    ['passthru', 'CallSid DialWhomNumber CallType EventType', 'passthru'],
    ['popup', 'CallSid', 'popup'],
    ['popup', 'CallSid CallFrom', 'popup'],
    ['connect', 'CallSid', 'connect'],
    ['connect', 'CallSid CallFrom', 'connect'],
    ['gather', 'CallSid CallFrom', 'gather'],
    ['webrtc', 'CallSid CallStatus', 'webrtc'],
    ['campaign', 'call_sid', 'campaign-call'],
    ['exoml', 'event_sid', 'exoml-leg'],
    ['heartbeat', 'status_type', 'heartbeat'],
    ['sms', 'SmsSid', 'sms'],
  ])('%s, and says %s, is one', (surface, names, shape) => expect(chooseShape(surface, having(names))).toMatchObject({ surface, shape, insteadOf: null }))

  it.each<readonly [insteadOf: DeliverySurface, names: string, shape: Shape, surface: DeliverySurface]>([
    ['status-callback', 'CallSid CallFrom', 'passthru', 'passthru'],
    ['status-callback', 'CallSid CallFrom Status', 'popup', 'popup'],
    ['status-callback', 'CallSid Status StreamSid', 'passthru', 'passthru'],
    ['status-callback', 'CallSid DialWhomNumber EventType AgentEmail', 'popup', 'popup'],
    ['status-callback', 'SmsSid CallSid', 'sms', 'sms'],
    ['status-callback', 'CallSid CallState', 'webrtc', 'webrtc'],
    ['status-callback', 'CallSid AppUserID', 'webrtc', 'webrtc'],
    ['status-callback', 'status_type', 'heartbeat', 'heartbeat'],
    ['status-callback', 'campaign_sid CallSid', 'campaign', 'campaign'],
    ['status-callback', 'event_sid CallSid', 'exoml-leg', 'exoml'],
    ['passthru', 'CallSid Status', 'status-callback', 'status-callback'],
    ['passthru', 'CallSid Status DateUpdated', 'status-callback', 'status-callback'],
    ['passthru', 'CallSid CallFrom Status', 'popup', 'popup'],
    ['passthru', 'CallSid DialWhomNumber EventType AgentEmail', 'popup', 'popup'],
    ['passthru', 'CallSid CallState', 'webrtc', 'webrtc'],
    ['popup', 'CallSid EventType DateUpdated', 'status-callback', 'status-callback'],
    ['popup', 'CallSid CallFrom CallType', 'passthru', 'passthru'],
    ['popup', 'CallSid CallFrom DialCallStatus', 'passthru', 'passthru'],
    ['popup', 'CallSid CallFrom DialCallDuration', 'passthru', 'passthru'],
    ['connect', 'CallSid CallFrom Status', 'popup', 'popup'],
    ['connect', 'CallSid CallFrom CallType', 'passthru', 'passthru'],
    ['connect', 'CallSid DialWhomNumber EventType AgentEmail', 'popup', 'popup'],
    ['connect', 'CallSid EventType DateUpdated', 'status-callback', 'status-callback'],
    ['gather', 'CallSid CallFrom Status', 'popup', 'popup'],
    ['gather', 'CallSid CallFrom CallType', 'passthru', 'passthru'],
    ['gather', 'CallSid DialWhomNumber EventType AgentEmail', 'popup', 'popup'],
    ['gather', 'CallSid EventType DateUpdated', 'status-callback', 'status-callback'],
    ['webrtc', 'CallSid CallStatus CallFrom', 'passthru', 'passthru'],
    ['webrtc', 'CallSid CallStatus SmsSid', 'sms', 'sms'],
    ['webrtc', 'CallSid CallStatus Status DateUpdated', 'status-callback', 'status-callback'],
    ['campaign', 'call_sid call_state', 'voice-v3', 'status-callback'],
    ['campaign', 'call_sid event_sid', 'exoml-call', 'exoml'],
    ['exoml', 'CallSid Status', 'status-callback', 'status-callback'],
    ['heartbeat', 'CallSid Status', 'status-callback', 'status-callback'],
    ['sms', 'CallSid Status', 'status-callback', 'status-callback'],
  ])('%s, but says %s, is another’s: %s', (insteadOf, names, shape, surface) => expect(chooseShape(insteadOf, having(names))).toMatchObject({ surface, shape, insteadOf }))

  it.each<readonly [surface: DeliverySurface, shape: Shape]>([
    ['status-callback', 'status-callback'],
    ['passthru', 'passthru'],
    ['popup', 'popup'],
    ['connect', 'connect'],
    ['gather', 'gather'],
    ['webrtc', 'webrtc'],
    ['campaign', 'campaign-call'],
    ['exoml', 'exoml-leg'],
    ['heartbeat', 'heartbeat'],
    ['sms', 'sms'],
  ])('%s, and says nothing of anyone’s, is read as one, to say what is missing', (surface, shape) =>
    expect(chooseShape(surface, having('Surprise'))).toEqual({ surface, shape, has: [], insteadOf: null }),
  )
})

describe('a name that tells an applet’s request from a health check', () => {
  it.each(['CallSid', 'CallFrom', 'CallTo', 'CallStatus', 'DateUpdated', 'Status', 'SmsSid', 'call_sid', 'event_sid', 'status_type', 'flow_id'])('is %s', (name) =>
    expect(TELLING_NAMES.has(name)).toBe(true),
  )
  it.each(['key', 'exotel_auth', 'status', 'state', 'event', 'timestamp', 'sid', ''])('is not %j', (name) => expect(TELLING_NAMES.has(name)).toBe(false))
})
