import type { Surface } from '@rollcall/contracts/observation'

/** The field names that give a surface away, most telling first (contract §§4, 5, 10-12). A row is all of its names. */
const SHAPES: readonly (readonly [surface: Surface, names: readonly string[]])[] = [
  ['sms', ['SmsSid']],
  ['heartbeat', ['status_type', 'timestamp']],
  ['exoml', ['event_sid', 'event_type']],
  ['campaign', ['campaign_sid']],
  ['campaign', ['campaign_id']],
  ['webrtc', ['CallSid', 'CallState', 'AppId']],
  ['webrtc', ['CallSid', 'CallState', 'AppUserID']],
  // A popup's Status is the agent's; a Passthru calls the call's own CallStatus.
  ['popup', ['CallSid', 'CallFrom', 'DialWhomNumber', 'Status']],
  ['passthru', ['CallSid', 'CallFrom']],
  ['passthru', ['CallSid', 'flow_id']],
  ['status-callback', ['CallSid', 'Status']],
]

/** Which surface a delivery with these field names belongs to. */
export const recogniseSurface = (names: ReadonlySet<string>): Surface => SHAPES.find(([, needed]) => needed.every((name) => names.has(name)))?.[0] ?? 'unrecognised'
