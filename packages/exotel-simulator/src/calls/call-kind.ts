/** What made the call, which decides what Exotel tells about it (contract: "Which calls should have produced which webhook?"). */
export const CALL_KINDS = [
  /** Two numbers connected by API with StatusCallbackEvents: an extended terminal callback, and answered ones where asked for. */
  'outbound-extended',
  /** A number connected to a flow by API: one callback of four fields. */
  'outbound-flow',
  /** A flow with a Passthru applet after Connect: one GET. */
  'inbound-passthru',
  /** The same flow, but the caller left before it came to the Passthru: nothing is sent, and nothing is lost. */
  'inbound-abandoned',
  /** A flow without any applet that tells us. */
  'inbound-silent',
  /** Dialled by an agent in the dashboard or browser. */
  'dashboard',
  /** Dialled by a campaign. */
  'campaign',
] as const
export type CallKind = (typeof CALL_KINDS)[number]

/** The ExoPhone of each kind, so that a coverage policy can tell them apart as customers do: by number. All are made up. */
export const EXOPHONES: Readonly<Record<CallKind, string>> = {
  'outbound-extended': '09000009001',
  'outbound-flow': '09000009002',
  'inbound-passthru': '09000009003',
  'inbound-abandoned': '09000009003',
  'inbound-silent': '09000009004',
  dashboard: '09000009005',
  campaign: '09000009006',
}

export const DIRECTIONS: Readonly<Record<CallKind, 'inbound' | 'outbound-api' | 'outbound-dial'>> = {
  'outbound-extended': 'outbound-api',
  'outbound-flow': 'outbound-api',
  'inbound-passthru': 'inbound',
  'inbound-abandoned': 'inbound',
  'inbound-silent': 'inbound',
  dashboard: 'outbound-dial',
  campaign: 'outbound-api',
}
