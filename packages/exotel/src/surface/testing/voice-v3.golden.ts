import { type GoldenCase, unknownValue, without } from './golden-case.ts'

const json = { encodings: ['json'] } as const

/** Contract §9. */
const DETAILS = {
  sid: 'v3-call-sid',
  direction: 'outbound',
  virtual_number: '+914000000003',
  state: 'terminal',
  status: 'completed',
  created_time: '2022-11-03 22:54:40+05:30',
  updated_time: '2022-11-03 22:56:10+05:30',
  start_time: '2022-11-03 22:54:41+05:30',
  end_time: '2022-11-03 22:56:05+05:30',
  legs: '/v3/accounts/acme/calls/v3-call-sid/legs',
  total_duration: 84,
  total_talk_time: 59,
  custom_field: 'order_1',
  app_id: '1',
  app_name: 'flow',
  digits: '',
  recordings: [{ url: 'https://s3-ap-south-1.amazonaws.com/exotel-mum1-recordings/a.mp3' }],
}
const ANSWER = { request_id: 'r', method: 'GET', http_code: 200, response: { code: 200, status: 'success', call_details: DETAILS } }
const VALUES = {
  status: 'completed',
  exophone: '+914000000003',
  createdAt: '2022-11-03T17:24:40.000Z',
  startedAt: '2022-11-03T17:24:41.000Z',
  endedAt: '2022-11-03T17:26:05.000Z',
  durationSeconds: '84',
  conversationSeconds: '59',
  recordingUrl: 'https://s3-ap-south-1.amazonaws.com/exotel-mum1-recordings/a.mp3',
  customField: 'order_1',
}
const read = { callSid: 'v3-call-sid', event: null, vendorTime: '2022-11-03T17:26:10Z' }
const called = { ...read, event: 'voice-v3/terminal' }

const ACTIVE = { ...without(DETAILS, 'recordings'), state: 'active', status: null, end_time: '1970-01-01 05:30:00+05:30', total_duration: 0, total_talk_time: 0 }
const ACTIVE_VALUES = without(VALUES, 'status', 'endedAt', 'durationSeconds', 'conversationSeconds', 'recordingUrl')

export const VOICE_V3: readonly GoldenCase[] = [
  { ...json, surface: 'call-lookup', origin: 'documented', variant: 'call details: over', sent: ANSWER, says: { ...read, values: VALUES } },
  {
    ...json,
    surface: 'call-lookup',
    origin: 'documented',
    variant: 'call details: going on, its end the epoch',
    sent: { ...ANSWER, response: { call_details: ACTIVE } },
    says: { ...read, values: ACTIVE_VALUES },
  },
  { ...json, surface: 'status-callback', origin: 'constructed', variant: 'a callback of that shape', sent: DETAILS, says: { ...called, values: VALUES } },
  {
    ...json,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'a callback of that shape, wrapped',
    sent: { event: 'answered', call_details: ACTIVE },
    says: { ...called, event: 'voice-v3/active', values: ACTIVE_VALUES },
  },
  { ...json, surface: 'unrecognised', origin: 'constructed', variant: 'a callback of that shape, to a URL without a surface', sent: DETAILS, says: { ...called, values: VALUES } },
  {
    ...json,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'the ends as contacts; the second not dialled',
    sent: { ...without(DETAILS, 'recordings'), event_type: 'terminal', status: 'to_leg_no_dial', from: { contact_uri: 'sip:agent' }, to: [{ number: '+919000000001' }] },
    says: { ...called, values: { ...without(VALUES, 'recordingUrl'), status: 'failed', from: 'sip:agent', to: '+919000000001' } },
  },
  {
    ...json,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'v2: its names and its times',
    sent: { call_sid: 'v2-call-sid', call_state: 'terminal', call_status: 'customer_unanswered', virtual_number: '+914000000003', created_time: '2024-06-15T10:30:00.000Z' },
    says: {
      callSid: 'v2-call-sid',
      event: 'voice-v3/terminal',
      vendorTime: '2024-06-15T10:30:00Z',
      values: { status: 'no-answer', exophone: '+914000000003', createdAt: '2024-06-15T10:30:00.000Z' },
    },
  },
  {
    ...json,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'v2: its answer to a call that was just made',
    sent: { request_id: 'r', method: 'POST', http_code: 200, response: { call_sid: 'v2-call-sid', call_state: 'active', call_status: null, virtual_number: '+914000000003' } },
    says: { callSid: 'v2-call-sid', event: 'voice-v3/active', vendorTime: null, values: { exophone: '+914000000003' } },
  },
  {
    ...json,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'the event it was subscribed to as "event", and no update or end yet',
    sent: { ...without(ACTIVE, 'updated_time'), event: 'answered', from: [], to: null },
    says: { ...called, event: 'voice-v3/answered', vendorTime: '2022-11-03T17:24:40Z', values: ACTIVE_VALUES },
  },
  {
    ...json,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'the event as "event_type", without an update; one recording by its address alone',
    sent: { ...without(DETAILS, 'recordings', 'updated_time'), event_type: 'Terminal', state: null, recording_url: DETAILS.recordings[0]?.url },
    says: { ...called, vendorTime: '2022-11-03T17:26:05Z', values: VALUES },
  },
  {
    ...json,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'going on, with times of its end that are placeholders; events and a state that are new to us',
    sent: { ...ACTIVE, event: 'parked', event_type: 'held', state: 'active', call_state: 'dozing', end_time: ACTIVE.start_time },
    says: {
      ...called,
      event: 'voice-v3/unknown',
      values: ACTIVE_VALUES,
      exceptions: [unknownValue('event', 'parked'), unknownValue('event_type', 'held'), unknownValue('call_state', 'dozing')],
    },
  },
  ...[
    { sent: { status: 'from_leg_unanswered' }, values: { status: 'no-answer', leg1Status: 'no-answer' } },
    { sent: { status: 'to_leg_unanswered' }, values: { status: 'no-answer' } },
    { sent: { status: null, call_status: 'agent_unanswered' }, values: { status: 'no-answer', leg1Status: 'no-answer' } },
    { sent: { status: 'from_leg_cancelled' }, values: { status: 'failed', leg2Status: 'canceled' } },
    { sent: { status: null, call_status: 'agent_canceled' }, values: { status: 'failed', leg2Status: 'canceled' } },
  ].map(({ sent, values }) => ({
    ...json,
    surface: 'call-lookup' as const,
    origin: 'constructed' as const,
    variant: `call details: ${Object.values(sent).at(-1)}`,
    sent: { call_details: { ...DETAILS, ...sent } },
    says: { ...read, values: { ...VALUES, ...values } },
  })),
  {
    ...json,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'words that are new to us',
    sent: { ...DETAILS, status: 'leg_vanished', state: 'paused', direction: 'diagonal' },
    says: {
      ...called,
      event: 'voice-v3/unknown',
      values: { ...VALUES, status: 'unknown', direction: 'unknown' },
      exceptions: [unknownValue('status', 'leg_vanished'), unknownValue('direction', 'diagonal'), unknownValue('state', 'paused')],
    },
  },
]
