import { z } from 'zod'
import { Direction, oneOf, Seconds, Sid, Status, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/** Exotel's names of what happened, with ours. */
const EVENTS = new Map([
  ['incoming_call', 'incoming'],
  ['outbound_call', 'outgoing'],
  ['call_ringing', 'ringing'],
  ['call_answered', 'answered'],
  ['call_completed', 'terminal'],
  ['call_missed', 'missed'],
  ['missed_call', 'missed'],
] as const)

/** Documented on a newer page (contract §5.6, last point); the one live account captured did not send it. */
const Notification = z.object({
  event: oneOf(EVENTS),
  call_sid: Sid,
  direction: Direction,
  from: Text,
  exophone: Text,
  status: Status,
  duration: Seconds,
  talk_time: Seconds,
  timestamp: Time,
})

/** The other shape of the WebRTC app webhook. */
export const webrtcNotification = callSurface({
  schema: Notification,
  callSid: 'call_sid',
  vendorTime: 'timestamp',
  event: ({ event }) => `webrtc/${event ?? 'default'}`,
  facts: {
    // A missed inbound call is `completed` in the API (contract §6.2): what the agent's leg missed is not the call's status.
    status: ({ event }) => (event === 'missed' ? null : 'status'),
    leg2Status: ({ event }) => (event === 'missed' ? 'status' : null),
    direction: 'direction',
    from: 'from',
    exophone: 'exophone',
    durationSeconds: 'duration',
    conversationSeconds: 'talk_time',
  },
  words: ['event'],
})
