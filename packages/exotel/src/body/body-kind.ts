export type BodyKind = 'empty' | 'json' | 'multipart' | 'urlencoded' | 'markup'

const SPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf])
const [BRACE, BRACKET, LESS_THAN, DASH] = [0x7b, 0x5b, 0x3c, 0x2d]

/**
 * What a body is, by how it begins rather than by the type it declares: Exotel's pages disagree on the type (contract §4.1),
 * and a body can only be read as what it is. The declared type counts only for multipart with a preamble.
 */
export const bodyKind = (contentType: string | null, body: Buffer): BodyKind => {
  let first = 0
  while (SPACE.has(body[first])) first += 1
  if (first === body.length) return 'empty'
  const byte = body[first]
  if (byte === BRACE || byte === BRACKET) return 'json'
  if (byte === LESS_THAN) return 'markup'
  if (byte === DASH && body[first + 1] === DASH) return 'multipart'
  return /^\s*multipart\//i.test(contentType ?? '') && body.includes('\r\n--') ? 'multipart' : 'urlencoded'
}
