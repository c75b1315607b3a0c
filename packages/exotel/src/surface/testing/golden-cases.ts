import { CALL_ROWS } from './call-row.golden.ts'
import { CAMPAIGNS } from './campaign.golden.ts'
import { CONNECTS } from './connect.golden.ts'
import { EXOML } from './exoml.golden.ts'
import type { GoldenCase } from './golden-case.ts'
import { HEARTBEATS } from './heartbeat.golden.ts'
import { PASSTHRUS } from './passthru.golden.ts'
import { POPUPS } from './popup.golden.ts'
import { SMS } from './sms.golden.ts'
import { STATUS_CALLBACKS } from './status-callback.golden.ts'
import { VOICE_V3 } from './voice-v3.golden.ts'
import { WEBRTC } from './webrtc.golden.ts'

/** The whole specification of the readers. */
export const GOLDEN_CASES: readonly GoldenCase[] = [
  ...STATUS_CALLBACKS,
  ...PASSTHRUS,
  ...POPUPS,
  ...CONNECTS,
  ...WEBRTC,
  ...EXOML,
  ...CAMPAIGNS,
  ...VOICE_V3,
  ...HEARTBEATS,
  ...SMS,
  ...CALL_ROWS,
]
