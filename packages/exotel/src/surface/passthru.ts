import { z } from 'zod'
import { same } from '../words/enumeration.ts'
import { type Leg, Legs } from '../words/legs.ts'
import { Direction, Opaque, oneOf, Recording, Sid, Status, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/**
 * Contract §5.1. Left out on purpose: `EndTime`, always a placeholder; `DialCallDuration`, which counts the ringing. `From` and `To`
 * are read only where `CallFrom` and `CallTo` are not there, as in the JSON of a Passthru before a stream.
 */
const Passthru = z.object({
  CallSid: Sid,
  CallFrom: Text,
  CallTo: Text,
  From: Text,
  To: Text,
  StreamSid: Text,
  CallStatus: Status,
  Direction,
  Created: Time,
  StartTime: Time,
  CurrentTime: Time,
  DialCallStatus: Status,
  CallType: oneOf(same('call-attempt', 'completed', 'client-hangup', 'incomplete', 'voicemail')),
  RecordingUrl: Recording,
  ForwardedFrom: Text,
  CustomField: Opaque,
  Legs,
  AccountSid: Text,
})

/** Passthru: the GET an inbound call's flow makes where the customer put that applet, sync or async. The call is still up when it comes. */
export const passthru = callSurface({
  schema: Passthru,
  callSid: 'CallSid',
  accountSid: 'AccountSid',
  vendorTime: 'CurrentTime',
  event: () => 'passthru',
  facts: {
    status: 'CallStatus',
    direction: 'Direction',
    from: ['CallFrom', 'From'],
    // Beside CallTo, `To` is sometimes another number than the ExoPhone.
    exophone: (said) => (said.CallTo !== undefined ? 'CallTo' : said.StreamSid !== undefined && said.Direction === 'inbound' ? 'To' : null),
    createdAt: 'Created',
    startedAt: 'StartTime',
    conversationSeconds: ({ CallType, Legs: legs }) => (CallType === 'completed' ? talkLeg(legs) : null),
    leg2Status: 'DialCallStatus',
    recordingUrl: 'RecordingUrl',
    customField: 'CustomField',
    forwardedFrom: 'ForwardedFrom',
  },
  words: ['CallType'],
})

/** Each leg here is one attempt to reach an agent; the last one that connected is the conversation. */
const talkLeg = (legs: readonly Leg[]) => {
  const index = legs.findLastIndex((leg) => leg.OnCallDuration !== undefined && leg.OnCallDuration !== '0')
  return index === -1 ? null : (`Legs.${index}.OnCallDuration` as const)
}
