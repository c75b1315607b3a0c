import { type GoldenCase, unknownValue, unreadableValue, without } from './golden-case.ts'

const listed = { surface: 'call-list', encodings: ['json'] } as const
const single = { surface: 'call-lookup', encodings: ['json'] } as const

/** Contract §6. */
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
const VALUES = {
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
const says = { callSid: ROW.Sid, event: null, vendorTime: '2019-03-21T12:45:57Z' }
const SID = '80bfbec2d78bbbf10fb851f4fa165211'

/** Contract §6.2: the words were seen on live accounts. The API's status of an inbound call says nothing of whether anyone answered. */
const OUTCOMES = [
  { variant: 'inbound, answered', direction: 'inbound', status: 'completed', leg1: 'completed', leg2: 'completed', conversation: 12 },
  { variant: 'inbound, missed', direction: 'inbound', status: 'completed', leg1: 'completed', leg2: 'no-answer', conversation: 0 },
  { variant: 'inbound, missed, and the second leg null', direction: 'inbound', status: 'completed', leg1: 'completed', leg2: null, conversation: 0 },
  { variant: 'inbound, rejected by the agent', direction: 'inbound', status: 'completed', leg1: 'completed', leg2: 'busy', conversation: 0 },
  { variant: 'inbound, abandoned in the menu', direction: 'inbound', status: 'completed', leg1: 'completed', leg2: '', conversation: 0 },
  { variant: 'inbound, the caller left while an agent’s phone rang', direction: 'inbound', status: 'completed', leg1: 'completed', leg2: 'canceled', conversation: 0 },
  { variant: 'outbound, the customer did not answer', direction: 'outbound-api', status: 'no-answer', leg1: 'completed', leg2: 'no-answer', conversation: 0 },
  { variant: 'outbound, the agent’s leg was never taken', direction: 'outbound-dial', status: 'no-answer', leg1: 'no-answer', leg2: null, conversation: 0 },
  { variant: 'outbound, the agent hung up while the customer’s phone rang', direction: 'outbound-dial', status: 'failed', leg1: 'completed', leg2: 'canceled', conversation: 0 },
] as const

const ROWS: readonly Pick<GoldenCase, 'origin' | 'variant' | 'sent' | 'says'>[] = [
  { origin: 'captured', variant: 'numbers as numbers, nothing as ""', sent: ROW, says: { ...says, values: VALUES } },
  {
    origin: 'documented',
    variant: 'numbers as text, nothing as null',
    sent: { ...ROW, Duration: '17', Price: '1.500', ParentCallSid: null, RecordingUrl: null, CallerName: null },
    says: { ...says, values: { ...VALUES, price: '1.5' } },
  },
  {
    origin: 'documented',
    variant: 'over, and not whole yet: the talk time is a 0 that nobody measured',
    sent: { ...ROW, EndTime: null, Duration: null, Price: null, Details: { ConversationDuration: 0, Leg1Status: 'completed' } },
    says: { ...says, values: { ...without(VALUES, 'endedAt', 'durationSeconds', 'price'), leg1Status: 'completed' } },
  },
  {
    origin: 'documented',
    variant: 'just dialled: end, duration and price null',
    sent: { ...ROW, Status: 'in-progress', EndTime: null, Duration: null, Price: null, Direction: 'outbound-api', AnsweredBy: null },
    says: { ...says, values: { ...without(VALUES, 'endedAt', 'durationSeconds', 'price', 'answeredBy'), status: 'in-progress', direction: 'outbound-api' } },
  },
  {
    origin: 'constructed',
    variant: 'recorded, with a caller’s name and a custom field; of its two addresses the one that does not expire',
    sent: {
      ...ROW,
      RecordingUrl: 'https://recordings.exotel.com/exotelrecordings/acme/463e.mp3?X-Amz-Expires=300',
      PreSignedRecordingUrl: 'https://s3-ap-southeast-1.amazonaws.com/exotelrecordings/acme/463e.mp3?X-Amz-Signature=abc',
      CallerName: 'A. Caller',
      CustomField: 'order_1',
    },
    says: { ...says, values: { ...VALUES, recordingUrl: 'https://recordings.exotel.com/exotelrecordings/acme/463e.mp3', callerName: 'A. Caller', customField: 'order_1' } },
  },
  { origin: 'constructed', variant: 'with details', sent: { ...ROW, Details: DETAILS }, says: { ...says, values: { ...VALUES, ...DETAIL_VALUES } } },
  {
    origin: 'constructed',
    variant: 'with details at the top level, numbers as text and phones with their country',
    sent: { ...ROW, ...without(DETAILS, 'Legs'), Duration: '200', Price: '1.20', From: '+919000000001' },
    says: { ...says, values: { ...VALUES, ...without(DETAIL_VALUES, 'leg1Seconds', 'leg2Seconds'), durationSeconds: '200', price: '1.2', from: '+919000000001' } },
  },
  {
    origin: 'constructed',
    variant: 'with details that say nothing',
    sent: { ...ROW, Details: { ConversationDuration: null, Leg1Status: '', Leg2Status: null, Legs: null } },
    says: { ...says, values: VALUES },
  },
  {
    origin: 'constructed',
    variant: 'finished, but without end, duration and price yet',
    sent: { ...ROW, EndTime: '', Duration: null, Price: '' },
    says: { ...says, values: without(VALUES, 'endedAt', 'durationSeconds', 'price') },
  },
  ...OUTCOMES.map(({ variant, direction, status, leg1, leg2, conversation }) => {
    const Details = { ConversationDuration: conversation, Leg1Status: leg1, Leg2Status: leg2 }
    const legs = { ...(leg1 ? { leg1Status: leg1 } : {}), ...(leg2 ? { leg2Status: leg2 } : {}) }
    return {
      origin: 'constructed' as const,
      variant,
      sent: { ...ROW, Direction: direction, Status: status, Details },
      says: { ...says, values: { ...VALUES, direction, status, conversationSeconds: String(conversation), ...legs } },
    }
  }),
  { origin: 'constructed', variant: 'the ExoPhone as PhoneNumber', sent: { ...without(ROW, 'PhoneNumberSid'), PhoneNumber: '04000000003' }, says: { ...says, values: VALUES } },
  {
    origin: 'constructed',
    variant: 'a child call, forwarded',
    sent: { ...ROW, ParentCallSid: SID, ForwardedFrom: '09000000005', Direction: 'Outbound-Dial' },
    says: { ...says, values: { ...VALUES, parentCallSid: SID, forwardedFrom: '09000000005', direction: 'outbound-dial' } },
  },
]

const UNFAMILIAR = { ...ROW, Status: 'parked', Details: { Leg2Status: 'levitating' } }
const UNFAMILIAR_VALUES = { ...VALUES, status: 'unknown', leg2Status: 'unknown' }

/** Every row, as an element of the list and as the answer about one call. */
export const CALL_ROWS: readonly GoldenCase[] = [
  // What was captured is the single call; no page of the list was published as it came.
  ...ROWS.map((row) => ({ ...listed, ...row, origin: row.origin === 'captured' ? ('constructed' as const) : row.origin })),
  ...ROWS.map((row) => ({ ...single, ...row, sent: { Call: row.sent } })),
  {
    ...listed,
    origin: 'constructed',
    variant: 'statuses that are new to us',
    sent: UNFAMILIAR,
    says: { ...says, values: UNFAMILIAR_VALUES, exceptions: [unknownValue('Status', 'parked'), unknownValue('Details[Leg2Status]', 'levitating')] },
  },
  {
    ...single,
    origin: 'constructed',
    variant: 'statuses that are new to us',
    sent: { Call: UNFAMILIAR },
    says: { ...says, values: UNFAMILIAR_VALUES, exceptions: [unknownValue('Call[Status]', 'parked'), unknownValue('Call[Details][Leg2Status]', 'levitating')] },
  },
  {
    ...listed,
    origin: 'constructed',
    variant: 'a price and a time that are none, in a row that says everything else',
    sent: { ...ROW, Price: 'free', EndTime: 'Thursday', Details: DETAILS },
    says: {
      ...says,
      values: { ...without(VALUES, 'price', 'endedAt'), ...DETAIL_VALUES },
      exceptions: [unreadableValue('EndTime', 'Thursday'), unreadableValue('Price', 'free')],
    },
  },
  {
    ...single,
    origin: 'constructed',
    variant: 'a duration of a leg, and one of the conversation, that are none',
    sent: { Call: { ...ROW, Details: { ...DETAILS, ConversationDuration: 'short', Legs: [{ Leg: { Id: 2, OnCallDuration: 'n/a' } }, { Leg: { Id: 1, OnCallDuration: 156 } }] } } },
    says: {
      ...says,
      values: { ...VALUES, ...without(DETAIL_VALUES, 'conversationSeconds', 'leg2Seconds') },
      exceptions: [unreadableValue('Call[Details][ConversationDuration]', 'short'), unreadableValue('Call[Details][Legs][0][Leg][OnCallDuration]', '')],
    },
  },
]
