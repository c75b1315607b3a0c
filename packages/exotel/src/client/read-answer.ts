import type { Instant } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import { z } from 'zod'
import { bodyKind } from '../body/body-kind.ts'
import { isDeeperThan } from '../json/is-deeper-than.ts'
import { ExotelError, type ExotelErrorKind } from './exotel-error.ts'
import type { ExotelResponse } from './send-request.ts'

const JSON_DEPTH_MAX = 32

/** Contract §8.1. Its Status may differ from HTTP's, so the body decides. */
const RestException = z.looseObject({ RestException: z.looseObject({ Status: z.coerce.number().optional().catch(undefined), Message: z.string().optional().catch(undefined) }) })

/** What Exotel answered: a JSON object, or that there is no such thing ("No matching results", whatever the HTTP status). */
export type Answer = { readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> } | { readonly kind: 'absent' }

/** Reads an answer's status and body. Throws ExotelError for everything that is not an answer. */
export const readAnswer = (response: ExotelResponse): Answer => {
  const { status } = response
  const value = readJson(response)
  const exception = RestException.safeParse(value)
  const said = exception.success ? exception.data.RestException : null
  if (said !== null && /no matching results/i.test(said.Message ?? '')) return { kind: 'absent' }
  if (said === null && value !== null && status >= 200 && status < 300) return { kind: 'object', value }
  throw statusError(response, said?.Message ?? '', said?.Status)
}

const statusError = (response: ExotelResponse, message: string, inBody: number | undefined): ExotelError => {
  const { status } = response
  const effective = status >= 200 && status < 300 && inBody !== undefined ? inBody : status
  const retryAfterMs = readRetryAfter(response.headers['retry-after'], response.receivedAt)
  if (effective >= 200 && effective < 300) return new ExotelError('not-json', `HTTP ${status} with ${describe(response)} instead of a JSON object`, { status })
  const kind = effective === 401 && /not enabled/i.test(message) ? 'not-enabled' : kindOf(effective)
  return new ExotelError(kind, `Exotel answered HTTP ${status}${inBody === undefined || inBody === status ? '' : ` (in the body: ${inBody})`}`, { status, retryAfterMs })
}

const kindOf = (status: number): ExotelErrorKind => {
  if (status === 429) return 'rate-limited'
  if (status >= 500) return 'server-error'
  if (status >= 300 && status < 400) return 'redirected'
  return KIND_OF_STATUS[status] ?? 'rejected'
}

const KIND_OF_STATUS: Readonly<Record<number, ExotelErrorKind>> = { 401: 'not-authenticated', 402: 'payment-needed', 403: 'forbidden', 404: 'not-found', 408: 'timed-out' }

const readJson = (response: ExotelResponse): Readonly<Record<string, unknown>> | null => {
  if (bodyKind(null, response.bytes) !== 'json' || response.headers['content-encoding'] !== undefined) return null
  if (isDeeperThan(response.bytes, JSON_DEPTH_MAX)) throw new ExotelError('wrong-shape', `the answer nests deeper than ${JSON_DEPTH_MAX}`, { status: response.status })
  try {
    const value: unknown = JSON.parse(response.bytes.toString('utf8').replace(/^\uFEFF/, ''))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const describe = ({ bytes, headers }: ExotelResponse): string => {
  if (headers['content-encoding'] !== undefined) return 'an encoded body that was not asked for'
  if (bytes.length === 0) return 'an empty body'
  const kind = bodyKind(null, bytes)
  if (kind === 'markup') return 'HTML or XML'
  return kind === 'json' ? 'cut or damaged JSON' : 'something else'
}

/** Seconds, or an HTTP date; undefined where it is neither. */
const readRetryAfter = (header: string | string[] | undefined, now: Instant): number | undefined => {
  if (typeof header !== 'string') return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
