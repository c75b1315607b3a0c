import type { CallFacts } from '@rollcall/domain/call/fact'
import { z } from 'zod'
import { Legs } from '../words/legs.ts'
import { quickly, quickReadOf } from '../words/quick-read.ts'
import { AnsweredBy, Direction, Opaque, Price, Recording, Seconds, Sid, Status, Text, Time } from '../words/vendor-field.ts'
import { callSurface, type Parameters, type ReadContext } from './call-surface.ts'

/** Contract §6. In the list they are absent, or there when the account answers `details=true` on it. */
const InDetails = z.object({ ConversationDuration: Seconds, Leg1Status: Status, Leg2Status: Status, Legs })
const readDetails = quickReadOf(InDetails)
const Details = quickly(
  z.preprocess((details) => details ?? {}, InDetails),
  (details) => readDetails(details ?? {}),
)

/** Contract §§6, 7. The details stand at the top level in one low-confidence report of the single call. */
const CallRow = z.object({
  Sid,
  ParentCallSid: Sid,
  DateCreated: Time,
  DateUpdated: Time,
  AccountSid: Text,
  To: Text,
  From: Text,
  PhoneNumberSid: Text,
  PhoneNumber: Text,
  Status,
  StartTime: Time,
  EndTime: Time,
  Duration: Seconds,
  Price,
  Direction,
  AnsweredBy,
  ForwardedFrom: Text,
  CallerName: Text,
  RecordingUrl: Recording,
  CustomField: Opaque,
  ConversationDuration: Seconds,
  Leg1Status: Status,
  Leg2Status: Status,
  Details,
})

/**
 * One call as the API tells it: an element of the list, or the single call in its `{"Call": …}` wrapper.
 * A finished call may still lack its end, duration, price and recording for minutes; those are absent then.
 */
export const callRow = callSurface({
  schema: CallRow,
  wrappers: [['Call']],
  callSid: 'Sid',
  accountSid: 'AccountSid',
  source: ({ surface }) => (surface === 'call-lookup' ? 'lookup' : 'poll'),
  vendorTime: 'DateUpdated',
  event: () => null,
  // Until the row has its end and duration, the talk time in it is a 0 that nobody measured (contract §6.1).
  placeholders: { whenever: ({ EndTime, Duration }) => EndTime === undefined && Duration === undefined, facts: ['conversationSeconds'] },
  facts: {
    status: 'Status',
    direction: 'Direction',
    from: 'From',
    to: 'To',
    exophone: ['PhoneNumberSid', 'PhoneNumber'],
    createdAt: 'DateCreated',
    startedAt: 'StartTime',
    endedAt: 'EndTime',
    durationSeconds: 'Duration',
    conversationSeconds: ['Details.ConversationDuration', 'ConversationDuration'],
    price: 'Price',
    leg1Status: ['Details.Leg1Status', 'Leg1Status'],
    leg2Status: ['Details.Leg2Status', 'Leg2Status'],
    leg1Seconds: 'Details.Legs.0.OnCallDuration',
    leg2Seconds: 'Details.Legs.1.OnCallDuration',
    answeredBy: 'AnsweredBy',
    recordingUrl: 'RecordingUrl',
    customField: 'CustomField',
    parentCallSid: 'ParentCallSid',
    forwardedFrom: 'ForwardedFrom',
    callerName: 'CallerName',
  },
})

/** The facts of one row. Throws UnreadableError. */
export const readCallRow = (context: ReadContext, parameters: Parameters): CallFacts => callRow.read(context, parameters).facts
