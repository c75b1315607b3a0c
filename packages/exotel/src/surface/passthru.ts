import type { Observation } from '@rollcall/contracts/observation'
import type { CallFacts } from '@rollcall/domain/call/fact'
import { z } from 'zod'
import { type Leg, Legs } from '../words/legs.ts'
import { Direction, Moment, Recording, Sid, Status, Text, Time, Word } from '../words/vendor-field.ts'
import { buildFacts } from './build-facts.ts'
import { parseWith } from './parse-with.ts'

/**
 * Contract §5.1. Left out on purpose: `EndTime`, always a placeholder; `DialCallDuration`, which counts the ringing;
 * `To`, sometimes the ExoPhone and sometimes another number.
 */
const Passthru = z.looseObject({
  CallSid: Sid,
  CallFrom: Text,
  CallTo: Text,
  CallStatus: Status,
  Direction,
  Created: Time,
  StartTime: Time,
  CurrentTime: Moment,
  DialCallStatus: Status,
  CallType: Word,
  RecordingUrl: Recording,
  ForwardedFrom: Text,
  CustomField: Text,
  Legs,
  AccountSid: Text,
})

/** Passthru: the GET an inbound call's flow makes where the customer put that applet. The call is still up when it comes. */
export const readPassthru = (observation: Pick<Observation, 'account' | 'receivedAt'>, parameters: unknown): CallFacts => {
  const said = parseWith(Passthru, parameters)
  return buildFacts(observation, {
    callSid: said.CallSid,
    callSidField: 'CallSid',
    accountSid: said.AccountSid,
    source: 'webhook',
    vendorTime: said.CurrentTime,
    event: 'passthru',
    values: {
      status: said.CallStatus,
      direction: said.Direction,
      from: said.CallFrom,
      exophone: said.CallTo,
      createdAt: said.Created,
      startedAt: said.StartTime,
      conversationSeconds: said.CallType === 'completed' ? talkSeconds(said.Legs) : undefined,
      leg2Status: said.DialCallStatus,
      recordingUrl: said.RecordingUrl,
      customField: said.CustomField,
      forwardedFrom: said.ForwardedFrom,
    },
  })
}

/** Each leg here is one attempt to reach an agent; the last one that connected is the conversation. */
const talkSeconds = (legs: readonly Leg[]): string | undefined => legs.findLast((leg) => leg.OnCallDuration !== undefined && leg.OnCallDuration !== '0')?.OnCallDuration
