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
  /** Dialled by a campaign; a callback of the campaign's own where the traffic plan says so. */
  'campaign',
  /** Two numbers connected by API with a StatusCallback but no events: one callback of four fields. */
  'outbound-default',
  /** Connected by API without a StatusCallback. */
  'outbound-silent',
  /** Accepted by the API and never dialled. */
  'outbound-undialled',
  /** A programmable (ExoML) call: JSON events of its own. */
  'outbound-exoml',
  /** Connected by voice v3. */
  'outbound-v3',
  /** Several Passthrus in one flow: as many GETs, with growing data. */
  'inbound-several',
  /** A sync Passthru first: the receiver's 200 leads on to an agent, its 302 to the end. */
  'inbound-sync',
  /** Gather asks us for its prompt, Connect for whom to dial; then a Passthru with the digits. */
  'inbound-gather',
  /** Connect tells of each attempt to reach an agent; then a Passthru. */
  'inbound-popup',
  /** Like inbound-passthru, but the agent transfers the caller: a child call with ParentCallSid follows. */
  'inbound-transfer',
  /** A browser phone calls out (Integration Core). */
  'webrtc-outbound',
  /** A browser phone is called (Integration Core). */
  'webrtc-inbound',
] as const

/** `transfer-leg` is the child of an inbound-transfer, and never planned by itself. */
export type CallKind = (typeof CALL_KINDS)[number] | 'transfer-leg'

/** How a kind of call can end. */
export type OutcomeTable = 'connected' | 'softphone' | 'one-leg' | 'inbound' | 'abandoned' | 'undialled'

interface KindFacts {
  /** So that a coverage policy can tell kinds apart as customers do: by number. All are made up. */
  readonly exophone: string
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-dial'
  readonly outcomes: OutcomeTable
}

const KINDS: Readonly<Record<CallKind, KindFacts>> = {
  'outbound-extended': { exophone: '09000009001', direction: 'outbound-api', outcomes: 'connected' },
  'outbound-flow': { exophone: '09000009002', direction: 'outbound-api', outcomes: 'one-leg' },
  'inbound-passthru': { exophone: '09000009003', direction: 'inbound', outcomes: 'inbound' },
  'inbound-abandoned': { exophone: '09000009003', direction: 'inbound', outcomes: 'abandoned' },
  'inbound-silent': { exophone: '09000009004', direction: 'inbound', outcomes: 'inbound' },
  dashboard: { exophone: '09000009005', direction: 'outbound-dial', outcomes: 'connected' },
  campaign: { exophone: '09000009006', direction: 'outbound-api', outcomes: 'one-leg' },
  'outbound-default': { exophone: '09000009007', direction: 'outbound-api', outcomes: 'connected' },
  'outbound-silent': { exophone: '09000009008', direction: 'outbound-api', outcomes: 'connected' },
  'outbound-undialled': { exophone: '09000009009', direction: 'outbound-api', outcomes: 'undialled' },
  'outbound-exoml': { exophone: '09000009010', direction: 'outbound-api', outcomes: 'one-leg' },
  'outbound-v3': { exophone: '09000009011', direction: 'outbound-api', outcomes: 'softphone' },
  'inbound-several': { exophone: '09000009012', direction: 'inbound', outcomes: 'inbound' },
  'inbound-sync': { exophone: '09000009013', direction: 'inbound', outcomes: 'inbound' },
  'inbound-gather': { exophone: '09000009014', direction: 'inbound', outcomes: 'inbound' },
  'inbound-popup': { exophone: '09000009015', direction: 'inbound', outcomes: 'inbound' },
  'inbound-transfer': { exophone: '09000009016', direction: 'inbound', outcomes: 'inbound' },
  'transfer-leg': { exophone: '09000009016', direction: 'inbound', outcomes: 'inbound' },
  'webrtc-outbound': { exophone: '09000009017', direction: 'outbound-dial', outcomes: 'softphone' },
  'webrtc-inbound': { exophone: '09000009018', direction: 'inbound', outcomes: 'inbound' },
}

const each = <Value>(read: (facts: KindFacts) => Value) =>
  Object.fromEntries(Object.entries(KINDS).map(([kind, facts]) => [kind, read(facts)])) as Readonly<Record<CallKind, Value>>

/** The ExoPhone of each kind. */
export const EXOPHONES = each(({ exophone }) => exophone)
export const DIRECTIONS = each(({ direction }) => direction)
export const OUTCOME_TABLES = each(({ outcomes }) => outcomes)
