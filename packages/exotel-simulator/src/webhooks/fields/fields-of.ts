import type { LedgerCall, LedgerWebhook } from '../../calls/ledger-call.ts'
import { appletFields, passthruFields, popupFields } from './applet-fields.ts'
import { distortFields } from './distort-fields.ts'
import { campaignFields, exomlFields, voiceV3Fields } from './programme-fields.ts'
import { answeredFields, defaultFields, terminalFields } from './status-callback-fields.ts'
import type { WebhookFields } from './webhook-fields.ts'
import { webrtcFields } from './webrtc-fields.ts'

/** What Exotel tells in this webhook, with the faults that lie in its fields. */
export const fieldsOf = (call: LedgerCall, webhook: LedgerWebhook): WebhookFields => distortFields(trueFields(call, webhook), webhook)

const trueFields = (call: LedgerCall, webhook: LedgerWebhook): WebhookFields => {
  const { event } = webhook
  switch (event) {
    case 'status-callback/answered':
      return answeredFields(call, webhook)
    case 'status-callback/terminal':
      return terminalFields(call)
    case 'status-callback/default':
      return defaultFields(call)
    case 'passthru':
      return passthruFields(call, webhook)
    case 'popup/dial':
    case 'popup/ringing':
    case 'popup/answered':
    case 'popup/terminal':
      return popupFields(call, webhook)
    case 'connect':
    case 'gather':
      return appletFields(call, webhook)
    case 'webrtc/active':
    case 'webrtc/answered':
    case 'webrtc/terminal':
      return webrtcFields(call, webhook)
    case 'campaign/call':
      return campaignFields(call)
    case 'exoml/leg-answered':
    case 'exoml/leg-completed':
      return exomlFields(call, webhook)
    case 'voice-v3/terminal':
      return voiceV3Fields(call, webhook)
    default:
      return event satisfies never
  }
}
