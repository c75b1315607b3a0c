import { APPLETS, type GoldenCase, unknownValue, without } from './golden-case.ts'

const of = { surface: 'popup', encodings: APPLETS } as const

/** Contract §5.2. */
const DIAL = {
  CallSid: '23c162077629863c1a2d7f29263a162m',
  CallFrom: '09000000001',
  CallTo: '09000000003',
  Direction: 'incoming',
  Created: 'Wed, 23 Feb 2022 12:31:59',
  From: '09000000001',
  To: '09000000004',
  CurrentTime: '2022-02-23 12:32:02',
  DialWhomNumber: '09000000002',
  Status: 'busy',
  EventType: 'Dial',
  AgentEmail: 'agent@example.com',
}
const VALUES = { direction: 'inbound', from: '09000000001', exophone: '09000000003', createdAt: '2022-02-23T07:01:59.000Z' }
const says = { callSid: DIAL.CallSid, event: 'popup/dial', vendorTime: '2022-02-23T07:02:02Z', values: VALUES }

export const POPUPS: readonly GoldenCase[] = [
  { ...of, origin: 'captured', variant: 'an agent is dialled: "busy" is the agent, and no call status', sent: DIAL, says },
  { ...of, origin: 'constructed', variant: 'an agent’s phone rings', sent: { ...DIAL, EventType: 'Ringing' }, says: { ...says, event: 'popup/ringing' } },
  { ...of, origin: 'constructed', variant: 'an agent answered', sent: { ...DIAL, EventType: 'ANSWERED' }, says: { ...says, event: 'popup/answered' } },
  { ...of, origin: 'constructed', variant: 'an agent is released', sent: { ...DIAL, Status: 'free', EventType: 'Terminal' }, says: { ...says, event: 'popup/terminal' } },
  { ...of, origin: 'constructed', variant: 'without an event', sent: without(DIAL, 'EventType'), says: { ...says, event: 'popup/default' } },
  {
    ...of,
    origin: 'documented',
    variant: 'the direction as the page has it',
    sent: { ...without(DIAL, 'AgentEmail'), Direction: 'outbound-dial' },
    says: { ...says, values: { ...VALUES, direction: 'outbound-dial' } },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a From that is not who calls',
    sent: { ...DIAL, From: '09000000009' },
    says,
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'who calls as From alone',
    sent: without(DIAL, 'CallFrom'),
    says,
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a state and an event that are new to us',
    sent: { ...DIAL, Status: 'wrapping-up', EventType: 'Whisper' },
    says: { ...says, event: 'popup/unknown', exceptions: [unknownValue('Status', 'wrapping-up'), unknownValue('EventType', 'Whisper')] },
  },
  {
    ...of,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'a popup, sent to the StatusCallback’s URL: still no call status',
    sent: DIAL,
    says: { ...says, exceptions: [{ field: 'surface', kind: 'other-surface', value: 'popup' }] },
  },
  {
    ...of,
    surface: 'passthru',
    origin: 'constructed',
    variant: 'a popup, sent to the Passthru’s URL: no Passthru is claimed',
    sent: DIAL,
    says: { ...says, exceptions: [{ field: 'surface', kind: 'other-surface', value: 'popup' }] },
  },
  { ...of, surface: 'unrecognised', origin: 'constructed', variant: 'a popup, sent to a URL without a surface', sent: DIAL, says },
]
