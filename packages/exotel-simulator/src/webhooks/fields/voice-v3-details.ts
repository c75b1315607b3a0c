import type { LedgerCall } from '../../calls/ledger-call.ts'
import type { Instant } from '../../clock/simulator-clock.ts'
import { zonedText } from '../../ist-text.ts'
import type { WebhookFields } from './webhook-fields.ts'
import { ccmStatus } from './webrtc-fields.ts'

/** `call_details` of voice v3 (contract §9): while the call runs it has no status, and its end is the epoch. */
export const voiceV3Details = (call: LedgerCall, { isOver, updatedAt }: { readonly isOver: boolean; readonly updatedAt: Instant }): WebhookFields => {
  const { truth, style } = call
  const time = (at: number) => zonedText(at, style.utcOffsetMinutes, ' ')
  return {
    sid: call.callSid,
    direction: 'outbound',
    virtual_number: `+91${truth.exophone.slice(-10)}`,
    state: isOver ? 'terminal' : 'active',
    status: isOver ? ccmStatus(call) : null,
    created_time: time(truth.createdAt),
    updated_time: time(updatedAt),
    start_time: time(truth.startedAt),
    end_time: time(isOver ? truth.endedAt : 0),
    legs: `/v3/accounts/${call.account}/calls/${call.callSid}/legs`,
    total_duration: isOver ? truth.durationSeconds : 0,
    total_talk_time: isOver ? truth.conversationSeconds : 0,
    custom_field: truth.customField,
    app_id: '',
    app_name: '',
    digits: '',
    ...(truth.recordingUrl === null || !isOver ? {} : { recordings: [{ url: truth.recordingUrl }] }),
  }
}
