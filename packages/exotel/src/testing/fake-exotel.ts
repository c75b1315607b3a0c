import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface FakeExotel {
  readonly url: string
  /** Path and query of every request, in order. */
  readonly requests: readonly string[]
  readonly authorizations: readonly (string | undefined)[]
  close(): Promise<void>
}

/** What to do with the nth request, counted from 0. */
export type Answering = (request: IncomingMessage, response: ServerResponse, nth: number) => void

/** An HTTP server on loopback that answers as a test says; with `tls`, an HTTPS one. */
export const startFakeExotel = async (answering: Answering, tls?: { readonly key: string; readonly cert: string }): Promise<FakeExotel> => {
  const requests: string[] = []
  const authorizations: (string | undefined)[] = []
  const listener: RequestListener = (request, response) => {
    authorizations.push(request.headers.authorization)
    answering(request, response, requests.push(request.url ?? '') - 1)
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
