import { z } from 'zod'
import { same } from '../words/enumeration.ts'
import { Direction, Outcome, oneOf, Recording, Seconds, Sid, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/** Contract §5.6. `TotalDuration` is text on one account and a number on another; captured, it is the talk time (10 of 21 s). */
const IntegrationCore = z.object({
  CallSid: Sid,
  ExotelAccountSid: Text,
  Direction,
  CallStatus: Outcome,
  CallState: oneOf(same('active', 'terminal')),
  CallDetail: oneOf(new Map([...same('answered', 'terminal'), ['recording_stop_success', 'recording'] as const])),
  FromNumber: Text,
  ToNumber: Text,
  VirtualNumber: Text,
  TotalDuration: Seconds,
  CallRecordings: Recording,
  StartTime: Time,
  EndTime: Time,
  CreatedAt: Time,
  UpdatedAt: Time,
})

/** Integration Core: what a softphone's app webhook is posted while a call goes on and when it is over. */
export const webrtc = callSurface({
  schema: IntegrationCore,
  callSid: 'CallSid',
  accountSid: 'ExotelAccountSid',
  vendorTime: ['UpdatedAt', 'EndTime', 'StartTime'],
  event: ({ CallDetail, CallState }) => `webrtc/${CallDetail ?? CallState ?? 'default'}`,
  facts: {
    status: 'CallStatus.status',
    leg1Status: 'CallStatus.leg1Status',
    leg2Status: 'CallStatus.leg2Status',
    direction: 'Direction',
    from: 'FromNumber',
    // Of an inbound call it is the ExoPhone, where the API may have the agent.
    to: ({ Direction: direction }) => (direction === 'inbound' ? null : 'ToNumber'),
    exophone: 'VirtualNumber',
    createdAt: 'CreatedAt',
    startedAt: 'StartTime',
    endedAt: 'EndTime',
    conversationSeconds: ({ CallStatus }) => (CallStatus?.status === undefined || CallStatus.status === 'completed' ? 'TotalDuration' : null),
    recordingUrl: 'CallRecordings',
  },
  placeholders: { whenever: ({ CallState }) => CallState !== 'terminal', facts: ['endedAt', 'conversationSeconds'] },
  words: ['CallState', 'CallDetail'],
})
