import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { RefusalReason } from '@rollcall/contracts/ingest-status'
import type { Surface } from '@rollcall/contracts/observation'
import { healthAnswer, type Readiness } from '@rollcall/service/health-answer'
import { answerBadRequest } from './answer-bad-request.ts'
import { BODY_BYTES_MAX, decideDelivery } from './decide-delivery.ts'
import { discardBody } from './discard-body.ts'
import type { FailureLimit } from './failure-limit.ts'
import type { Gate } from './gate.ts'
import type { LoadBound } from './load-bound.ts'
import type { Networks } from './networks.ts'
import type { HookPath } from './parse-hook-path.ts'
import { readBody } from './read-body.ts'
import { sourceAddress } from './source-address.ts'

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
const RETRY_SOON = { 'retry-after': '5' }
const LIMITED_RETRY_AFTER_SECONDS = '60'

export type Outcome = { readonly kind: 'kept'; readonly durability: 'log' | 'spool'; readonly surface: Surface } | { readonly kind: 'refused'; readonly reason: RefusalReason }

export interface DeliveryServerOptions {
  /** Asked for every request: the accounts may have changed since the one before. */
  readonly gate: () => Gate
  readonly failures: Pick<FailureLimit, 'exceeded'>
  readonly load: LoadBound
  readonly trustedProxies: Networks
  readonly ready: () => Readiness
  /** Makes the delivery durable. Never rejects. */
  readonly receive: (path: HookPath, method: string, contentType: string | null, body: Buffer) => Promise<Outcome>
  readonly refused: (account: string | null, reason: RefusalReason) => void
  readonly probed: (account: string) => void
  /** Answers then end their connections, so that the server can close. */
  readonly draining: () => boolean
}

interface Refusal {
  readonly status: number
  readonly account: string | null
  readonly reason: RefusalReason
}

/** The public side: `ANY /hooks/{account}/{secret}[/{surface}]`, and health for balancers. Not yet listening. */
export const createDeliveryServer = (options: DeliveryServerOptions): Server => {
  const { gate, failures, load, trustedProxies, ready, receive, refused, probed, draining } = options

  /** `mayContinue`: the sender waits for 100 before it sends its body (RFC 9110 §10.1.1). */
  const handle = async (request: IncomingMessage, response: ServerResponse, mayContinue: boolean): Promise<void> => {
    const { url = '', method = 'GET', headers } = request
    if (draining()) response.shouldKeepAlive = false
    if (headers.host === undefined && request.httpVersion === '1.1') return refuse(request, response, { status: 400, account: null, reason: 'malformed' })
    const health = healthAnswer(url, ready)
    if (health !== null) return answer(response, health.status, {}, method === 'HEAD' ? '' : health.body)

    const current = gate()
    const source = (): string => sourceAddress(request.socket.remoteAddress ?? '', headers['x-forwarded-for'] as string | undefined, trustedProxies)
    const [contentEncoding, transferEncoding, contentLength] = [headers['content-encoding'], headers['transfer-encoding'], headers['content-length']]
    const decision = decideDelivery({ url, source, contentEncoding, transferEncoding, contentLength }, current)
    if (decision.kind === 'refuse') return refuse(request, response, isGuess(decision.reason) && failures.exceeded(source()) ? { ...decision, ...RATE_LIMITED } : decision)
    const { path } = decision
    const { account } = path
    const leave = load.enter(Number(contentLength ?? (transferEncoding === undefined ? 0 : BODY_BYTES_MAX)))
    if (leave === null) return refuse(request, response, { status: 503, account, reason: 'too-busy' })
    try {
      if (mayContinue) response.writeContinue()
      await take(request, response, path, current)
    } finally {
      leave()
    }
  }

  const take = async (request: IncomingMessage, response: ServerResponse, path: HookPath, current: Gate): Promise<void> => {
    const { method = 'GET', headers } = request
    const { account } = path
    const body = await readBody(request, BODY_BYTES_MAX)
    if (body.kind === 'too-large') return refuse(request, response, { status: 413, account, reason: 'too-large' })
    if (body.kind === 'aborted') return refused(account, 'aborted')

    if (isProbe(method, path, body.bytes)) {
      probed(account)
      return answer(response, 200, {}, '')
    }
    const outcome = await receive(path, method, headers['content-type'] ?? null, body.bytes)
    if (outcome.kind === 'kept')
      return answer(response, outcome.surface === 'passthru' ? current.passthruAnswer(account) : 200, outcome.durability === 'log' ? KEPT_IN_LOG : KEPT_IN_SPOOL, '')
    refused(account, outcome.reason)
    answer(response, 503, RETRY_SOON, '')
  }

  const refuse = async (request: IncomingMessage, response: ServerResponse, { status, account, reason }: Refusal): Promise<void> => {
    refused(account, reason)
    const limited = reason === 'rate-limited'
    // Whoever waits for 100 sends no body when told no.
    if (!limited && request.headers.expect === undefined) await discardBody(request)
    const leaves = limited || !request.complete
    if (leaves) response.shouldKeepAlive = false
    answer(response, status, limited ? { 'retry-after': LIMITED_RETRY_AFTER_SECONDS } : status === 503 ? RETRY_SOON : {}, '')
    if (leaves) response.once('finish', () => request.destroy())
  }

  const listener = (mayContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    // Nothing above is expected to throw; if it does, the sender must not take silence for success.
    handle(request, response, mayContinue).catch(() => {
      refused(null, 'malformed')
      response.destroy()
    })
  }
  const server = createServer({
    insecureHTTPParser: false,
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    // Refused by `handle`, which counts it.
    requireHostHeader: false,
  })
  server.maxConnections = CONNECTIONS_MAX
  server.on('request', listener(false))
  server.on('checkContinue', listener(true))
  // Any other expectation is one that we may ignore (RFC 9110 §10.1.1), and a webhook is not lost for it.
  server.on('checkExpectation', listener(false))
  server.on('drop', () => refused(null, 'too-many-connections'))
  answerBadRequest(server, () => refused(null, 'malformed'))
  return server
}

const RATE_LIMITED = { status: 429, reason: 'rate-limited' } as const
const isGuess = (reason: RefusalReason): boolean => reason === 'wrong-secret' || reason === 'unknown-account'

/** Whoever asks whether the URL answers (contract §4.1). A Passthru comes by GET too, but always has parameters. */
const isProbe = (method: string, { query }: HookPath, body: Buffer): boolean => (method === 'GET' || method === 'HEAD') && query === null && body.length === 0

const KEPT_IN_LOG = { 'x-durability': 'log' }
const KEPT_IN_SPOOL = { 'x-durability': 'spool' }

const answer = (response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
