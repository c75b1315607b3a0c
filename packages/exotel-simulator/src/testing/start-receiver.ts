import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly url: string
  readonly contentType: string
  readonly userAgent: string
  readonly headers: IncomingMessage['headers']
  readonly remoteAddress: string
  readonly body: string
}

export interface Receiver {
  readonly received: readonly Received[]
  readonly url: string
  close(): Promise<void>
}

/** A receiver of webhooks that answers as told and remembers what came. */
export const startReceiver = async (
  answer: (response: ServerResponse, received: Received, number: number) => void = (response) => void response.end(),
  port = 0,
  host = '127.0.0.1',
): Promise<Receiver> => {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one: Received = {
        method: request.method ?? '',
        url: request.url ?? '',
        contentType: request.headers['content-type'] ?? '',
        userAgent: request.headers['user-agent'] ?? '',
        headers: request.headers,
        remoteAddress: request.socket.remoteAddress ?? '',
        body: Buffer.concat(chunks).toString(),
      }
      received.push(one)
      answer(response, one, received.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return {
    received,
    url: `http://${host}:${(server.address() as AddressInfo).port}/hooks/acme/secret`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
