import type { LedgerCall, LedgerWebhook } from '../../calls/ledger-call.ts'
import { secondOf } from '../../calls/seconds.ts'
import { zonedText } from '../../ist-text.ts'
import type { WebhookFields } from './webhook-fields.ts'

/** How the outcome of two legs is worded by Integration Core and by voice v3. */
export const ccmStatus = ({ truth }: LedgerCall): string => {
  if (truth.status === 'completed') return 'completed'
  if (truth.leg1Status !== 'completed') return 'from_leg_unanswered'
  return truth.leg2Status === 'canceled' ? 'from_leg_cancelled' : 'to_leg_unanswered'
}

/** Integration Core, as captured: TotalDuration is talk time, as text outbound and as a number inbound. */
export const webrtcFields = (call: LedgerCall, { event, happenedAt }: LedgerWebhook): WebhookFields => {
  const { truth, style } = call
  const time = (at: number) => zonedText(secondOf(at), style.utcOffsetMinutes, 'T')
  const over = event === 'webrtc/terminal'
  const outbound = truth.direction !== 'inbound'
  const agent = outbound ? truth.from : `sip:agent${truth.from.slice(-4)}`
  const talked = over ? truth.conversationSeconds : 0
  return {
    AccountDomain: 'mumbai',
    AppId: 'app-id',
    AppUserID: 'agent@example.com',
    CallDetail: event.slice('webrtc/'.length) === 'active' ? '' : event.slice('webrtc/'.length),
    CallRecordings: over ? (truth.recordingUrl ?? '') : '',
    CallSid: call.callSid,
    CallState: over ? 'terminal' : 'active',
    CallStatus: outbound ? (over ? ccmStatus(call) : '') : over ? 'free' : 'busy',
    DialWhomNumber: outbound ? '' : agent,
    Direction: outbound ? 'outbound' : 'incoming',
    EndTime: over ? time(truth.endedAt) : '',
    FromNumber: truth.from,
    StartTime: over || outbound ? time(truth.startedAt) : '',
    ToNumber: outbound ? truth.to : truth.exophone,
    TotalDuration: outbound ? String(talked) : talked,
    UpdatedAt: time(happenedAt),
    VirtualNumber: truth.exophone,
  }
}
