import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { healthAnswer, type Readiness } from './health-answer.ts'
import { listen } from './listen.ts'

export interface AdminServer {
  readonly port: number
  close(): Promise<void>
}

const REQUEST_MS_MAX = 10_000
const CONNECTIONS_MAX = 64
const READY: Readiness = { ready: true }

/**
 * What operators and balancers ask a service: `/livez` (the event loop answers, no dependency is looked at), `/readyz` (with the
 * reason when not), `/metrics` (Prometheus text), `/statusz` (JSON for people). Not for the internet: it binds where it is told to.
 */
export const openAdminServer = async (options: {
  readonly host: string
  readonly port: number
  /** Where the port is set, for the message when it is taken. */
  readonly portSetting: string
  readonly ready: () => Readiness | Promise<Readiness>
  readonly status: () => unknown
  readonly metrics: () => Promise<string>
}): Promise<AdminServer> => {
  const answer = async (path: string): Promise<{ status: number; type: string; body: string }> => {
    // Who is asked whether it lives asks nobody else.
    const readiness = path === '/readyz' ? await options.ready() : READY
    const health = healthAnswer(path, () => readiness)
    if (health !== null) return { status: health.status, type: 'text/plain; charset=utf-8', body: `${health.body}\n` }
    if (path === '/metrics') return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await options.metrics() }
    if (path === '/statusz') return { status: 200, type: 'application/json', body: `${JSON.stringify(await options.status(), bigintAsText)}\n` }
    return { status: 404, type: 'text/plain; charset=utf-8', body: 'not found\n' }
  }
  const server = createServer({ requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX }, (request, response) => {
    answerWith(request, response, answer)
  })
  server.maxConnections = CONNECTIONS_MAX
  const port = await listen(server, options)
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const answerWith = (request: IncomingMessage, response: ServerResponse, answer: (path: string) => Promise<{ status: number; type: string; body: string }>): void => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
    return
  }
  answer((request.url ?? '/').replace(/\?.*$/s, '')).then(
    ({ status, type, body }) => response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' }).end(body),
    () => response.writeHead(500).end(),
  )
}

const bigintAsText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
