import type { LedgerCall, LedgerWebhook, LegStatus } from '../../calls/ledger-call.ts'
import { secondOf } from '../../calls/seconds.ts'
import { istText } from '../../ist-text.ts'
import type { WebhookFields } from './webhook-fields.ts'

/** A call without a recording: the key is missing, or there and empty. */
const recordingField = ({ truth, style }: LedgerCall): WebhookFields => {
  if (truth.recordingUrl !== null) return { RecordingUrl: truth.recordingUrl }
  return style.missingRecording === 'absent' ? {} : { RecordingUrl: null }
}

const leg = ({ style }: LedgerCall, seconds: number | null, status: LegStatus | 'in-progress' | '' | null, human: boolean) => ({
  OnCallDuration: seconds ?? 0,
  Status: status,
  ...(style.legsSayAnsweredBy ? { AnsweredBy: human ? 'HUMAN' : 'NA' } : {}),
})

/** What an answered event says of the end that is not there yet is UNKNOWN. */
const noEndYet = ({ style }: LedgerCall): WebhookFields => {
  switch (style.answeredEnd) {
    case 'absent':
      return {}
    case 'null':
      return { EndTime: null, RecordingUrl: null }
    case 'epoch':
      return { EndTime: istText(0, style.utcOffsetMinutes), RecordingUrl: '' }
    default:
      return style.answeredEnd satisfies never
  }
}

/** One leg is up, or both: Exotel says so twice, with the same CallSid. */
export const answeredFields = (call: LedgerCall, { happenedAt, legsUp }: LedgerWebhook): WebhookFields => {
  const time = (at: number) => istText(at, call.style.utcOffsetMinutes)
  return {
    CallSid: call.callSid,
    EventType: 'answered',
    DateCreated: time(call.truth.createdAt),
    DateUpdated: time(secondOf(happenedAt)),
    To: call.truth.to,
    From: call.truth.from,
    PhoneNumberSid: call.truth.exophone,
    StartTime: time(call.truth.startedAt),
    ...noEndYet(call),
    Status: 'in-progress',
    Direction: call.truth.direction,
    Legs: [leg(call, 0, 'in-progress', false), leg(call, 0, legsUp === 2 ? 'in-progress' : '', false)],
  }
}

/** The extended set, when events were subscribed to. */
export const terminalFields = (call: LedgerCall): WebhookFields => {
  const time = (at: number) => istText(at, call.style.utcOffsetMinutes)
  return {
    CallSid: call.callSid,
    EventType: 'terminal',
    DateCreated: time(call.truth.createdAt),
    DateUpdated: time(call.truth.endedAt),
    To: call.truth.to,
    From: call.truth.from,
    PhoneNumberSid: call.truth.exophone,
    StartTime: time(call.truth.startedAt),
    EndTime: time(call.truth.endedAt),
    Status: call.truth.status,
    ConversationDuration: call.truth.conversationSeconds,
    Direction: call.truth.direction,
    CustomField: call.truth.customField,
    ...recordingField(call),
    Legs: [leg(call, call.truth.leg1Seconds, call.truth.leg1Status, false), leg(call, call.truth.leg2Seconds, call.truth.leg2Status, call.truth.answeredBy === 'human')],
  }
}

/** The four fields of a call to a flow, and of one without StatusCallbackEvents. */
export const defaultFields = (call: LedgerCall): WebhookFields => ({
  CallSid: call.callSid,
  Status: call.truth.status,
  ...recordingField(call),
  DateUpdated: istText(call.truth.endedAt, call.style.utcOffsetMinutes),
})
