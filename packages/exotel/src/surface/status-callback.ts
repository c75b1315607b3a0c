import { TERMINAL_STATUSES } from '@rollcall/domain/call/fact'
import { z } from 'zod'
import { same } from '../words/enumeration.ts'
import { Legs } from '../words/legs.ts'
import { AnsweredBy, Direction, Opaque, oneOf, Price, Recording, Seconds, Sid, Status, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/** Contract §§4.2, 4.3. The last group is not documented for callbacks but was received by one integrator. */
const StatusCallback = z.object({
  CallSid: Sid,
  EventType: oneOf(same('terminal', 'answered')),
  Status,
  RecordingUrl: Recording,
  DateUpdated: Time,
  DateCreated: Time,
  To: Text,
  From: Text,
  PhoneNumberSid: Text,
  StartTime: Time,
  EndTime: Time,
  ConversationDuration: Seconds,
  Direction,
  CustomField: Opaque,
  Legs,
  AccountSid: Text,
  ParentCallSid: Sid,
  Duration: Seconds,
  Price,
  AnsweredBy,
  ForwardedFrom: Text,
  CallerName: Text,
})

const TERMINAL: ReadonlySet<string | undefined> = new Set(TERMINAL_STATUSES)

/** StatusCallback: Exotel's POST about an outbound API call, with four fields by default and all of them when events were subscribed to. */
export const statusCallback = callSurface({
  schema: StatusCallback,
  callSid: 'CallSid',
  accountSid: 'AccountSid',
  vendorTime: 'DateUpdated',
  event: ({ EventType }) => `status-callback/${EventType ?? 'default'}`,
  facts: {
    status: 'Status',
    direction: 'Direction',
    from: 'From',
    to: 'To',
    exophone: 'PhoneNumberSid',
    createdAt: 'DateCreated',
    startedAt: 'StartTime',
    endedAt: 'EndTime',
    durationSeconds: 'Duration',
    conversationSeconds: 'ConversationDuration',
    price: 'Price',
    leg1Status: 'Legs.0.Status',
    leg2Status: 'Legs.1.Status',
    leg1Seconds: 'Legs.0.OnCallDuration',
    leg2Seconds: 'Legs.1.OnCallDuration',
    answeredBy: 'AnsweredBy',
    recordingUrl: 'RecordingUrl',
    customField: 'CustomField',
    parentCallSid: 'ParentCallSid',
    forwardedFrom: 'ForwardedFrom',
    callerName: 'CallerName',
  },
  placeholders: {
    whenever: ({ EventType, Status: status }) => EventType === 'answered' || (EventType === 'unknown' && !TERMINAL.has(status)),
    facts: ['endedAt', 'durationSeconds', 'conversationSeconds', 'leg1Seconds', 'leg2Seconds'],
  },
  words: ['EventType'],
})
