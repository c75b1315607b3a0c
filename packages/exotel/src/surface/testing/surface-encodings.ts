import type { Surface } from '@rollcall/contracts/observation'
import { APPLETS, BODIES, type GoldenEncoding } from './golden-case.ts'

/** The ways each surface may come: as its page has it, and as another page or a captured request contradicts that (contract §18). */
export const SURFACE_ENCODINGS: Readonly<Record<Surface, readonly GoldenEncoding[]>> = {
  // §4.1: multipart unless JSON was asked for; another page says urlencoded.
  'status-callback': BODIES,
  // §§5.1-5.5: GETs; one guide has POST, one integrator accepts forms, one is posted JSON.
  passthru: APPLETS,
  popup: APPLETS,
  connect: APPLETS,
  gather: APPLETS,
  // §5.6: JSON; forms cost nothing.
  webrtc: BODIES,
  // §§5.7, 10: JSON that nests, which no form can hold.
  exoml: ['json'],
  heartbeat: ['json'],
  // §11: urlencoded; another page has JSON.
  sms: BODIES,
  // §12: JSON; forms cost nothing.
  campaign: BODIES,
  // A callback URL without a surface gets whatever the customer points at it.
  unrecognised: APPLETS,
  'call-list': ['json'],
  'call-lookup': ['json'],
}
