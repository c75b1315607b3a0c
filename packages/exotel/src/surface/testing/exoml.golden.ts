import { type GoldenCase, unknownValue } from './golden-case.ts'

const of = { surface: 'exoml', encodings: ['json'] } as const

/** Contract §5.7, and Exotel's "HTTPS Event Endpoint". */
const LEG = {
  leg_sid: 'leg_1',
  account_sid: 'acme',
  contact_uri: '+919000000001',
  exophone: '+914000000003',
  state: 'in-progress',
  start_time: '2026-01-15T10:29:59.312Z',
  end_time: null,
  date_created: '2026-01-15T10:29:59.339Z',
  date_updated: '2026-01-15T10:30:00.112Z',
}
const EVENT = {
  event_sid: 'event_1',
  event_type: 'leg_lifecycle_event',
  event_name: 'leg_answered',
  event_timestamp: '2026-01-15T10:30:00.529Z',
  action_sid: 'action_1',
  action_custom_parameter: 'your-tracking-value',
  event_data: { data: {} },
  data: LEG,
}
const says = { callSid: 'call_1', event: 'exoml/leg-answered', vendorTime: '2026-01-15T10:30:00.529Z', values: { exophone: '+914000000003' } }

export const EXOML: readonly GoldenCase[] = [
  { ...of, origin: 'documented', variant: 'an event of a leg, which names no call', sent: EVENT, says: { why: 'an event of a leg that names no call', notice: null } },
  {
    ...of,
    origin: 'constructed',
    variant: 'an event of a leg of a call: states and times are the leg’s',
    sent: { ...EVENT, data: { ...LEG, call_sid: 'call_1', direction: 'outbound' } },
    says,
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'an event of a leg of an inbound call, with no time of its own',
    sent: { ...EVENT, event_timestamp: null, data: { ...LEG, call_sid: 'call_1', direction: 'inbound' } },
    says: { ...says, vendorTime: '2026-01-15T10:30:00.112Z', values: { ...says.values, direction: 'inbound' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'the call named beside the data',
    sent: { ...EVENT, call_sid: 'call_1', event_name: 'bridge_terminal' },
    says: { ...says, event: 'exoml/bridge-terminal' },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a state that is new to us, and a name that is none',
    sent: { ...EVENT, call_sid: 'call_1', event_name: '7', data: { ...LEG, state: 'levitating' } },
    says: { ...says, event: 'exoml/other', exceptions: [unknownValue('data[state]', 'levitating')] },
  },
]
