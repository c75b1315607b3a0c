import type { LedgerCall, LedgerWebhook, LegStatus } from '../../calls/ledger-call.ts'
import { SECOND_MS, secondOf } from '../../calls/seconds.ts'
import { istLongText, istText } from '../../ist-text.ts'
import type { WebhookFields } from './webhook-fields.ts'

/** A file that is only known by its address yet. */
const RECORDING_READY_MS = 300 * SECOND_MS
const DIGITS = '1'

const CAUSES: Readonly<Record<LegStatus, { readonly code: string; readonly cause: string; readonly callType: string }>> = {
  completed: { code: 'NORMAL_CLEARING', cause: '16', callType: 'completed' },
  'no-answer': { code: 'RING_TIMEOUT', cause: '1003', callType: 'incomplete' },
  canceled: { code: 'RING_TIMEOUT', cause: '1003', callType: 'client-hangup' },
  busy: { code: 'USER_BUSY', cause: '17', callType: 'incomplete' },
  failed: { code: 'CALL_REJECTED', cause: '21', callType: 'incomplete' },
}

/** Made up; another one for each attempt to reach somebody. */
const agentOf = ({ truth }: LedgerCall, place: number) => `09000${String(place % 10)}0${truth.from.slice(-4).split('').reverse().join('')}`

/** The dial took talk time and ringing; a busy agent was rung as well, the others say 0. */
const dialSeconds = ({ truth }: LedgerCall): number => {
  if (truth.leg2Status === 'completed') return truth.leg1Seconds
  return truth.leg2Status === 'busy' ? Math.min(truth.leg1Seconds, 5) : 0
}

const momentOf = ({ truth }: LedgerCall, { happenedAt }: LedgerWebhook) => Math.max(secondOf(happenedAt), truth.createdAt)

/** What every applet's request begins with. */
export const appletFields = (call: LedgerCall, webhook: LedgerWebhook): WebhookFields => {
  const { truth, style } = call
  return {
    CallSid: call.callSid,
    CallFrom: truth.from,
    CallTo: truth.exophone,
    Direction: 'incoming',
    Created: istLongText(truth.createdAt, style.utcOffsetMinutes),
    From: truth.from,
    To: truth.exophone,
    CurrentTime: istText(momentOf(call, webhook), style.utcOffsetMinutes),
  }
}

/** One attempt to reach an agent. Status is the agent's: `busy` while the phone rings and they talk. */
export const popupFields = (call: LedgerCall, webhook: LedgerWebhook): WebhookFields => {
  const event = webhook.event.slice('popup/'.length)
  return {
    ...appletFields(call, webhook),
    DialWhomNumber: agentOf(call, webhook.place),
    Status: event === 'terminal' ? 'free' : 'busy',
    EventType: event.charAt(0).toUpperCase() + event.slice(1),
    AgentEmail: `agent${webhook.place}@example.com`,
  }
}

/** The call is still up when its flow comes to the Passthru, so EndTime is the epoch. Only the last of several knows how Connect went. */
export const passthruFields = (call: LedgerCall, webhook: LedgerWebhook): WebhookFields => {
  const { truth, style } = call
  const now = momentOf(call, webhook)
  const dialled = truth.leg2Status === null || !webhook.last ? null : CAUSES[truth.leg2Status]
  const recordingUrl = webhook.last ? truth.recordingUrl : null
  const text = (at: number) => istText(at, style.utcOffsetMinutes)
  return {
    CallSid: call.callSid,
    CallFrom: truth.from,
    CallTo: truth.exophone,
    Direction: 'incoming',
    ForwardedFrom: 'null',
    Created: istLongText(truth.createdAt, style.utcOffsetMinutes),
    DialCallDuration: webhook.last ? String(dialSeconds(call)) : '0',
    ...(recordingUrl === null ? {} : { RecordingUrl: recordingUrl }),
    StartTime: text(truth.startedAt),
    EndTime: text(0),
    ...(dialled === null ? {} : { DialCallStatus: truth.leg2Status }),
    CallType: dialled?.callType ?? 'call-attempt',
    DialWhomNumber: dialled === null ? '' : agentOf(call, Math.max(call.agents - 1, 0)),
    ProcessStatus: 'null',
    flow_id: '228040',
    tenant_id: '67291',
    From: truth.from,
    To: truth.exophone,
    ...(recordingUrl === null ? {} : { RecordingAvailableBy: istLongText(now + RECORDING_READY_MS, style.utcOffsetMinutes) }),
    CurrentTime: text(now),
    OutgoingPhoneNumber: truth.exophone,
    ...(hasDigits(call, webhook) ? { digits: webhook.faults.includes('quoted-digits') ? `"${DIGITS}"` : DIGITS } : {}),
    ...(dialled === null ? {} : { Legs: passthruLegs(call, dialled) }),
  }
}

const hasDigits = ({ kind }: LedgerCall, { place }: LedgerWebhook) => kind === 'inbound-gather' || (kind === 'inbound-several' && place > 0)

/** Each agent tried is a leg here; all but the last did not answer. */
const passthruLegs = (call: LedgerCall, last: { readonly code: string; readonly cause: string }): readonly WebhookFields[] => {
  const { truth } = call
  const count = Math.max(call.kind === 'inbound-popup' ? call.agents : 1, 1)
  return Array.from({ length: count }, (_, nth) => {
    const { code, cause } = nth === count - 1 ? last : CAUSES['no-answer']
    return {
      Number: agentOf(call, Math.max(call.agents - count + nth, 0)),
      Type: 'single',
      OnCallDuration: nth === count - 1 ? String(truth.conversationSeconds) : '0',
      CallerId: truth.exophone,
      CauseCode: code,
      Cause: cause,
    }
  })
}
