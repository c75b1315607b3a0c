import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { documents } from '@rollcall/audit/http/documents'
import { SECURITY_HEADERS } from '@rollcall/audit/http/security-headers'
import { type ProblemKind, problemOf } from '@rollcall/contracts/audit-api/problem'
import { AUDIT_ROUTES, type AuditRoute, type AuditRouteName } from '@rollcall/contracts/audit-api/routes'
import { SCOPES, type Scope, type SessionAnswer } from '@rollcall/contracts/audit-api/session'
import { answersAt } from './answers.ts'

const PAGE = fileURLToPath(new URL(import.meta.url.includes('/compiled/') ? '../../page/' : '../dist/page/', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const COOKIE = 'rollcall-test'
const DOCUMENTS = documents()

export interface Served {
  readonly url: string
  /** The time at which the accounts stand. */
  readonly now: () => number
  readonly asked: string[]
  /** From now on this route answers with a problem; null: as it did. */
  readonly fail: (route: AuditRouteName, kind: ProblemKind | null) => void
  readonly close: () => Promise<void>
}

/**
 * The built page, the description of the API beside it, and the answers of made-up accounts, over loopback and under the headers of the service, by the contract's own routes. A token is the scopes that it allows with `+` between
 * them, and perhaps `@` and one account: `audit:read+pii:read@acme-1`; any other is not valid.
 */
export const serve = async ({ port = 0, now = Date.now, answers = answersAt }: { port?: number; now?: () => number; answers?: typeof answersAt } = {}): Promise<Served> => {
  const failing = new Map<AuditRouteName, ProblemKind>()
  const asked: string[] = []
  const history: Parameters<typeof answersAt>[1] = new Map()
  const signed: Parameters<typeof answersAt>[2] = new Map()
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    const url = new URL(request.url ?? '/', 'http://localhost')
    const done = url.pathname.startsWith('/v1/') ? answer(request, response, url) : page(response, url)
    done.catch((error: unknown) => {
      console.error(error)
      problem(response, 'internal', String(error))
    })
  })

  const answer = async (request: IncomingMessage, response: ServerResponse, url: URL) => {
    asked.push(`${request.method} ${url.pathname}${url.search}`)
    const found = routeOf(request.method ?? '', url.pathname)
    if (found === null) return problem(response, 'not-found', 'There is no such route.')
    const [name, route, params] = found
    const session = sessionOf(request, name)
    if (session === null) return problem(response, 'unauthenticated', 'Give a token.')
    const failed = failing.get(name)
    if (failed !== undefined) return problem(response, failed, 'The test wants it so.')
    if (route.scope !== null && !session.scopes.includes(route.scope)) return problem(response, 'forbidden', `The token lacks the scope ${route.scope}.`)
    const asks = {
      params: route.params?.safeParse(params),
      query: route.query?.safeParse(Object.fromEntries(url.searchParams)),
      body: route.body?.safeParse(await bodyOf(request)),
    }
    for (const part of Object.values(asks)) if (part?.success === false) return problem(response, 'bad-request', part.error.message)
    if (params.account !== undefined && !['acme-1', 'quiet-2'].includes(params.account)) return problem(response, 'unknown-account', `No account ${params.account}.`)
    if (route.file !== undefined) {
      response.setHeader('content-disposition', `attachment; filename="${params.account}.${asks.query?.success ? (asks.query.data as { format: string }).format : ''}.zip"`)
      return void response.writeHead(200, { 'content-type': route.file }).end('PK')
    }
    const make = answers(now(), history, signed)[name]
    if (make === undefined) return problem(response, 'not-found', 'The fixtures have no answer to this.')
    const made = make({ params, query: (asks.query?.data ?? {}) as never, body: asks.body?.data, session })
    if (made === undefined) return problem(response, 'not-found', 'There is no such thing.')
    const text = JSON.stringify(route.answer.parse(made))
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
    if (name === 'signIn') response.setHeader('set-cookie', `${COOKIE}=${encodeURIComponent(bearer(request) ?? '')}; HttpOnly; SameSite=Strict; Path=/`)
    if (name === 'signOut') response.setHeader('set-cookie', `${COOKIE}=; Max-Age=0; Path=/`)
    response.setHeader('etag', etag)
    response.setHeader('cache-control', 'no-store')
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    now,
    asked,
    fail: (route, kind) => void (kind === null ? failing.delete(route) : failing.set(route, kind)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const page = async (response: ServerResponse, url: URL) => {
  const document = DOCUMENTS.get(url.pathname)
  if (document !== undefined) return void response.writeHead(200, { 'content-type': document.type }).end(document.body)
  const file = normalize(url.pathname === '/' ? '/index.html' : url.pathname)
  const bytes = await readFile(join(PAGE, file)).catch(() => null)
  if (bytes === null) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes)
}

const routeOf = (method: string, path: string): [AuditRouteName, AuditRoute, Record<string, string>] | null => {
  for (const [name, route] of Object.entries(AUDIT_ROUTES) as [AuditRouteName, AuditRoute][]) {
    const match = new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(path)
    if (route.method === method && match !== null)
      return [name, route, Object.fromEntries(Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]))]
  }
  return null
}

const bearer = (request: IncomingMessage) => request.headers.authorization?.replace(/^Bearer /, '')

const sessionOf = (request: IncomingMessage, name: AuditRouteName): SessionAnswer | null => {
  const cookie = new RegExp(`${COOKIE}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1]
  const token = name === 'signIn' ? bearer(request) : (bearer(request) ?? (cookie === undefined ? undefined : decodeURIComponent(cookie)))
  const [scopes = '', account] = token?.split('@') ?? []
  const allowed = scopes.split('+').filter((scope): scope is Scope => (SCOPES as readonly string[]).includes(scope))
  if (allowed.length === 0) return null
  return { subject: 'asha@audit', scopes: allowed, accounts: account === undefined ? null : [account], expiresAt: '2030-01-01T00:00:00.000Z' }
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? undefined : JSON.parse(text)
}

const problem = (response: ServerResponse, kind: ProblemKind, detail: string): void => {
  const body = problemOf(kind, detail)
  response.writeHead(body.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body))
}
