import { BODIES, type GoldenCase, unknownValue, without } from './golden-case.ts'

const CallSid = '80bfbec2d78bbbf10fb851f4fa165211'
const of = { surface: 'status-callback', encodings: BODIES } as const

/** Documented with another recording and other numbers (contract §4.4). */
export const ANSWERED_CALL = {
  CallSid,
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
const VALUES = {
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
const vendorTime = '2024-01-15T09:00:45Z'
const terminal = { callSid: CallSid, event: 'status-callback/terminal', vendorTime }
const untimed = { ...terminal, vendorTime: null }
const UNANSWERED_LEGS = [
  { OnCallDuration: 40, Status: 'completed' },
  { OnCallDuration: 0, Status: 'no-answer' },
]
const DEFAULT = { CallSid, Status: 'completed', RecordingUrl: 'https://recordings.example/acme/a.mp3', DateUpdated: '2025-11-10 18:05:20' }
const byDefault = { callSid: CallSid, event: 'status-callback/default', vendorTime: '2025-11-10T12:35:20Z' }
const ONGOING_VALUES = without(VALUES, 'recordingUrl', 'customField', 'endedAt', 'conversationSeconds', 'leg1Seconds', 'leg2Seconds', 'leg2Status')

export const STATUS_CALLBACKS: readonly GoldenCase[] = [
  { ...of, origin: 'documented', variant: 'terminal of an answered call', sent: ANSWERED_CALL, says: { ...terminal, values: VALUES } },
  {
    ...of,
    origin: 'constructed',
    variant: 'terminal of an unanswered call, without a recording (a strict parser crashed on it)',
    sent: { ...without(ANSWERED_CALL, 'RecordingUrl', 'CustomField'), Status: 'no-answer', ConversationDuration: 0, Legs: UNANSWERED_LEGS },
    says: {
      ...terminal,
      values: { ...without(VALUES, 'recordingUrl', 'customField'), status: 'no-answer', conversationSeconds: '0', leg1Seconds: '40', leg2Status: 'no-answer', leg2Seconds: '0' },
    },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'the default four fields',
    sent: DEFAULT,
    says: { ...byDefault, values: { status: 'completed', recordingUrl: 'https://recordings.example/acme/a.mp3' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'the default four fields, the recording null',
    sent: { ...DEFAULT, Status: 'busy', RecordingUrl: null },
    says: { ...byDefault, values: { status: 'busy' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a call to a flow: three of the four fields',
    sent: without(DEFAULT, 'RecordingUrl'),
    says: { ...byDefault, values: { status: 'completed' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'answered by the first leg, its end and durations placeholders',
    sent: {
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
    says: { ...terminal, event: 'status-callback/answered', values: { ...ONGOING_VALUES, status: 'in-progress', leg1Status: 'in-progress' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'answered by both legs, its end absent',
    sent: {
      ...without(ANSWERED_CALL, 'RecordingUrl', 'CustomField', 'EndTime', 'ConversationDuration'),
      EventType: 'answered',
      Status: 'in-progress',
      Legs: [{ Status: 'in-progress' }, { Status: 'in-progress' }],
    },
    says: { ...terminal, event: 'status-callback/answered', values: { ...ONGOING_VALUES, status: 'in-progress', leg1Status: 'in-progress', leg2Status: 'in-progress' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'other letter case and spelling, every style of nothing, a signed recording, a field that is new to us',
    sent: {
      CallSid,
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
    says: { ...untimed, values: { status: 'canceled', direction: 'outbound-api', recordingUrl: 'https://recordings.example/a.mp3' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'values rendered as lists of one, and in quotes',
    sent: { CallSid: `['${CallSid}']`, EventType: "['terminal']", Status: "['completed']", From: "['09000000001']", ConversationDuration: '"320"', CustomField: "['mine']" },
    says: { ...untimed, values: { status: 'completed', from: '09000000001', conversationSeconds: '320', customField: "['mine']" } },
  },
  {
    ...of,
    origin: 'constructed',
    encodings: ['json'],
    variant: 'values as JSON lists of one, and a custom field that came back as JSON',
    sent: { CallSid: [CallSid], EventType: ['terminal'], Status: ['completed'], From: [], CustomField: { order: 7 } },
    says: { ...untimed, values: { status: 'completed', customField: '{"order":7}' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a status, a direction, an answerer and an event that are new to us',
    sent: { CallSid, EventType: 'parked', Status: 'on-hold', Direction: 'sideways', AnsweredBy: 'Robot', EndTime: '2024-01-15 14:30:45', Legs: { 0: { Status: 'levitating' } } },
    says: {
      ...untimed,
      event: 'status-callback/unknown',
      values: { status: 'unknown', direction: 'unknown', answeredBy: 'unknown', leg1Status: 'unknown' },
      exceptions: [
        unknownValue('Status', 'on-hold'),
        unknownValue('Direction', 'sideways'),
        unknownValue('Legs[0][Status]', 'levitating'),
        unknownValue('AnsweredBy', 'Robot'),
        unknownValue('EventType', 'parked'),
      ],
    },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'an event that is new to us, of a call that is over: its end is no placeholder',
    sent: { ...ANSWERED_CALL, EventType: 'parked', Duration: 335 },
    says: { ...terminal, event: 'status-callback/unknown', values: { ...VALUES, durationSeconds: '335' }, exceptions: [unknownValue('EventType', 'parked')] },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'answered, with a total duration that is a placeholder too',
    sent: { ...ANSWERED_CALL, EventType: 'answered', Status: 'in-progress', Duration: 0, RecordingUrl: '', CustomField: '', Legs: [{ Status: 'in-progress' }] },
    says: { ...terminal, event: 'status-callback/answered', values: { ...ONGOING_VALUES, status: 'in-progress', leg1Status: 'in-progress' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'no event, and a call that goes on: what is said of its end is taken as said',
    sent: { ...DEFAULT, Status: 'in-progress', RecordingUrl: null, ConversationDuration: 4 },
    says: { ...byDefault, values: { status: 'in-progress', conversationSeconds: '4' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a number where a status should be: reported, and not repeated',
    sent: { CallSid, Status: '09000000001', DateUpdated: '2025-11-10 18:05:20' },
    says: { ...byDefault, values: { status: 'unknown' }, exceptions: [unknownValue('Status', '')] },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'legs counted from 1, and the undocumented fields that one integrator receives',
    sent: {
      CallSid,
      EventType: 'terminal',
      Status: 'completed',
      Duration: '156',
      Price: '1.500',
      AnsweredBy: 'Human',
      ParentCallSid: 'a1b2c3d4e5f6a1b2c3d4e5f6a1b219ta',
      ForwardedFrom: '09000000005',
      CallerName: 'A. Caller',
      Legs: { 1: { OnCallDuration: '156.0', Status: 'Completed' }, 2: { Status: 'Busy' } },
    },
    says: {
      ...untimed,
      values: {
        status: 'completed',
        durationSeconds: '156',
        price: '1.5',
        answeredBy: 'human',
        parentCallSid: 'a1b2c3d4e5f6a1b2c3d4e5f6a1b219ta',
        forwardedFrom: '09000000005',
        callerName: 'A. Caller',
        leg1Status: 'completed',
        leg1Seconds: '156',
        leg2Status: 'busy',
      },
    },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'times with a zone, and as an applet writes them',
    sent: {
      CallSid,
      Status: 'completed',
      DateUpdated: '2024-01-15T09:00:45Z',
      DateCreated: 'Mon, 15 Jan 2024 14:25:10',
      StartTime: '2024-01-15 14:25:12+05:30',
      EndTime: '2024-01-15T14:30:45.000+05:30',
    },
    says: { ...terminal, event: 'status-callback/default', values: { status: 'completed', createdAt: VALUES.createdAt, startedAt: VALUES.startedAt, endedAt: VALUES.endedAt } },
  },
  {
    ...of,
    origin: 'constructed',
    surface: 'passthru',
    variant: 'a StatusCallback, sent to the Passthru’s URL',
    sent: DEFAULT,
    says: {
      ...byDefault,
      values: { status: 'completed', recordingUrl: 'https://recordings.example/acme/a.mp3' },
      exceptions: [{ field: 'surface', kind: 'other-surface', value: 'status-callback' }],
    },
  },
  {
    ...of,
    origin: 'constructed',
    surface: 'unrecognised',
    variant: 'a StatusCallback, sent to a URL without a surface',
    sent: DEFAULT,
    says: { ...byDefault, values: { status: 'completed', recordingUrl: 'https://recordings.example/acme/a.mp3' } },
  },
]
