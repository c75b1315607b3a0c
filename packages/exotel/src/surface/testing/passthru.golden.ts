import { APPLETS, type GoldenCase, unknownValue, without } from './golden-case.ts'

const of = { surface: 'passthru', encodings: APPLETS } as const

/** Contract §5.1. */
const WITHOUT_LEGS = {
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
}
const LEG = {
  'Legs[0][Number]': '09000000002',
  'Legs[0][Type]': 'single',
  'Legs[0][OnCallDuration]': '10',
  'Legs[0][CallerId]': '09000000003',
  'Legs[0][CauseCode]': 'NORMAL_CLEARING',
  'Legs[0][Cause]': '16',
}
const ANSWERED = { ...WITHOUT_LEGS, ...LEG }
const VALUES = {
  direction: 'inbound',
  from: '09000000001',
  exophone: '09000000003',
  createdAt: '2022-02-23T07:01:59.000Z',
  startedAt: '2022-02-23T07:01:58.000Z',
  leg2Status: 'completed',
  conversationSeconds: '10',
  recordingUrl: 'https://s3-ap-southeast-1.amazonaws.com/random.mp3',
}
const says = { callSid: ANSWERED.CallSid, event: 'passthru', vendorTime: '2022-02-23T07:02:25Z' }

const unanswered = (more: Record<string, string>) => ({
  ...without(ANSWERED, 'RecordingUrl', 'RecordingAvailableBy'),
  DialCallDuration: '0',
  'Legs[0][OnCallDuration]': '0',
  'Legs[0][CauseCode]': 'RING_TIMEOUT',
  'Legs[0][Cause]': '1003',
  ...more,
})
const UNANSWERED_VALUES = without(VALUES, 'recordingUrl', 'conversationSeconds')

export const PASSTHRUS: readonly GoldenCase[] = [
  { ...of, origin: 'captured', variant: 'an answered call: talk time is the leg’s, not DialCallDuration', sent: ANSWERED, says: { ...says, values: VALUES } },
  {
    ...of,
    origin: 'captured',
    variant: 'the caller hung up while an agent was dialled',
    sent: unanswered({ DialCallStatus: 'canceled', CallType: 'client-hangup' }),
    says: { ...says, values: { ...UNANSWERED_VALUES, leg2Status: 'canceled' } },
  },
  {
    ...of,
    origin: 'captured',
    variant: 'no agent answered',
    sent: unanswered({ DialCallStatus: 'no-answer', CallType: 'incomplete' }),
    says: { ...says, values: { ...UNANSWERED_VALUES, leg2Status: 'no-answer' } },
  },
  {
    ...of,
    origin: 'captured',
    variant: 'the agent rejected, and was rung for 5 s',
    sent: unanswered({ DialCallStatus: 'busy', CallType: 'incomplete', DialCallDuration: '5', 'Legs[0][CauseCode]': 'USER_BUSY' }),
    says: { ...says, values: { ...UNANSWERED_VALUES, leg2Status: 'busy' } },
  },
  {
    ...of,
    origin: 'captured',
    variant: 'the dial failed, and there is no leg',
    sent: { ...without(unanswered({}), 'Legs[0][OnCallDuration]', 'Legs[0][CauseCode]', 'Legs[0][Cause]'), DialCallStatus: 'failed', CallType: 'incomplete' },
    says: { ...says, values: { ...UNANSWERED_VALUES, leg2Status: 'failed' } },
  },
  {
    ...of,
    origin: 'captured',
    variant: 'an answered call of 2026: it rang for two seconds before the agent talked',
    sent: {
      CallSid: 'a1b2c3d4e5f6a1b2c3d4e5f6a1b219ta',
      CallFrom: '09000000001',
      CallType: 'completed',
      DialCallStatus: 'completed',
      DialCallDuration: '13',
      'Legs[0][OnCallDuration]': '11',
      Direction: 'incoming',
      StartTime: '2026-09-29 02:00:31',
      EndTime: '1970-01-01 05:30:00',
      RecordingUrl: 'https://recordings.example/acme/a.mp3',
    },
    says: {
      callSid: 'a1b2c3d4e5f6a1b2c3d4e5f6a1b219ta',
      event: 'passthru',
      vendorTime: null,
      values: {
        direction: 'inbound',
        from: '09000000001',
        startedAt: '2026-09-28T20:30:31.000Z',
        leg2Status: 'completed',
        conversationSeconds: '11',
        recordingUrl: 'https://recordings.example/acme/a.mp3',
      },
    },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a call that never left the menu: no leg, and digits in quotes',
    sent: { ...without(unanswered({}), 'Legs[0][OnCallDuration]'), CallType: 'call-attempt', DialCallStatus: '', CallStatus: 'null', digits: '"1"' },
    says: { ...says, values: without(UNANSWERED_VALUES, 'leg2Status') },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'the second agent took it; seconds with a fraction, and insights',
    sent: { ...ANSWERED, 'Legs[0][OnCallDuration]': '0', 'Legs[1][OnCallDuration]': '42.50', 'Legs[1][Insights][RingingDuration]': '4.39', CallStatus: 'In-Progress' },
    says: { ...says, values: { ...VALUES, conversationSeconds: '42.5', status: 'in-progress' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'legs counted from 1',
    sent: { ...WITHOUT_LEGS, 'Legs[1][OnCallDuration]': '10' },
    says: { ...says, values: VALUES },
  },
  {
    ...of,
    encodings: ['json'],
    origin: 'constructed',
    variant: 'posted as JSON with the legs as a list',
    sent: { ...WITHOUT_LEGS, Legs: [{ OnCallDuration: 10, CauseCode: 'NORMAL_CLEARING' }] },
    says: { ...says, values: VALUES },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'times as one guide writes them, a voicemail, and a field of the customer’s own',
    sent: {
      ...unanswered({ CallType: 'voicemail', DialCallStatus: 'no-answer' }),
      Created: '2022-02-23T07:01:59Z',
      CurrentTime: '2022-02-23T12:32:25+05:30',
      CustomField: 'ticket 7',
    },
    says: { ...says, values: { ...UNANSWERED_VALUES, leg2Status: 'no-answer', customField: 'ticket 7' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a CallType that is new to us: whose leg talked is not guessed',
    sent: { ...ANSWERED, CallType: 'whispered', DialCallStatus: 'Connected' },
    says: {
      ...says,
      values: { ...without(VALUES, 'conversationSeconds'), leg2Status: 'unknown' },
      exceptions: [unknownValue('DialCallStatus', 'Connected'), unknownValue('CallType', 'whispered')],
    },
  },
  {
    ...of,
    origin: 'documented',
    encodings: ['json', 'query'],
    variant: 'before a stream, posted as JSON',
    sent: {
      CallSid: 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4',
      StreamSid: 'MZ1234567890abcdef1234567890abcdef',
      StreamUrl: 'wss://stream.example/',
      AccountSid: 'acme',
      EventType: 'stream-start',
      From: '+919000000001',
      To: '+914000000003',
      Direction: 'inbound',
    },
    says: {
      callSid: 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4',
      event: 'passthru',
      vendorTime: null,
      values: { direction: 'inbound', from: '+919000000001', exophone: '+914000000003' },
    },
  },
  {
    ...of,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'sent to the StatusCallback’s URL',
    sent: ANSWERED,
    says: { ...says, values: VALUES, exceptions: [{ field: 'surface', kind: 'other-surface', value: 'passthru' }] },
  },
]
