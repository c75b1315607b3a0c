import { z } from 'zod'
import { same } from '../words/enumeration.ts'
import { Direction, oneOf, Sid, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/** Contract §5.2. `Status` is whether that agent is occupied; a call status it never is: `busy` means that the agent's phone rings. */
const Popup = z.object({
  CallSid: Sid,
  CallFrom: Text,
  CallTo: Text,
  From: Text,
  Direction,
  Created: Time,
  CurrentTime: Time,
  Status: oneOf(same('busy', 'free')),
  EventType: oneOf(same('dial', 'ringing', 'answered', 'terminal')),
  AccountSid: Text,
})

/** Connect applet's popup: a GET for each attempt to reach an agent, and each thing that became of it. */
export const popup = callSurface({
  schema: Popup,
  callSid: 'CallSid',
  accountSid: 'AccountSid',
  vendorTime: 'CurrentTime',
  event: ({ EventType }) => `popup/${EventType ?? 'default'}`,
  facts: { direction: 'Direction', from: ['CallFrom', 'From'], exophone: 'CallTo', createdAt: 'Created' },
  words: ['Status', 'EventType'],
})
