import type { CallSurface } from './call-surface.ts'
import { campaignCall } from './campaign.ts'
import { connect, gather } from './connect.ts'
import { exomlCall } from './exoml.ts'
import { passthru } from './passthru.ts'
import { popup } from './popup.ts'
import type { Shape } from './shape.ts'
import { statusCallback } from './status-callback.ts'
import { voiceV3 } from './voice-v3.ts'
import { webrtc } from './webrtc.ts'
import { webrtcNotification } from './webrtc-notification.ts'

/** The shapes that speak of one call, and the rest. */
export const CALL_SURFACES: Readonly<Record<Shape, CallSurface | null>> = {
  'status-callback': statusCallback,
  'voice-v3': voiceV3,
  passthru,
  popup,
  connect,
  gather,
  webrtc,
  'webrtc-notification': webrtcNotification,
  'campaign-call': campaignCall,
  'campaign-number': null,
  campaign: null,
  'exoml-call': exomlCall,
  'exoml-leg': null,
  heartbeat: null,
  sms: null,
  'sms-incoming': null,
}
