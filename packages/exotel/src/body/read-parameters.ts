import { isDeeperThan } from '../json/is-deeper-than.ts'
import { UnreadableError } from '../unreadable-error.ts'
import { bodyKind } from './body-kind.ts'
import { FIELDS_MAX } from './form-fields.ts'
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
  const { payload } = delivered
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
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

/** Far deeper than anything Exotel sends; parsers, and whatever walks their result, recurse. */
const JSON_DEPTH_MAX = 64
/** Of JSON that is shorter than this nothing is deep enough to hurt, and it need not be looked through. */
const JSON_DEEP_BYTES = 2_048

const readJsonObject = (body: Buffer): Parameters => {
  if (body.length > JSON_DEEP_BYTES && isDeeperThan(body, JSON_DEPTH_MAX)) throw new UnreadableError(`the JSON nests deeper than ${JSON_DEPTH_MAX}`)
  const text = body.toString('utf8')
  const value = parsed(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UnreadableError('the body is JSON but not an object')
  return text.includes('"Legs[') ? withNestedLegs(value as Parameters) : (value as Parameters)
}

const BYTE_ORDER_MARK = 0xfeff

/** JSON that someone made of a form has the form's names in it: `"Legs[0][Status]"`. */
const withNestedLegs = (value: Parameters): Parameters => {
  const entries = Object.entries(value)
  const legs = entries.filter(([name]) => name.startsWith('Legs['))
  if (legs.length > FIELDS_MAX) throw new UnreadableError(`the JSON has more than ${FIELDS_MAX} fields of legs`)
  return Object.assign(Object.fromEntries(entries.filter(([name]) => !name.startsWith('Legs['))), nestForm(new Map(legs)))
}

/** The parser's own message quotes the body, so it is not passed on. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnreadableError('the body is not valid JSON')
  }
}
