/** What a coverage rule can expect: a surface's events, as readers name them. A surface with none has one kind of request. */
export const WEBHOOK_EVENTS: Readonly<Record<string, readonly string[]>> = {
  'status-callback': ['terminal', 'answered', 'default'],
  'voice-v3': ['terminal', 'answered', 'active', 'default'],
  passthru: [],
  popup: ['dial', 'ringing', 'answered', 'terminal', 'default'],
  connect: [],
  gather: [],
  webrtc: ['active', 'incoming', 'outgoing', 'ringing', 'answered', 'missed', 'terminal', 'recording', 'default'],
  campaign: ['call'],
  exoml: [],
}

/** ExoML's event names are Exotel's to add to. */
const EXOML_EVENT = /^exoml\/[a-z][a-z-]{0,39}$/

/** True for a surface, any of whose events is meant, and for one event: a word that is misspelt would be missed by every call. */
export const isWebhookEvent = (word: string): boolean =>
  EXOML_EVENT.test(word) || Object.entries(WEBHOOK_EVENTS).some(([surface, events]) => word === surface || events.some((event) => word === `${surface}/${event}`))
