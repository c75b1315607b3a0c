import { UnreadableError } from '../unreadable-error.ts'
import { bodyKind } from './body-kind.ts'
import { nestForm } from './nest-form.ts'
import { readMultipart } from './read-multipart.ts'
import { readUrlencoded } from './read-urlencoded.ts'

export interface DeliveredParameters {
  readonly query: string | null
  readonly contentType: string | null
  readonly payload: Uint8Array
}

type Parameters = Readonly<Record<string, unknown>>

/**
 * What a delivery says, in one shape for all encodings. The body speaks where there is one, the query string otherwise:
 * a customer's own query parameters on a callback URL must not be taken for Exotel's. Throws UnreadableError.
 */
export const readParameters = (delivered: DeliveredParameters): Parameters => {
  const body = Buffer.from(delivered.payload.buffer, delivered.payload.byteOffset, delivered.payload.byteLength)
  const kind = bodyKind(delivered.contentType, body)
  switch (kind) {
    case 'empty':
      return nestForm(readUrlencoded(delivered.query ?? ''))
    case 'json':
      return readJsonObject(body)
    case 'multipart':
      return nestForm(readMultipart(delivered.contentType, body))
    case 'urlencoded':
      return nestForm(readUrlencoded(body.toString('utf8').trim()))
    case 'markup':
      throw new UnreadableError('the body is XML or HTML; JSON or a form is needed')
    default:
      return kind satisfies never
  }
}

const readJsonObject = (body: Buffer): Parameters => {
  const value = parsed(body.toString('utf8').replace(/^\uFEFF/, ''))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UnreadableError('the body is JSON but not an object')
  return value as Parameters
}

/** The parser's own message quotes the body, so it is not passed on. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnreadableError('the body is not valid JSON')
  }
}
