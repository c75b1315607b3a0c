import type { Surface } from '@rollcall/contracts/observation'

/** What a body can be. A surface may send several. */
export type Shape =
  | 'status-callback'
  | 'voice-v3'
  | 'passthru'
  | 'popup'
  | 'connect'
  | 'gather'
  | 'webrtc'
  | 'webrtc-notification'
  | 'campaign-call'
  | 'campaign-number'
  | 'campaign'
  | 'exoml-call'
  | 'exoml-leg'
  | 'heartbeat'
  | 'sms'
  | 'sms-incoming'

/** The kinds of traffic that are deliveries, and so have a shape. */
export type DeliverySurface = Exclude<Surface, 'unrecognised' | 'call-list' | 'call-lookup'>

interface Row {
  readonly shape: Shape
  readonly surface: DeliverySurface
  /** Parameter names that all must be there. */
  readonly has: readonly string[]
  /** Names that this surface never sends: with one of them there, the body is of another. */
  readonly never?: readonly string[]
}

/** Only a status callback is about its DateUpdated; only an applet says CallFrom. */
const OTHER_SURFACES = ['SmsSid', 'CallState', 'AppUserID', 'status_type', 'campaign_sid', 'event_sid']
const NO_APPLET = [...OTHER_SURFACES, 'CallFrom', 'DialWhomNumber', 'StreamSid', 'AgentEmail']
const NO_CALLBACK = [...OTHER_SURFACES, 'DateUpdated']

/**
 * The names that give a body away, most telling first (contract §§4, 5, 9-12). A body without any of these rows is of a named
 * surface when it has what ALONE asks for.
 */
const SHAPES: readonly Row[] = [
  { shape: 'sms-incoming', surface: 'sms', has: ['SmsSid', 'Body'], never: ['Status'] },
  { shape: 'sms', surface: 'sms', has: ['SmsSid'] },
  { shape: 'sms', surface: 'sms', has: ['SMSMessage'] },
  { shape: 'heartbeat', surface: 'heartbeat', has: ['status_type'], never: ['CallSid', 'call_sid'] },
  { shape: 'exoml-call', surface: 'exoml', has: ['event_sid', 'call_sid'] },
  { shape: 'exoml-leg', surface: 'exoml', has: ['event_sid'] },
  { shape: 'campaign-number', surface: 'campaign', has: ['campaign_sid', 'call_sids'] },
  { shape: 'campaign-call', surface: 'campaign', has: ['campaign_sid', 'call_sid'] },
  { shape: 'campaign-call', surface: 'campaign', has: ['campaign_id', 'call_sid'] },
  { shape: 'campaign', surface: 'campaign', has: ['campaign_sid'] },
  { shape: 'campaign', surface: 'campaign', has: ['campaign_id', 'status'] },
  { shape: 'webrtc', surface: 'webrtc', has: ['CallSid', 'CallState'] },
  { shape: 'webrtc', surface: 'webrtc', has: ['CallSid', 'AppUserID'] },
  { shape: 'webrtc-notification', surface: 'webrtc', has: ['call_sid', 'event', 'timestamp'] },
  { shape: 'voice-v3', surface: 'status-callback', has: ['call_details'] },
  { shape: 'voice-v3', surface: 'status-callback', has: ['call_sid', 'call_state'] },
  { shape: 'voice-v3', surface: 'status-callback', has: ['sid', 'state', 'virtual_number'] },
  // A popup's Status is the agent's; a Passthru calls the call's own CallStatus.
  { shape: 'popup', surface: 'popup', has: ['CallSid', 'CallFrom', 'Status'], never: NO_CALLBACK },
  { shape: 'popup', surface: 'popup', has: ['CallSid', 'DialWhomNumber', 'EventType'], never: NO_CALLBACK },
  { shape: 'passthru', surface: 'passthru', has: ['CallSid', 'CallFrom'], never: NO_CALLBACK },
  { shape: 'passthru', surface: 'passthru', has: ['CallSid', 'flow_id'], never: NO_CALLBACK },
  { shape: 'passthru', surface: 'passthru', has: ['CallSid', 'StreamSid'], never: NO_CALLBACK },
  { shape: 'status-callback', surface: 'status-callback', has: ['CallSid', 'Status'], never: NO_APPLET },
  { shape: 'status-callback', surface: 'status-callback', has: ['CallSid', 'EventType'], never: NO_APPLET },
  { shape: 'connect', surface: 'connect', has: ['Call', 'Sid'] },
]

/** What a body on a named surface is taken for when it has these names, and none that the surface never sends. */
const ALONE: Readonly<Record<DeliverySurface, Omit<Row, 'surface'>>> = {
  'status-callback': { shape: 'status-callback', has: ['CallSid'], never: NO_APPLET },
  passthru: { shape: 'passthru', has: ['CallSid'], never: [...NO_CALLBACK, 'Status', 'AgentEmail'] },
  popup: { shape: 'popup', has: ['CallSid'], never: [...NO_CALLBACK, 'CallType', 'DialCallStatus', 'DialCallDuration'] },
  connect: { shape: 'connect', has: ['CallSid'], never: [...NO_CALLBACK, 'Status', 'AgentEmail', 'CallType'] },
  gather: { shape: 'gather', has: ['CallSid'], never: [...NO_CALLBACK, 'Status', 'AgentEmail', 'CallType'] },
  webrtc: { shape: 'webrtc', has: ['CallSid', 'CallStatus'], never: ['CallFrom', 'SmsSid', 'DateUpdated'] },
  campaign: { shape: 'campaign-call', has: ['call_sid'], never: ['event_sid', 'call_state'] },
  exoml: { shape: 'exoml-leg', has: ['event_sid'] },
  heartbeat: { shape: 'heartbeat', has: ['status_type'] },
  sms: { shape: 'sms', has: ['SmsSid'] },
}

const OWN: ReadonlyMap<DeliverySurface, readonly Row[]> = new Map(SHAPES.map(({ surface }) => [surface, SHAPES.filter((row) => row.surface === surface)]))

/** Whether a body has a parameter of this name. */
export type HasName = (name: string) => boolean

const fits = (row: Pick<Row, 'has' | 'never'>, has: HasName): boolean => row.has.every(has) && !row.never?.some(has)

/** Which surface a body is of, by its names alone. */
export const recogniseSurface = (has: HasName): Surface => SHAPES.find((row) => fits(row, has))?.surface ?? 'unrecognised'

/** A shape, and the surface whose it is where the callback URL named another. */
export interface ChosenShape {
  readonly shape: Shape
  readonly insteadOf: DeliverySurface | null
  readonly surface: DeliverySurface
  /** The names that decided it; empty where it has none of any shape and is taken for what the URL says. */
  readonly has: readonly string[]
}

/** What a body on `surface` is read as: its own shapes first, then any other that it has. Null where it has none and no surface is named. */
export const chooseShape = (surface: DeliverySurface | null, has: HasName): ChosenShape | null => {
  if (surface === null) {
    const row = SHAPES.find((candidate) => fits(candidate, has))
    return row === undefined ? null : chosen(row)
  }
  const alone = ALONE[surface]
  const own = OWN.get(surface)?.find((row) => fits(row, has))
  if (own !== undefined && !alone.never?.some(has)) return chosen(own)
  if (fits(alone, has)) return chosen({ ...alone, surface })
  const other = SHAPES.find((row) => row.surface !== surface && fits(row, has))
  return other === undefined ? chosen({ shape: alone.shape, surface, has: [] }) : chosen(other, surface)
}

const chosen = ({ shape, surface, has }: Row, insteadOf: DeliverySurface | null = null): ChosenShape => ({ shape, surface, has, insteadOf })

/** Of the names above, those that any customer's own query may have; what comes in a query is an applet's, and says more than these. */
const COMMON_NAMES = ['status', 'state', 'event', 'timestamp', 'sid']

/** Names that only Exotel's own requests have, of all surfaces: a request with none of them is a health check of the URL. */
export const TELLING_NAMES: ReadonlySet<string> = new Set(
  [...SHAPES.flatMap((row) => row.has), 'CallTo', 'CallStatus', 'DateUpdated'].filter((name) => !COMMON_NAMES.includes(name)),
)
