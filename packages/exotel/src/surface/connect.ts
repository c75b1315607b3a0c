import { z } from 'zod'
import { Direction, Opaque, Sid, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/** Contract §§5.3-5.5: the parameters that every applet's request begins with, and the two of the `{"Call": {…}}` that one integrator is posted. */
const AppletRequest = z.object({
  CallSid: Sid,
  Sid,
  CallFrom: Text,
  From: Text,
  CallTo: Text,
  Direction,
  Created: Time,
  StartTime: Time,
  CurrentTime: Time,
  CustomField: Opaque,
  AccountSid: Text,
})

const appletRequest = (event: string) =>
  callSurface({
    schema: AppletRequest,
    wrappers: [['Call']],
    callSid: ['CallSid', 'Sid'],
    accountSid: 'AccountSid',
    vendorTime: 'CurrentTime',
    event: () => event,
    facts: { direction: 'Direction', from: ['CallFrom', 'From'], exophone: 'CallTo', createdAt: 'Created', startedAt: 'StartTime', customField: 'CustomField' },
  })

/** The Connect applet asks whom to dial: by its dial-whom URL, or as Programmable Connect. */
export const connect = appletRequest('connect')

/** The Gather applet asks what to play and how many digits to take. Digits it took come with the next applet's request. */
export const gather = appletRequest('gather')
