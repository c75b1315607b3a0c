/**
 * The HTTP side of the audit service. Every route of AUDIT_ROUTES, and nothing else, is asked like this:
 *
 *   who asks? ► may they? ► is it their account? ► is the question well formed? ► answer ► is the answer as the contract says? ► send
 *
 * What fails on the way is answered as a problem, and nothing was read before the account was found to be theirs. A file is sent as it is made (send-file.ts).
 */
import { createHash } from 'node:crypto'
import { problemOf } from '@rollcall/contracts/audit-api/problem'
import { AUDIT_ROUTES, type AuditRoute, type AuditRouteName } from '@rollcall/contracts/audit-api/routes'
import { type Clock, SECOND } from '@rollcall/domain/time'
import type { Logger } from '@rollcall/telemetry/create-logger'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Authenticate } from '../auth/authenticate.ts'
import type { Principal } from '../auth/principal.ts'
import { QuestionError } from '../question-error.ts'
import type { Asset, Assets } from './assets.ts'
import { parsePath, parseQueryAndBody } from './parse-question.ts'
import { placeInPage } from './place-in-page.ts'
import type { FileHandler, Handlers, Question } from './question.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { createSendFile, type SendFile } from './send-file.ts'
import { sessionCookie } from './session-cookie.ts'
import { toProblem } from './to-problem.ts'

const BODY_BYTES_MAX = 16_384
const REQUEST_MS_MAX = 10_000
const KEEP_ALIVE_MS = 30_000
const HEADER_BYTES_MAX = 16_384
const CONNECTIONS_MAX = 512
/** An exception's id is the longest. */
const PARAM_CHARACTERS_MAX = 1_100
/** All that HTTP itself has but CONNECT: what is asked by another of them than a route has is told by which it may. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'] as const

export interface AuditServerDeps {
  readonly handlers: Handlers
  readonly authenticate: Authenticate
  /** Whether there is such an account. */
  readonly isAccount: (account: string) => Promise<boolean>
  /** What is served to anybody: the page, and the description of the API. */
  readonly assets: Assets
  /** Cookies are for https alone (needs-secure-cookies.ts). */
  readonly secureCookies: boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly onAnswer?: (route: string, status: number, seconds: number) => void
}

export const createAuditServer = (deps: AuditServerDeps): FastifyInstance => {
  const server = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    connectionTimeout: REQUEST_MS_MAX * 2,
    keepAliveTimeout: KEEP_ALIVE_MS,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    routerOptions: { maxParamLength: PARAM_CHARACTERS_MAX },
    frameworkErrors: (error, _request, reply) => sendProblem(deps, reply as unknown as FastifyReply, error),
  })
  server.server.maxConnections = CONNECTIONS_MAX
  server.removeContentTypeParser('text/plain')
  server.setErrorHandler((error, _request, reply) => sendProblem(deps, reply, error))
  server.addHook('onSend', async (_request, reply, payload) => {
    reply.headers(SECURITY_HEADERS)
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    return payload
  })
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    deps.onAnswer?.(`${request.method} ${route}`, reply.statusCode, reply.elapsedTime / 1_000)
    deps.logger.debug({ event: 'audit.answered', method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered')
  })

  const sendFile = createSendFile(server, deps.logger)
  const methodsOf = new Map<string, Set<string>>()
  for (const [name, route] of Object.entries(AUDIT_ROUTES) as [AuditRouteName, AuditRoute][]) {
    methodsOf.set(route.path, (methodsOf.get(route.path) ?? new Set()).add(route.method))
    addRoute(server, deps, sendFile, name, route)
  }
  for (const [path, methods] of methodsOf) {
    const others = METHODS.filter((method) => !methods.has(method))
    const notAllowed = (_request: unknown, reply: FastifyReply): FastifyReply =>
      sendProblem(deps, reply.header('allow', [...methods].join(', ')), new QuestionError('method-not-allowed', `Ask by ${[...methods].join(' or ')}.`))
    // Before a body is looked for, which a QUERY must have: whatever it was, it may not be asked so.
    server.route({ method: others, url: path, onRequest: async (request, reply) => notAllowed(request, reply), handler: notAllowed })
  }
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/[?#].*$/s, '')
    const asset = request.method === 'GET' ? deps.assets.find(path) : null
    if (asset !== null) return sendAsset(request, reply, asset)
    const place = request.method === 'GET' ? placeInPage(path, request.headers.accept ?? '') : null
    return place === null ? sendProblem(deps, reply, new QuestionError('not-found', 'There is nothing at this address.')) : reply.redirect(place)
  })
  return server
}

const addRoute = (server: FastifyInstance, deps: AuditServerDeps, sendFile: SendFile, name: AuditRouteName, route: AuditRoute): void => {
  const asking = new WeakMap<FastifyRequest, { readonly principal: Principal; readonly token: string }>()
  server.route({
    method: route.method,
    url: route.path,
    // Before the body is read: whoever is nobody sends none.
    onRequest: async (request) => {
      refuseTokenInAddress(request.url)
      const asked = await deps.authenticate({ method: request.method, headers: request.headers, address: request.socket.remoteAddress ?? '' })
      if (route.scope !== null && !asked.principal.scopes.has(route.scope)) throw new QuestionError('forbidden', `The token has not the scope ${route.scope}.`)
      asking.set(request, asked)
    },
    handler: async (request, reply) => {
      const { principal, token } = asking.get(request) as { readonly principal: Principal; readonly token: string }
      const params = parsePath(route, request.params)
      await refuseForeignAccount(deps, principal, params)
      const question = { principal, params, ...parseQueryAndBody(route, request.query, request.body) }
      if (route.file !== undefined) return sendFile(reply, route.file, (begin) => (deps.handlers[name] as FileHandler)(question as never, begin))
      const answer = await (deps.handlers[name] as (question: Question) => Promise<unknown>)(question as Question)
      if (name === 'signIn') reply.header('set-cookie', sessionCookie(token, deps.secureCookies, (principal.expiresAt - deps.clock()) / SECOND))
      if (name === 'signOut') reply.header('set-cookie', sessionCookie('', deps.secureCookies, 0))
      return sendJson(request, reply, route, route.answer.parse(answer))
    },
  })
}

/** The same answer whether there is no such account or it is none of theirs. */
const refuseForeignAccount = async ({ isAccount }: AuditServerDeps, principal: Principal, params: unknown): Promise<void> => {
  const account = (params as { readonly account?: string } | undefined)?.account
  if (account === undefined) return
  if ((principal.accounts !== null && !principal.accounts.has(account)) || !(await isAccount(account)))
    throw new QuestionError('unknown-account', 'There is no such account, or the token does not see it.')
}

const TOKEN_IN_ADDRESS = /rca_[A-Za-z0-9_-]{8}|[?&](token|access_token|id_token|authorization)=/i

/** An address is logged by everything that it passes. */
const refuseTokenInAddress = (url: string): void => {
  if (TOKEN_IN_ADDRESS.test(url))
    throw new QuestionError('bad-request', 'A token never belongs into an address, where it is logged. Revoke this one, and send another as Authorization: Bearer.')
}

const sendJson = (request: FastifyRequest, reply: FastifyReply, route: AuditRoute, answer: unknown): FastifyReply => {
  if (answer === null) return reply.code(204).send()
  const body = JSON.stringify(answer)
  reply.header('vary', 'authorization, cookie')
  if (route.method !== 'GET' || route.personal === true) return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(body)
  return sendTagged(request, reply.header('cache-control', 'private, no-cache'), body, 'application/json; charset=utf-8')
}

const sendAsset = (request: FastifyRequest, reply: FastifyReply, { body, type, immutable }: Asset): FastifyReply =>
  sendTagged(request, reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache'), body, type)

const sendTagged = (request: FastifyRequest, reply: FastifyReply, body: string | Buffer, type: string): FastifyReply => {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  reply.header('etag', etag)
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known?.includes(etag) || known?.includes('*')) return reply.code(304).send()
  return reply.type(type).send(body)
}

const sendProblem = ({ logger }: Pick<AuditServerDeps, 'logger'>, reply: FastifyReply, error: unknown): FastifyReply => {
  const { problem, ours } = toProblem(error)
  if (ours) logger.error({ event: 'audit.failed', err: error }, 'could not answer')
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  if (problem.type === problemOf('too-many-requests', '').type) reply.header('retry-after', '60')
  return reply.code(problem.status).header('cache-control', 'no-store').type('application/problem+json; charset=utf-8').send(JSON.stringify(problem))
}
