import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Answer } from './api/answer.ts'
import { accountSidOf, answerRequest } from './api/answer-request.ts'
import { Refusal } from './api/refusal.ts'
import { xmlText } from './api/xml-text.ts'
import type { Instant } from './clock/simulator-clock.ts'
import { sleepMs } from './clock/sleep-ms.ts'
import type { Cluster } from './cluster.ts'
import type { Control } from './control/control.ts'
import type { OutageSchedule } from './outages.ts'
import type { SimulatedAccount } from './simulated-account.ts'

const HEADER_BYTES_MAX = 16 * 1_024
const BODY_BYTES_MAX = 256 * 1_024
const REQUEST_MS_MAX = 30_000
const KEEP_ALIVE_MS = 30_000
const CONTROL = '/sim/'

export interface HttpServerOptions {
  readonly cluster: Cluster
  readonly host: string
  readonly port: number
  readonly accounts: readonly SimulatedAccount[]
  readonly outages: OutageSchedule
  readonly control: Control
  readonly now: () => Instant
  readonly signal: AbortSignal
}

export interface HttpServer {
  readonly url: string
  close(): Promise<void>
}

/** The REST API of one cluster, and beside it the control API below `/sim/`. */
export const serveHttp = async ({ cluster, host, port, accounts, outages, control, now, signal }: HttpServerOptions): Promise<HttpServer> => {
  const write = (response: ServerResponse, { status, headers, body }: Answer) => {
    response.writeHead(status, { ...headers, date: new Date(now()).toUTCString(), 'content-length': Buffer.byteLength(body) })
    response.end(body)
  }

  const serveApi = async (request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> => {
    const { method = 'GET', url = '/' } = request
    const { account, misplaced } = accountFor(accounts, cluster, url)
    const fault = account.nextApiFault()
    const outage = outages.inForce('api', cluster, now())
    const spoilt = fault !== null || outage !== null
    if (outage?.as === 'hang') {
      account.countAnswer({ status: 0, spoilt })
      return
    }
    if (outage?.as === 'reset' || fault === 'reset') {
      account.countAnswer({ status: 0, spoilt })
      response.destroy()
      return
    }
    if (fault === 'slow') await sleepMs(account.settings().apiFaults.slowMs, signal)
    const answer =
      outage !== null
        ? DOWN
        : misplaced
          ? refused(account.settings().api.wrongCluster, url)
          : answerRequest(account.api(), {
              method,
              url,
              authorization: request.headers.authorization,
              form: await readForm(body, request.headers['content-type']),
              now: now(),
              receivedAt: performance.now(),
              fault,
            })
    account.countAnswer({ status: answer.status, spoilt })
    await answer.after
    write(response, answer)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    if (body === null) return write(response, { status: 413, headers: {}, body: '' })
    if (!(request.url ?? '').startsWith(CONTROL)) return serveApi(request, response, body)
    const answer = control({ method: request.method ?? 'GET', url: request.url ?? '', contentType: request.headers['content-type'] ?? '', body: body.toString() })
    if (typeof answer.body === 'string') return write(response, { ...answer, body: answer.body })
    response.writeHead(answer.status, answer.headers)
    await pipeline(Readable.from(answer.body), response)
  }

  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_MS_MAX, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const DOWN: Answer = { status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>\n' }

/** Whose API is asked: a stranger is answered by the first account of the cluster, one of the other cluster as the setting says. */
const accountFor = (accounts: readonly SimulatedAccount[], cluster: Cluster, url: string): { readonly account: SimulatedAccount; readonly misplaced: boolean } => {
  const sid = accountSidOf(url)
  const named = accounts.find((one) => one.sid === sid)
  if (named !== undefined) return { account: named, misplaced: named.cluster !== cluster }
  return { account: accounts.find((one) => one.cluster === cluster) as SimulatedAccount, misplaced: false }
}

/** An account of the other cluster, which this one does not know. */
const refused = (status: 401 | 404, url: string): Answer => {
  const refusal = new Refusal(status, status === 401 ? 'Authentication failed' : 'The requested resource was not found')
  const json = url.split('?')[0]?.endsWith('.json') === true
  return {
    status: refusal.httpStatus,
    headers: { 'content-type': json ? 'application/json' : 'application/xml' },
    body: json ? JSON.stringify(refusal.body()) : xmlText(refusal.body()),
  }
}

/** Null: too large. */
const readBody = async (request: IncomingMessage): Promise<Buffer | null> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk)
  }
  return bytes > BODY_BYTES_MAX ? null : Buffer.concat(chunks)
}

/** A form, whichever way it is encoded; a body that is none has no parameters. */
const readForm = async (body: Buffer, contentType: string | undefined): Promise<URLSearchParams> => {
  if (body.length === 0 || contentType === undefined) return new URLSearchParams()
  if (contentType.startsWith('application/x-www-form-urlencoded')) return new URLSearchParams(body.toString())
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
    return new URLSearchParams([...form].flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : [])))
  } catch {
    return new URLSearchParams()
  }
}
