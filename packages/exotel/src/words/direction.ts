/** Applets say `incoming` where the API says `inbound` (contract §2.4). */
const DIRECTIONS: ReadonlyMap<string, string> = new Map([['incoming', 'inbound']])

export const readDirection = (text: string): string => {
  const word = text.toLowerCase()
  return DIRECTIONS.get(word) ?? word
}
