import type { LedgerCall, LedgerWebhook } from '../../calls/ledger-call.ts'
import { secondOf } from '../../calls/seconds.ts'
import { zonedText } from '../../ist-text.ts'
import type { WebhookFields } from './webhook-fields.ts'
import { ccmStatus } from './webrtc-fields.ts'

/** A campaign's call_status_callback. */
export const campaignFields = ({ callSid, truth, style }: LedgerCall): WebhookFields => {
  const time = (at: number) => zonedText(at, style.utcOffsetMinutes, 'T')
  return {
    campaign_sid: 'camp_simulated',
    call_sid: callSid,
    date_created: time(truth.createdAt),
    date_updated: time(truth.endedAt),
    number: `+91${truth.to.slice(-10)}`,
    status: truth.status,
  }
}

/** The only surface whose events have an id of their own. */
export const exomlEventSid = ({ callSid }: LedgerCall, { event }: LedgerWebhook): string => `${event.slice('exoml/'.length)}-${callSid}`

export const exomlFields = (call: LedgerCall, webhook: LedgerWebhook): WebhookFields => {
  const { truth } = call
  const time = (at: number) => new Date(at).toISOString()
  const over = webhook.event === 'exoml/leg-completed'
  return {
    event_sid: exomlEventSid(call, webhook),
    event_type: 'leg_lifecycle_event',
    event_name: webhook.event.slice('exoml/'.length).replaceAll('-', '_'),
    event_timestamp: time(webhook.happenedAt),
    action_sid: 'action_simulated',
    data: {
      leg_sid: `leg-${call.callSid}`,
      call_sid: call.callSid,
      account_sid: call.account,
      contact_uri: `+91${truth.from.slice(-10)}`,
      exophone: `+91${truth.exophone.slice(-10)}`,
      direction: 'outbound',
      state: over ? truth.status : 'in-progress',
      start_time: time(truth.startedAt),
      end_time: over ? time(truth.endedAt) : null,
      date_created: time(truth.createdAt),
      date_updated: time(webhook.happenedAt),
    },
  }
}

/** Its body is UNKNOWN; taken to be the call details, wrapped or not. */
export const voiceV3Fields = (call: LedgerCall, { happenedAt }: LedgerWebhook): WebhookFields => {
  const { truth, style } = call
  const time = (at: number) => zonedText(at, style.utcOffsetMinutes, ' ')
  const details: WebhookFields = {
    sid: call.callSid,
    direction: 'outbound',
    virtual_number: `+91${truth.exophone.slice(-10)}`,
    state: 'terminal',
    status: ccmStatus(call),
    created_time: time(truth.createdAt),
    updated_time: time(secondOf(happenedAt)),
    start_time: time(truth.startedAt),
    end_time: time(truth.endedAt),
    legs: `/v3/accounts/${call.account}/calls/${call.callSid}/legs`,
    total_duration: truth.durationSeconds,
    total_talk_time: truth.conversationSeconds,
    custom_field: truth.customField,
    app_id: '',
    app_name: '',
    digits: '',
    ...(truth.recordingUrl === null ? {} : { recordings: [{ url: truth.recordingUrl }] }),
  }
  return style.v3Callback === 'flat' ? details : { call_details: details }
}
