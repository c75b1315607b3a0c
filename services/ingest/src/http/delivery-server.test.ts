import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuthenticator } from './authenticator.ts'
import { closeServer } from './close-server.ts'
import { BODY_BYTES_MAX } from './decide-delivery.ts'
import { createDeliveryServer, type Outcome } from './delivery-server.ts'

const SECRET = 'Aa0123456789_0123456789-0123456789'
const HOOK = `/hooks/acme/${SECRET}`
let received: { method: string; surface: string | null; query: string | null; contentType: string | null; body: Buffer }[]
let refusals: [string | null, string][]
let outcome: Outcome | Promise<Outcome>
let draining: boolean
let server: Server
let base: string

beforeEach(async () => {
  received = []
  refusals = []
  outcome = { kind: 'kept', durability: 'log' }
  draining = false
  server = createDeliveryServer({
    authenticate: createAuthenticator([{ sid: 'acme', webhookSecrets: [SECRET] }]),
    ready: () => (draining ? { ready: false, reason: 'stopping' } : { ready: true }),
    receive: async ({ surface, query }, method, contentType, body) => {
      received.push({ method, surface, query, contentType, body })
      return outcome
    },
    refused: (account, reason) => refusals.push([account, reason]),
    draining: () => draining,
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => closeServer(server))

const send = (path: string, init?: RequestInit) => fetch(base + path, init)
/** Speaks raw HTTP; gives everything the server said until it closed the connection, or the time is over. */
const raw = async (write: (socket: ReturnType<typeof connect>) => Promise<void> | void, msMax = 5_000): Promise<string> => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let said = ''
  socket.on('data', (text) => {
    said += text
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
  await write(socket)
  await Promise.race([closed, sleep(msMax)])
  socket.destroy()
  return said
}

describe('a delivery that is kept', () => {
  it('is handed on byte for byte, and answered 200 with where it is durable', async () => {
    const body = Buffer.from([0, 255, 10, 13, 128, 1])
    const answer = await send(`${HOOK}/passthru?a=1`, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } })
    expect([answer.status, answer.headers.get('x-durability'), await answer.text()]).toEqual([200, 'log', ''])
    expect(received).toEqual([{ method: 'POST', surface: 'passthru', query: 'a=1', contentType: 'application/octet-stream', body }])
  })

  it('says so when only the spool has it', async () => {
    outcome = { kind: 'kept', durability: 'spool' }
    const answer = await send(HOOK, { method: 'POST', body: 'x' })
    expect([answer.status, answer.headers.get('x-durability')]).toEqual([200, 'spool'])
  })

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('may come by %s and without a body', async (method) => {
    expect((await send(`${HOOK}?CallSid=1`, { method })).status).toBe(200)
    expect(received).toEqual([{ method, surface: null, query: 'CallSid=1', contentType: null, body: Buffer.alloc(0) }])
  })

  it('may be as large as the limit, in many pieces', async () => {
    const piece = Buffer.alloc(BODY_BYTES_MAX / 8, 'x')
    const chunked = `POST ${HOOK} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`
    const said = await raw(async (socket) => {
      socket.write(chunked)
      for (let count = 0; count < 8; count++) {
        socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`)
        await sleep(1)
      }
      socket.write('0\r\n\r\n')
    })
    expect(said).toMatch(/^HTTP\/1\.1 200/)
    expect(received[0]?.body.length).toBe(BODY_BYTES_MAX)
  })
})

describe('a delivery that is refused', () => {
  it.each([
    ['a wrong secret', '/hooks/acme/wrong', {}, 404, ['acme', 'wrong-secret']],
    ['an unknown account', `/hooks/nobody/${SECRET}`, {}, 404, [null, 'unknown-account']],
    ['another path', '/favicon.ico', {}, 404, [null, 'unknown-path']],
    ['an encoding', HOOK, { headers: { 'content-encoding': 'gzip' } }, 415, ['acme', 'content-encoding']],
    ['too large a body', HOOK, { body: Buffer.alloc(BODY_BYTES_MAX + 1) }, 413, ['acme', 'too-large']],
  ])('is counted with its reason, and never handed on: %s', async (_what, path, init, status, refusal) => {
    const answer = await send(path, { method: 'POST', body: 'x', ...(init as RequestInit) })
    expect([answer.status, await answer.text()]).toEqual([status, ''])
    expect(refusals).toEqual([refusal])
    expect(received).toEqual([])
  })

  it('is cut off when its chunks never end', async () => {
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    let sent = 0
    const said = await raw(async (socket) => {
      socket.write(`POST ${HOOK} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)
      for (; sent < 1_000 && !socket.destroyed; sent++) {
        socket.write(piece)
        await sleep(1)
      }
    })
    expect(said).toMatch(/^HTTP\/1\.1 413/)
    expect(sent).toBeLessThan(1_000)
    expect(refusals).toEqual([['acme', 'too-large']])
  })

  it('is not kept when the sender hangs up in the middle of it', async () => {
    await raw(async (socket) => {
      socket.write(`POST ${HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf`)
      await sleep(50)
      socket.destroy()
    })
    while (refusals.length === 0) await sleep(5)
    expect([received, refusals]).toEqual([[], [['acme', 'aborted']]])
  })

  it('is 503 with Retry-After, and not acknowledged, when the spool does not take it', async () => {
    outcome = { kind: 'refused', reason: 'spool-full' }
    const answer = await send(HOOK, { method: 'POST', body: 'x' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(refusals).toEqual([['acme', 'spool-full']])
  })

  it.each([
    ['both length and chunks', `POST ${HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['two lengths', `POST ${HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, 400],
    ['a bare line feed', `POST ${HOOK} HTTP/1.1\nHost: x\n\n`, 400],
    ['endless headers', `POST ${HOOK} HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ])('is never read leniently: %s', async (_what, request, status) => {
    const said = await raw((socket) => void socket.write(request))
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status}`))
    expect(received).toEqual([])
  })
})

describe('health on the public port', () => {
  it('is live always and ready until it drains', async () => {
    expect([(await send('/livez')).status, (await send('/readyz')).status]).toEqual([200, 200])
    draining = true
    expect([(await send('/livez')).status, (await send('/readyz')).status]).toEqual([200, 503])
  })
})

describe('closing', () => {
  it('answers what is in flight, then ends its connection', async () => {
    let release: (outcome: Outcome) => void = () => {}
    outcome = new Promise((resolve) => {
      release = resolve
    })
    const answer = send(HOOK, { method: 'POST', body: 'x' })
    while (received.length === 0) await sleep(5)
    draining = true
    const closed = closeServer(server)
    release({ kind: 'kept', durability: 'log' })
    expect((await answer).status).toBe(200)
    await closed
    await expect(send('/livez')).rejects.toThrow()
  })
})
