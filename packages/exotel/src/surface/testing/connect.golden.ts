import { APPLETS, type GoldenCase } from './golden-case.ts'

const HIT = {
  CallSid: '23c162077629863c1a2d7f29263a162m',
  CallFrom: '09000000001',
  CallTo: '09000000003',
  Direction: 'incoming',
  Created: 'Wed, 23 Feb 2022 12:31:59',
  From: '09000000001',
  To: '09000000004',
  CurrentTime: '2022-02-23 12:32:02',
}
const VALUES = { direction: 'inbound', from: '09000000001', exophone: '09000000003', createdAt: '2022-02-23T07:01:59.000Z' }
const says = { callSid: HIT.CallSid, vendorTime: '2022-02-23T07:02:02Z', values: VALUES }

export const CONNECTS: readonly GoldenCase[] = [
  { origin: 'documented', variant: 'whom to dial', surface: 'connect', encodings: APPLETS, sent: HIT, says: { ...says, event: 'connect' } },
  {
    origin: 'documented',
    variant: 'Programmable Connect of an API call to a flow, with its custom field',
    surface: 'connect',
    encodings: APPLETS,
    sent: { ...HIT, CustomField: 'order_12345' },
    says: { ...says, event: 'connect', values: { ...VALUES, customField: 'order_12345' } },
  },
  {
    origin: 'constructed',
    variant: 'whom to dial, with the call’s start and a From that is not who calls',
    surface: 'connect',
    encodings: APPLETS,
    sent: { ...HIT, StartTime: '2022-02-23 12:31:58', From: '09000000009' },
    says: { ...says, event: 'connect', values: { ...VALUES, startedAt: '2022-02-23T07:01:58.000Z' } },
  },
  {
    origin: 'documented',
    variant: 'whom to dial, as one integrator is posted it',
    surface: 'connect',
    encodings: ['json'],
    sent: { Call: { From: '09000000001', Sid: '23c162077629863c1a2d7f29263a162m' } },
    says: { callSid: HIT.CallSid, event: 'connect', vendorTime: null, values: { from: '09000000001' } },
  },
  {
    origin: 'constructed',
    variant: 'the same, sent to a URL without a surface',
    surface: 'unrecognised',
    encodings: ['json'],
    sent: { Call: { From: '09000000001', Sid: '23c162077629863c1a2d7f29263a162m' } },
    says: { callSid: HIT.CallSid, event: 'connect', vendorTime: null, values: { from: '09000000001' } },
  },
  {
    origin: 'constructed',
    variant: 'an applet’s request with nothing but what all applets send: it is taken for a Passthru',
    surface: 'unrecognised',
    encodings: APPLETS,
    sent: HIT,
    says: { ...says, event: 'passthru' },
  },
  { origin: 'documented', variant: 'Programmable Gather', surface: 'gather', encodings: APPLETS, sent: { ...HIT, digits: '"12"' }, says: { ...says, event: 'gather' } },
]
