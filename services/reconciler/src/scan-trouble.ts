import type { ExotelError, ExotelErrorKind } from '@rollcall/exotel/client/exotel-error'

/**
 * What an unanswered question says about the next one.
 *   range   → only about this range: halves of it may be answered, and other ranges
 *   passing → Exotel has trouble: another range may still be answered, but not many should be tried
 *   account → no question of this account is answered
 *   refused → likewise, until a person acts
 */
export type Trouble = 'range' | 'passing' | 'account' | 'refused'

const TROUBLES: Readonly<Record<ExotelErrorKind, Trouble>> = {
  'wrong-shape': 'range',
  'too-large': 'range',
  rejected: 'range',
  'not-json': 'passing',
  html: 'passing',
  'server-error': 'passing',
  'timed-out': 'passing',
  'connection-lost': 'passing',
  'not-reached': 'account',
  unavailable: 'account',
  'rate-limited': 'account',
  stopped: 'account',
  'not-trusted': 'refused',
  'not-tls': 'refused',
  xml: 'refused',
  'not-authenticated': 'refused',
  'not-enabled': 'refused',
  'payment-needed': 'refused',
  'kyc-incomplete': 'refused',
  'address-not-allowed': 'refused',
  forbidden: 'refused',
  'not-found': 'refused',
  redirected: 'refused',
}

/** Null: every page was answered, but together they were not one list, such as one of too many rows. */
export const troubleOf = (error: ExotelError | null): Trouble => (error === null ? 'range' : TROUBLES[error.kind])
