import type { Observation } from '@rollcall/contracts/observation'
import type { CallFacts } from '@rollcall/domain/call/fact'
import { z } from 'zod'
import { Legs, legAt } from '../words/legs.ts'
import { Direction, Moment, Price, Recording, Seconds, Sid, Status, Text, Time, Word } from '../words/vendor-field.ts'
import { buildFacts } from './build-facts.ts'
import { parseWith } from './parse-with.ts'

/** Contract §6. In the list they are absent, or there when the account answers `details=true` on it. */
const Details = z.preprocess((details) => details ?? {}, z.looseObject({ ConversationDuration: Seconds, Leg1Status: Status, Leg2Status: Status, Legs }))

/** Contract §§6, 7. The details stand at the top level in one low-confidence report of the single call. */
const CallRow = z.looseObject({
  Sid,
  ParentCallSid: Sid,
  DateCreated: Time,
  DateUpdated: Moment,
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
  AnsweredBy: Word,
  ForwardedFrom: Text,
  CallerName: Text,
  RecordingUrl: Recording,
  CustomField: Text,
  ConversationDuration: Seconds,
  Leg1Status: Status,
  Leg2Status: Status,
  Details,
})

/**
 * One call as the API tells it: an element of the list, or the single call in its `{"Call": …}` wrapper.
 * A finished call may still lack its end, duration, price and recording for minutes; those are absent then.
 */
export const readCallRow = (observation: Pick<Observation, 'account' | 'receivedAt' | 'surface'>, parameters: Readonly<Record<string, unknown>>): CallFacts => {
  const said = parseWith(CallRow, typeof parameters.Call === 'object' && parameters.Call !== null ? parameters.Call : parameters)
  const [leg1, leg2] = [legAt(said.Details.Legs, 1), legAt(said.Details.Legs, 2)]
  return buildFacts(observation, {
    callSid: said.Sid,
    callSidField: 'Sid',
    accountSid: said.AccountSid,
    source: observation.surface === 'call-lookup' ? 'lookup' : 'poll',
    vendorTime: said.DateUpdated,
    event: null,
    values: {
      status: said.Status,
      direction: said.Direction,
      from: said.From,
      to: said.To,
      exophone: said.PhoneNumberSid ?? said.PhoneNumber,
      createdAt: said.DateCreated,
      startedAt: said.StartTime,
      endedAt: said.EndTime,
      durationSeconds: said.Duration,
      conversationSeconds: said.Details.ConversationDuration ?? said.ConversationDuration,
      price: said.Price,
      leg1Status: said.Details.Leg1Status ?? said.Leg1Status,
      leg2Status: said.Details.Leg2Status ?? said.Leg2Status,
      leg1Seconds: leg1.OnCallDuration,
      leg2Seconds: leg2.OnCallDuration,
      answeredBy: said.AnsweredBy,
      recordingUrl: said.RecordingUrl,
      customField: said.CustomField,
      parentCallSid: said.ParentCallSid,
      forwardedFrom: said.ForwardedFrom,
      callerName: said.CallerName,
    },
  })
}
