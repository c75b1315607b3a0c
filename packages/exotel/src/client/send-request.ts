import type { Clock, Instant } from '@rollcall/domain/time'
import { type Dispatcher, errors, request } from 'undici'
import { ExotelError, type ExotelErrorKind } from './exotel-error.ts'

/** One answer, whole in memory. */
export interface ExotelResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
  readonly sentAt: Instant
  readonly receivedAt: Instant
}

export interface SendOptions {
  /** Carries the connect, headers and body timeouts and the body's size cap. */
  readonly dispatcher: Dispatcher
  readonly authorization: string
  readonly clock: Clock
  /** For the whole exchange: a body that drips never trips the timeouts between chunks. */
  readonly requestTimeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** One GET, one attempt, whatever its status; redirects are not followed. Rejects with ExotelError when no whole answer came. */
export const sendRequest = async (url: URL, options: SendOptions): Promise<ExotelResponse> => {
  const { dispatcher, authorization, clock, requestTimeoutMs, signal } = options
  const deadline = new AbortController()
  const stop = () => deadline.abort(new ExotelError('stopped', 'the request was stopped'))
  const timer = setTimeout(() => deadline.abort(new ExotelError('timed-out', `no whole answer within ${requestTimeoutMs} ms`)), requestTimeoutMs)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted === true) stop()
  try {
    const sentAt = clock()
    const { statusCode, headers, body } = await request(url, { dispatcher, method: 'GET', headers: { authorization, accept: 'application/json' }, signal: deadline.signal })
    const bytes = Buffer.from(await body.arrayBuffer())
    return { status: statusCode, headers, bytes, sentAt, receivedAt: clock() }
  } catch (error) {
    throw deadline.signal.aborted && deadline.signal.reason instanceof ExotelError ? deadline.signal.reason : transportError(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

/** undici's and Node's codes, in our words. A code that is neither here nor of OpenSSL means that nothing was reached. */
const CODES: Readonly<Record<string, ExotelErrorKind>> = {
  UND_ERR_CONNECT_TIMEOUT: 'timed-out',
  UND_ERR_HEADERS_TIMEOUT: 'timed-out',
  UND_ERR_BODY_TIMEOUT: 'timed-out',
  ETIMEDOUT: 'timed-out',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  UND_ERR_SOCKET: 'connection-lost',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection-lost',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  EPROTO: 'not-tls',
  CERT_HAS_EXPIRED: 'not-trusted',
  CERT_NOT_YET_VALID: 'not-trusted',
  CERT_REVOKED: 'not-trusted',
  CERT_UNTRUSTED: 'not-trusted',
  CERT_REJECTED: 'not-trusted',
  CERT_SIGNATURE_FAILURE: 'not-trusted',
  CERT_CHAIN_TOO_LONG: 'not-trusted',
  INVALID_CA: 'not-trusted',
  INVALID_PURPOSE: 'not-trusted',
  HOSTNAME_MISMATCH: 'not-trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'not-trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'not-trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'not-trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'not-trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'not-trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'not-trusted',
}

const kindOfCode = (code: string): ExotelErrorKind => CODES[code] ?? (code.startsWith('ERR_SSL_') ? 'not-tls' : 'not-reached')

/** Only the code is told: the parser's error holds what came, the sockets' whom it came from. */
const transportError = (error: unknown): ExotelError => {
  if (error instanceof errors.HTTPParserError) return new ExotelError('not-json', 'no whole answer: what came is not HTTP')
  const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'no code'
  return new ExotelError(kindOfCode(code), `no whole answer: ${code}`)
}
