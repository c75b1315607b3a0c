import type { LedgerCall, LedgerWebhook, LegStatus } from '../calls/ledger-call.ts'
import { SECOND_MS, secondOf } from '../calls/seconds.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { istLongText, istText } from '../ist-text.ts'

type FieldValue = string | number | null
/** A webhook's parameters in their order; legs are the one nested thing. */
export interface WebhookFields {
  readonly [name: string]: FieldValue | readonly Readonly<Record<string, FieldValue>>[]
}

/** A file that is only known by its address yet. */
const RECORDING_READY_MS = 300 * SECOND_MS

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

/** One leg is up, or both: Exotel says so twice, with the same CallSid. */
const answeredFields = (call: LedgerCall, { happenedAt, legsUp }: LedgerWebhook): WebhookFields => ({
  CallSid: call.callSid,
  EventType: 'answered',
  DateCreated: istText(call.truth.createdAt),
  DateUpdated: istText(secondOf(happenedAt)),
  To: call.truth.to,
  From: call.truth.from,
  PhoneNumberSid: call.truth.exophone,
  StartTime: istText(call.truth.startedAt),
  Status: 'in-progress',
  Direction: call.truth.direction,
  Legs: [leg(call, 0, 'in-progress', false), leg(call, 0, legsUp === 2 ? 'in-progress' : '', false)],
})

const terminalFields = (call: LedgerCall): WebhookFields => ({
  CallSid: call.callSid,
  EventType: 'terminal',
  DateCreated: istText(call.truth.createdAt),
  DateUpdated: istText(call.truth.endedAt),
  To: call.truth.to,
  From: call.truth.from,
  PhoneNumberSid: call.truth.exophone,
  StartTime: istText(call.truth.startedAt),
  EndTime: istText(call.truth.endedAt),
  Status: call.truth.status,
  ConversationDuration: call.truth.conversationSeconds,
  Direction: call.truth.direction,
  CustomField: call.truth.customField,
  ...recordingField(call),
  Legs: [leg(call, call.truth.leg1Seconds, call.truth.leg1Status, false), leg(call, call.truth.leg2Seconds, call.truth.leg2Status, call.truth.answeredBy === 'human')],
})

const defaultFields = (call: LedgerCall): WebhookFields => ({
  CallSid: call.callSid,
  Status: call.truth.status,
  ...recordingField(call),
  DateUpdated: istText(call.truth.endedAt),
})

const CAUSES: Readonly<Record<LegStatus, { readonly code: string; readonly cause: string; readonly callType: string }>> = {
  completed: { code: 'NORMAL_CLEARING', cause: '16', callType: 'completed' },
  'no-answer': { code: 'RING_TIMEOUT', cause: '1003', callType: 'incomplete' },
  canceled: { code: 'RING_TIMEOUT', cause: '1003', callType: 'client-hangup' },
  busy: { code: 'USER_BUSY', cause: '17', callType: 'incomplete' },
  failed: { code: 'CALL_REJECTED', cause: '21', callType: 'incomplete' },
}

const agentOf = (call: LedgerCall) => `0900000${call.truth.from.slice(-4).split('').reverse().join('')}`

/** The dial took talk time and ringing; a busy agent was rung as well, the others say 0. */
const dialSeconds = ({ truth }: LedgerCall): number => {
  if (truth.leg2Status === 'completed') return truth.leg1Seconds
  return truth.leg2Status === 'busy' ? Math.min(truth.leg1Seconds, 5) : 0
}

/** The call is still up when its flow comes to the Passthru, so EndTime is the epoch. */
const passthruFields = (call: LedgerCall, { happenedAt }: LedgerWebhook): WebhookFields => {
  const { truth } = call
  const now: Instant = Math.max(secondOf(happenedAt), truth.createdAt)
  const dialled = truth.leg2Status === null ? null : CAUSES[truth.leg2Status]
  return {
    CallSid: call.callSid,
    CallFrom: truth.from,
    CallTo: truth.exophone,
    Direction: 'incoming',
    ForwardedFrom: 'null',
    Created: istLongText(truth.createdAt),
    DialCallDuration: String(dialSeconds(call)),
    ...(truth.recordingUrl === null ? {} : { RecordingUrl: truth.recordingUrl }),
    StartTime: istText(truth.startedAt),
    EndTime: '1970-01-01 05:30:00',
    ...(truth.leg2Status === null ? {} : { DialCallStatus: truth.leg2Status }),
    CallType: dialled?.callType ?? 'call-attempt',
    DialWhomNumber: dialled === null ? '' : agentOf(call),
    ProcessStatus: 'null',
    flow_id: '228040',
    tenant_id: '67291',
    From: truth.from,
    To: truth.exophone,
    ...(truth.recordingUrl === null ? {} : { RecordingAvailableBy: istLongText(now + RECORDING_READY_MS) }),
    CurrentTime: istText(now),
    OutgoingPhoneNumber: truth.exophone,
    ...(dialled === null
      ? {}
      : {
          Legs: [
            {
              Number: agentOf(call),
              Type: 'single',
              OnCallDuration: String(truth.conversationSeconds),
              CallerId: truth.exophone,
              CauseCode: dialled.code,
              Cause: dialled.cause,
            },
          ],
        }),
  }
}

/** What Exotel tells in this webhook (contract: StatusCallback fields, Passthru parameters). */
export const webhookFields = (call: LedgerCall, webhook: LedgerWebhook): WebhookFields => {
  switch (webhook.event) {
    case 'status-callback/answered':
      return answeredFields(call, webhook)
    case 'status-callback/terminal':
      return terminalFields(call)
    case 'status-callback/default':
      return defaultFields(call)
    case 'passthru':
      return passthruFields(call, webhook)
    default:
      return webhook.event satisfies never
  }
}
