import { z } from 'zod'
import { bodyKind } from '../body/body-kind.ts'
import { isDeeperThan } from '../json/is-deeper-than.ts'
import { ExotelError, type ExotelErrorKind } from './exotel-error.ts'
import { retryAfterMs } from './retry-after.ts'
import type { ExotelResponse } from './send-request.ts'

const JSON_DEPTH_MAX = 32
/** How far into markup a RestException is looked for. */
const MARKUP_BYTES_READ_MAX = 4_096

/** What Exotel answered: a JSON object, or that there is no such thing ("No matching results", whatever the HTTP status). */
export type Answer = { readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> } | { readonly kind: 'absent' }

/** Reads an answer's status and body. Throws ExotelError for everything that is not an answer. */
export const readAnswer = (response: ExotelResponse): Answer => {
  const { status } = response
  const body = readBody(response)
  const said = body.kind === 'json' ? jsonException(body.value) : body.kind === 'markup' ? xmlException(body.text) : null
  if (said !== null && /no matching results/i.test(said.message)) return { kind: 'absent' }
  if (said === null && body.kind === 'json' && isSuccess(status)) return { kind: 'object', value: body.value }
  throw answerError(response, body, said)
}

type Body =
  | { readonly kind: 'json'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'markup'; readonly text: string }
  /** In words what came instead. */
  | { readonly kind: 'neither'; readonly found: string }

const readBody = ({ bytes, headers, status }: ExotelResponse): Body => {
  if (headers['content-encoding'] !== undefined) return { kind: 'neither', found: 'an encoded body that was not asked for' }
  const kind = bodyKind(null, bytes)
  if (kind === 'empty') return { kind: 'neither', found: 'an empty body' }
  if (kind === 'markup') return { kind: 'markup', text: bytes.toString('utf8', 0, MARKUP_BYTES_READ_MAX) }
  if (kind !== 'json') return { kind: 'neither', found: 'neither JSON nor markup' }
  if (isDeeperThan(bytes, JSON_DEPTH_MAX)) throw new ExotelError('wrong-shape', `the answer nests deeper than ${JSON_DEPTH_MAX}`, { status })
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { kind: 'json', value: value as Record<string, unknown> }
      : { kind: 'neither', found: 'JSON that is no object' }
  } catch {
    return { kind: 'neither', found: 'cut or damaged JSON' }
  }
}

/** Contract §8.1. Its status may differ from HTTP's, so the body decides. */
interface RestException {
  readonly status: number | undefined
  readonly message: string
}

const JsonException = z.looseObject({
  RestException: z.looseObject({ Status: z.coerce.number().int().min(100).max(599).optional().catch(undefined), Message: z.string().optional().catch(undefined) }),
})

const jsonException = (value: unknown): RestException | null => {
  const exception = JsonException.safeParse(value)
  return exception.success ? { status: exception.data.RestException.Status, message: exception.data.RestException.Message ?? '' } : null
}

/** What refuses a request before its format is known may refuse it in XML (contract §8.1, inferred). */
const xmlException = (text: string): RestException | null => {
  if (!text.includes('<RestException>')) return null
  const status = /<Status>\s*(\d{3})\s*<\/Status>/.exec(text)?.[1]
  return { status: status === undefined ? undefined : Number(status), message: /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '' }
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

const answerError = (response: ExotelResponse, body: Body, said: RestException | null): ExotelError => {
  const { status } = response
  const details = { status, retryAfterMs: retryAfterMs(response) }
  const effective = isSuccess(status) && said?.status !== undefined ? said.status : status
  if (isSuccess(effective)) return new ExotelError(unreadableKind(body), `HTTP ${status} with ${foundIn(body)} instead of a JSON object`, details)
  const inBody = said?.status === undefined || said.status === status ? '' : ` (in the body: ${said.status})`
  return new ExotelError(kindOf(effective, said?.message ?? ''), `Exotel answered HTTP ${status}${inBody}`, details)
}

const unreadableKind = (body: Body): ExotelErrorKind => {
  if (body.kind === 'json') return 'wrong-shape'
  if (body.kind === 'neither') return 'not-json'
  return isHtml(body.text) ? 'html' : 'xml'
}

const foundIn = (body: Body): string => {
  if (body.kind === 'json') return 'a refusal without a status'
  if (body.kind === 'neither') return body.found
  return isHtml(body.text) ? 'HTML' : 'XML'
}

const isHtml = (text: string): boolean => /<!doctype html|<html|<head|<body/i.test(text)

const kindOf = (status: number, message: string): ExotelErrorKind => {
  if (status === 429) return 'rate-limited'
  if (status >= 500) return 'server-error'
  if (status >= 300 && status < 400) return 'redirected'
  if (status === 401 && /not enabled/i.test(message)) return 'not-enabled'
  if (status === 403) return /\bkyc\b/i.test(message) ? 'kyc-incomplete' : /\bIP\b|white-?list|allow-?list/i.test(message) ? 'address-not-allowed' : 'forbidden'
  return KIND_OF_STATUS[status] ?? 'rejected'
}

const KIND_OF_STATUS: Readonly<Record<number, ExotelErrorKind>> = { 401: 'not-authenticated', 402: 'payment-needed', 404: 'not-found', 408: 'timed-out' }
