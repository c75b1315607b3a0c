import { UnreadableError } from '../unreadable-error.ts'
import { collectFields, type FormFields } from './form-fields.ts'

const PART_HEADER_BYTES_MAX = 8 * 1024
const BOUNDARY_CHARACTERS_MAX = 70

const BLANK_LINE = '\r\n\r\n'

/**
 * The text fields of a `multipart/form-data` body that is whole in memory. Written here because readers are synchronous and
 * every parser on offer is a stream; its tests hold it to @fastify/busboy. Files are passed over. A body without its closing
 * boundary was cut on its way, so none of it is believed.
 *
 * It searches one Latin-1 string, a character a byte, and decodes what it cuts out: several times as fast as searching the bytes.
 */
export const readMultipart = (contentType: string | null, body: Buffer): FormFields => {
  const text = body.toString('latin1')
  return collectFields(partsOf(text, boundaryOf(contentType, text)))
}

function* partsOf(text: string, boundary: string): Generator<readonly [name: string, value: string]> {
  const delimiter = `\r\n--${boundary}`
  // The first boundary may stand at the very start, where no line break comes before it.
  let at = text.startsWith(delimiter.slice(2)) ? -2 : text.indexOf(delimiter)
  if (at === -1) throw new UnreadableError('the multipart body has no boundary line')
  for (;;) {
    const afterBoundary = at + delimiter.length
    if (text.startsWith('--', afterBoundary)) return
    const lineEnd = text.indexOf('\r\n', afterBoundary)
    const next = lineEnd === -1 ? -1 : text.indexOf(delimiter, lineEnd)
    if (next === -1) throw new UnreadableError('the multipart body is cut off before its closing boundary')
    const field = readPart(text, lineEnd, next)
    if (field !== null) yield field
    at = next
  }
}

/** The part between the end of its boundary line and the next delimiter. Null for a file, and for a part without a name. */
const readPart = (text: string, start: number, end: number): readonly [name: string, value: string] | null => {
  const headersEnd = text.indexOf(BLANK_LINE, start)
  if (headersEnd === -1 || headersEnd + BLANK_LINE.length > end) throw new UnreadableError('a part of the multipart body has no blank line after its headers')
  if (headersEnd - start > PART_HEADER_BYTES_MAX) throw new UnreadableError(`the headers of a multipart part are longer than ${PART_HEADER_BYTES_MAX} bytes`)
  const name = fieldName(text.slice(start, headersEnd))
  return name === null ? null : [fromUtf8(name), fromUtf8(text.slice(headersEnd + BLANK_LINE.length, end))]
}

/** All the headers that Exotel's parts are known to have; everything else takes the long way. */
const PLAIN_HEADER = /^\r\nContent-Disposition: form-data; name="([^"\\\r\n]*)"$/

const fieldName = (headers: string): string | null => {
  const plain = PLAIN_HEADER.exec(headers)
  if (plain !== null) return plain[1] ?? ''
  const disposition = /^content-disposition:[ \t]*form-data[ \t]*(;.*)$/im.exec(headers)?.[1] ?? ''
  if (/;[ \t]*filename\*?=/i.test(disposition) || /^content-type:[ \t]*application\/octet-stream/im.test(headers)) return null
  const name = /;[ \t]*name=(?:"((?:[^"\\]|\\.)*)"|([^";\s]+))/i.exec(disposition)
  return name === null ? null : (name[1]?.replace(/\\(["\\])/g, '$1') ?? name[2] ?? '')
}

const BEYOND_ASCII = /[\x80-\xff]/
const fromUtf8 = (latin1: string): string => (BEYOND_ASCII.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1)

/** As declared, if the body has it; otherwise as the body itself shows it in its first line. */
const boundaryOf = (contentType: string | null, text: string): string => {
  const inType = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '')
  const declared = inType?.[1] ?? inType?.[2]
  const shown = /^\s*--([^\r\n]+)\r\n/.exec(text.slice(0, BOUNDARY_CHARACTERS_MAX + 8))?.[1]
  const boundary = declared !== undefined && (shown === undefined || text.includes(`--${declared}`)) ? declared : shown
  if (boundary === undefined || boundary.length > BOUNDARY_CHARACTERS_MAX) throw new UnreadableError('the multipart body names no boundary')
  return boundary
}
