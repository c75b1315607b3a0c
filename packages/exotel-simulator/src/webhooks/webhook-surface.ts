import type { NoticeEvent, WebhookEvent, WebhookSurface } from '../calls/ledger-call.ts'

/** Which part of the receiver an event goes to. A v3 callback has the address of a StatusCallback: it was given in the same way. */
export const surfaceOf = (event: WebhookEvent | NoticeEvent): WebhookSurface => {
  const [surface] = event.split('/') as [WebhookSurface | 'voice-v3']
  return surface === 'voice-v3' ? 'status-callback' : surface
}
