import type { Observation } from '@rollcall/contracts/observation'
import type { CallFacts } from '@rollcall/domain/call/fact'
import { z } from 'zod'
import { Legs, legAt } from '../words/legs.ts'
import { Direction, Moment, Price, Recording, Seconds, Sid, Status, Text, Time, Word } from '../words/vendor-field.ts'
import { buildFacts } from './build-facts.ts'
import { parseWith } from './parse-with.ts'

/** Contract §§4.2, 4.3. The last group is not documented for callbacks but was received by one integrator. */
const StatusCallback = z.looseObject({
  CallSid: Sid,
  EventType: Word,
  Status,
  RecordingUrl: Recording,
  DateUpdated: Moment,
  DateCreated: Time,
  To: Text,
  From: Text,
  PhoneNumberSid: Text,
  StartTime: Time,
  EndTime: Time,
  ConversationDuration: Seconds,
  Direction,
  CustomField: Text,
  Legs,
  AccountSid: Text,
  ParentCallSid: Sid,
  Duration: Seconds,
  Price,
  AnsweredBy: Word,
  ForwardedFrom: Text,
  CallerName: Text,
})

/** An event name we can put into metrics and policies; anything else is hostile or damaged. */
const EVENT_TYPE = /^[a-z-]{1,32}$/

/** StatusCallback: Exotel's POST about an outbound API call, with four fields by default and all of them when events were subscribed to. */
export const readStatusCallback = (observation: Pick<Observation, 'account' | 'receivedAt'>, parameters: unknown): CallFacts => {
  const said = parseWith(StatusCallback, parameters)
  const [leg1, leg2] = [legAt(said.Legs, 1), legAt(said.Legs, 2)]
  // While the call goes on, an end or a duration is a placeholder, whichever of its many forms it takes.
  const over = said.EventType !== 'answered'
  return buildFacts(observation, {
    callSid: said.CallSid,
    callSidField: 'CallSid',
    accountSid: said.AccountSid,
    source: 'webhook',
    vendorTime: said.DateUpdated,
    event: `status-callback/${eventName(said.EventType)}`,
    values: {
      status: said.Status,
      direction: said.Direction,
      from: said.From,
      to: said.To,
      exophone: said.PhoneNumberSid,
      createdAt: said.DateCreated,
      startedAt: said.StartTime,
      endedAt: over ? said.EndTime : undefined,
      durationSeconds: over ? said.Duration : undefined,
      conversationSeconds: over ? said.ConversationDuration : undefined,
      price: said.Price,
      leg1Status: leg1.Status,
      leg2Status: leg2.Status,
      leg1Seconds: over ? leg1.OnCallDuration : undefined,
      leg2Seconds: over ? leg2.OnCallDuration : undefined,
      answeredBy: said.AnsweredBy,
      recordingUrl: said.RecordingUrl,
      customField: said.CustomField,
      parentCallSid: said.ParentCallSid,
      forwardedFrom: said.ForwardedFrom,
      callerName: said.CallerName,
    },
  })
}

const eventName = (eventType: string | undefined): string => {
  if (eventType === undefined) return 'default'
  return EVENT_TYPE.test(eventType) ? eventType : 'other'
}
