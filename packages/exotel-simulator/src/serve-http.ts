import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Answer } from './api/answer.ts'
import { type ApiState, answerRequest } from './api/answer-request.ts'
import type { LedgerCall } from './calls/ledger-call.ts'
import type { Instant } from './clock/simulator-clock.ts'
import type { SimulatorStats } from './simulator-stats.ts'

const HEADER_BYTES_MAX = 16 * 1_024
const REQUEST_MS_MAX = 30_000
const KEEP_ALIVE_MS = 30_000
/** Ledger lines written at a time. */
const LEDGER_LINES_CHUNK = 500

export interface HttpServerOptions {
  readonly host: string
  readonly port: number
  readonly api: ApiState
  readonly now: () => Instant
  readonly ledger: () => readonly LedgerCall[]
  readonly stats: () => SimulatorStats
  readonly onAnswer: (answer: Answer) => void
}

export interface HttpServer {
  readonly url: string
  close(): Promise<void>
}

function* ledgerLines(calls: readonly LedgerCall[]): Generator<string> {
  for (let from = 0; from < calls.length; from += LEDGER_LINES_CHUNK) {
    yield calls
      .slice(from, from + LEDGER_LINES_CHUNK)
      .map((call) => `${JSON.stringify(call)}\n`)
      .join('')
  }
}

/** The REST API, and beside it `/sim/ledger` (JSON Lines) and `/sim/stats` for whoever watches. */
export const serveHttp = async ({ host, port, api, now, ledger, stats, onAnswer }: HttpServerOptions): Promise<HttpServer> => {
  const write = (response: ServerResponse, { status, headers, body }: Answer) => {
    response.writeHead(status, { ...headers, date: new Date(now()).toUTCString(), 'content-length': Buffer.byteLength(body) })
    response.end(body)
  }
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume()
    const { method = 'GET', url = '/' } = request
    if (url === '/sim/stats') return write(response, { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(stats()) })
    if (url === '/sim/ledger') {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      return pipeline(Readable.from(ledgerLines([...ledger()])), response)
    }
    const answer = answerRequest(api, { method, url, authorization: request.headers.authorization, now: now(), receivedAt: performance.now() })
    onAnswer(answer)
    write(response, answer)
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
