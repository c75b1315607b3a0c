import { UNKNOWN } from './enumeration.ts'

/**
 * Applets say `incoming` where the API says `inbound` (contract §2.4). The bare `outbound` of WebRTC and v3 is no fact: the API
 * says which of two outbounds it was, and a vaguer word that comes later must not replace that.
 */
const DIRECTIONS: ReadonlyMap<string, string | undefined> = new Map([
  ['inbound', 'inbound'],
  ['incoming', 'inbound'],
  ['outbound-api', 'outbound-api'],
  ['outbound-dial', 'outbound-dial'],
  ['outbound', undefined],
])

export const readDirection = (text: string): string | undefined => {
  const word = text.toLowerCase()
  return DIRECTIONS.has(word) ? DIRECTIONS.get(word) : UNKNOWN
}
