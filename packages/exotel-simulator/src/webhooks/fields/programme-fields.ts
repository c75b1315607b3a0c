import type { LedgerCall, LedgerWebhook } from '../../calls/ledger-call.ts'
import { secondOf } from '../../calls/seconds.ts'
import { zonedText } from '../../ist-text.ts'
import { voiceV3Details } from './voice-v3-details.ts'
import type { WebhookFields } from './webhook-fields.ts'

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
  const details = voiceV3Details(call, { isOver: true, updatedAt: secondOf(happenedAt) })
  return call.style.v3Callback === 'flat' ? details : { call_details: details }
}
