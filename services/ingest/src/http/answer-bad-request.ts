import type { Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** How long whoever sent rubbish may take to read the answer before the connection is cut. */
const LINGER_MS = 1_000

const STATUS: Readonly<Record<string, string>> = { HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large', ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout' }

/**
 * Answers what is not HTTP, or does not end in time, and cuts the connection. Requests on it that came before are answered first: rubbish
 * behind a delivery must not make its sender believe that the delivery was refused. `onBad` hears of it, unless it is the rest of a request
 * that was already handed to the server's listeners.
 */
export const answerBadRequest = (server: Server, onBad: () => void): void => {
  /** Answers that are still to be written, by connection. */
  const unanswered = new WeakMap<Duplex, Set<ServerResponse>>()
  /** The parser complains again about every piece that follows. */
  const ended = new WeakSet<Duplex>()
  for (const event of ['request', 'checkContinue', 'checkExpectation'])
    server.on(event, ({ socket }: { readonly socket: Duplex }, response: ServerResponse) => {
      const responses = unanswered.get(socket) ?? new Set()
      unanswered.set(socket, responses.add(response))
      response.once('close', () => responses.delete(response))
    })

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Nobody is left to answer; a delivery that broke off so is counted by whoever reads it.
    if (error.code === 'ECONNRESET') return void socket.destroy()
    if (ended.has(socket)) return
    ended.add(socket)
    const open = [...(unanswered.get(socket) ?? [])]
    const before = open.filter(({ req }) => req.complete)
    if (open.length === before.length) onBad()
    if (before.length === 0) return cut(error, socket)
    let left = before.length
    for (const response of before)
      response.once('close', () => {
        left -= 1
        if (left === 0) cut(error, socket)
      })
  })
}

const cut = ({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void => {
  if (!socket.writable) return void socket.destroy()
  socket.end(`HTTP/1.1 ${STATUS[code] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}
