import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RefusalReason } from '@rollcall/contracts/ingest-status'
import { healthAnswer, type Readiness } from '@rollcall/service/health-answer'
import type { Authentication } from './authenticator.ts'
import { BODY_BYTES_MAX, decideDelivery } from './decide-delivery.ts'
import { discardBody } from './discard-body.ts'
import type { HookPath } from './parse-hook-path.ts'
import { readBody } from './read-body.ts'

/*
 * Plain node:http: a framework costs 14 % here and would be asked for nothing. Every limit is written down; the parser is the strict one.
 */
const CONNECTIONS_MAX = 4_096
const HEADER_BYTES_MAX = 32 * 1024
const HEADERS_MS_MAX = 10_000
const REQUEST_MS_MAX = 15_000
/** Longer than balancers keep an idle connection (60 s), so that they close first and never write into a closed one. */
const KEEP_ALIVE_MS = 75_000
const CONNECTIONS_CHECK_MS = 5_000
const RETRY_AFTER_SECONDS = '5'

export type Outcome = { readonly kind: 'kept'; readonly durability: 'log' | 'spool' } | { readonly kind: 'refused'; readonly reason: RefusalReason }

export interface DeliveryServerOptions {
  readonly authenticate: (account: string, secret: string) => Authentication
  readonly ready: () => Readiness
  /** Makes the delivery durable. Never rejects. */
  readonly receive: (path: HookPath, method: string, contentType: string | null, body: Buffer) => Promise<Outcome>
  readonly refused: (account: string | null, reason: RefusalReason) => void
  /** Answers then end their connections, so that the server can close. */
  readonly draining: () => boolean
}

/** The public side: `ANY /hooks/{account}/{secret}[/{surface}]`, and health for balancers. Not yet listening. */
export const createDeliveryServer = (options: DeliveryServerOptions): Server => {
  const { authenticate, ready, receive, refused, draining } = options

  /** Connections in the middle of an authenticated body: if it breaks off, that is counted for its account. */
  const reading = new WeakSet<Duplex>()

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '', method = 'GET', headers } = request
    if (draining()) response.shouldKeepAlive = false
    const health = healthAnswer(url, ready)
    if (health !== null) return answer(response, health.status, {}, method === 'HEAD' ? '' : health.body)

    const decision = decideDelivery({ url, contentEncoding: headers['content-encoding'], contentLength: headers['content-length'] }, authenticate)
    if (decision.kind === 'refuse') return refuse(request, response, decision)
    const { path } = decision
    const { account } = path
    reading.add(request.socket)
    const body = await readBody(request, BODY_BYTES_MAX)
    reading.delete(request.socket)
    if (body.kind === 'too-large') return refuse(request, response, { status: 413, account, reason: 'too-large' })
    if (body.kind === 'aborted') return refused(account, 'aborted')

    const outcome = await receive(path, method, headers['content-type'] ?? null, body.bytes)
    if (outcome.kind === 'kept') return answer(response, 200, outcome.durability === 'log' ? KEPT_IN_LOG : KEPT_IN_SPOOL, '')
    refused(account, outcome.reason)
    answer(response, 503, { 'retry-after': RETRY_AFTER_SECONDS }, '')
  }

  const refuse = async (
    request: IncomingMessage,
    response: ServerResponse,
    { status, account, reason }: { status: number; account: string | null; reason: RefusalReason },
  ): Promise<void> => {
    refused(account, reason)
    await discardBody(request)
    if (!request.complete) response.shouldKeepAlive = false
    answer(response, status, {}, '')
    if (!request.complete) response.once('finish', () => request.destroy())
  }

  const server = createServer(
    {
      insecureHTTPParser: false,
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    },
    (request, response) => {
      // Nothing above is expected to throw; if it does, the sender must not take silence for success.
      handle(request, response).catch(() => {
        refused(null, 'malformed')
        response.destroy()
      })
    },
  )
  server.maxConnections = CONNECTIONS_MAX
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
    if (!reading.has(socket)) refused(null, 'malformed')
    socket.end(`HTTP/1.1 ${error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`)
    return undefined
  })
  return server
}

const KEPT_IN_LOG = { 'x-durability': 'log' }
const KEPT_IN_SPOOL = { 'x-durability': 'spool' }

const answer = (response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
