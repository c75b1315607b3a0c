import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { speakRaw, statusesIn } from '../testing/speak-raw.ts'
import { until } from '../testing/until.ts'
import { closeServer } from './close-server.ts'
import { createDeliveryServer } from './delivery-server.ts'
import { createGate } from './gate.ts'
import { createLoadBound } from './load-bound.ts'

const SECRET = 'Aa0123456789_0123456789-0123456789'
const HOOK = `/hooks/acme/${SECRET}`
const post = (...headers: string[]) => `POST ${HOOK} HTTP/1.1\r\n${['Host: x', ...headers].join('\r\n')}\r\n\r\n`
const CLOSE = 'Connection: close'
const CHUNKED = 'Transfer-Encoding: chunked'
/** A client hello as far as it gets. */
const TLS_HELLO = Buffer.from('160301020001000001fc0303', 'hex')
const H2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

let server: Server
let port: number
let received: string[]
let refusals: string[]
let receiveMs: number

beforeAll(async () => {
  server = createDeliveryServer({
    gate: () => createGate([{ sid: 'acme', webhookSecrets: [SECRET], passthruAnswer: 200, utcOffsetMinutes: 330 }]),
    failures: { exceeded: () => false },
    load: createLoadBound(),
    trustedProxies: () => false,
    ready: () => ({ ready: true }),
    receive: async (_path, _method, _contentType, body) => {
      received.push(body.toString('latin1'))
      if (receiveMs > 0) await sleep(receiveMs)
      return { kind: 'kept', durability: 'log', surface: 'status-callback' }
    },
    refused: (account, reason) => refusals.push(`${account ?? '?'} ${reason}`),
    probed: () => {},
    draining: () => false,
  })
  server.headersTimeout = 300
  server.requestTimeout = 600
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => closeServer(server))
beforeEach(() => {
  received = []
  refusals = []
  receiveMs = 0
})
/** Whatever was said before, the next sender is served. */
afterEach(async () => {
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
})

interface Spoken {
  readonly what: string
  readonly says: string | Buffer | ((socket: Socket) => Promise<void> | void)
  readonly answers: readonly number[]
  /** Bodies that are kept: exactly those that are answered 200. */
  readonly keeps?: readonly string[]
  readonly refuses?: readonly string[]
}

/** Written in pieces of `bytes`, so that no boundary of ours is one of the network's. */
const inPieces = (text: string, bytes: number) => async (socket: Socket) => {
  for (let at = 0; at < text.length; at += bytes) {
    socket.write(text.slice(at, at + bytes), 'latin1')
    await sleep(1)
  }
}
const trickle =
  (text: string, atOnce = '') =>
  async (socket: Socket) => {
    socket.write(atOnce)
    for (const byte of text) {
      if (socket.destroyed || socket.readableEnded) return
      socket.write(byte)
      await sleep(50)
    }
  }

const KEPT: readonly Spoken[] = [
  { what: 'a delivery', says: `${post('Content-Length: 5', CLOSE)}hello`, answers: [200], keeps: ['hello'] },
  { what: 'byte by byte', says: inPieces(`${post('Content-Length: 5', CLOSE)}hello`, 1), answers: [200], keeps: ['hello'] },
  { what: 'in chunks, with an extension and a trailer', says: `${post(CHUNKED, CLOSE)}2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nx: y\r\n\r\n`, answers: [200], keeps: ['hello'] },
  { what: 'two at once', says: `${post('Content-Length: 1')}1${post('Content-Length: 1', CLOSE)}2`, answers: [200, 200], keeps: ['1', '2'] },
  {
    what: 'two at once, cut anywhere',
    says: inPieces(`${post('Content-Length: 1')}1${post(CHUNKED, CLOSE)}1\r\n2\r\n0\r\n\r\n`, 7),
    answers: [200, 200],
    keeps: ['1', '2'],
  },
  { what: 'from a sender that has closed its half', says: (socket) => void socket.end(`${post('Content-Length: 5')}hello`), answers: [200], keeps: ['hello'] },
  { what: 'HTTP/1.0, without Host', says: `POST ${HOOK} HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello`, answers: [200], keeps: ['hello'] },
  { what: 'a target with scheme and host', says: `POST http://other${HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n${CLOSE}\r\n\r\nhello`, answers: [200], keeps: ['hello'] },
  { what: 'an expectation nobody knows', says: `${post('Expect: the-unexpected', 'Content-Length: 5', CLOSE)}hello`, answers: [200], keeps: ['hello'] },
  { what: '100-continue', says: `${post('Expect: 100-continue', 'Content-Length: 5', CLOSE)}hello`, answers: [100, 200], keeps: ['hello'] },
  { what: 'an upgrade that nobody offers', says: `${post('Upgrade: h2c', 'Connection: Upgrade, close', 'Content-Length: 5')}hello`, answers: [200], keeps: ['hello'] },
  { what: 'bytes of every value', says: Buffer.concat([Buffer.from(post('Content-Length: 256', CLOSE)), ALL_BYTES()]), answers: [200], keeps: [ALL_BYTES().toString('latin1')] },
]

const REFUSED: readonly Spoken[] = [
  { what: 'two different lengths', says: `${post('Content-Length: 5', 'Content-Length: 6')}hello!`, answers: [400], refuses: ['? malformed'] },
  { what: 'one length twice', says: `${post('Content-Length: 5', 'Content-Length: 5')}hello`, answers: [400], refuses: ['? malformed'] },
  { what: 'a length and chunks', says: `${post('Content-Length: 5', CHUNKED)}0\r\n\r\n`, answers: [400], refuses: ['? malformed'] },
  ...['-1', '+5', '0x5', '5e0', '5 5', '', '99999999999999999999999'].map((length) => ({
    what: `a length of "${length}"`,
    says: `${post(`Content-Length: ${length}`)}hello`,
    answers: [400],
    refuses: ['? malformed'],
  })),
  { what: 'a length that is too large', says: post('Content-Length: 9007199254740993'), answers: [413], refuses: ['acme too-large'] },
  { what: 'a space before the colon', says: `POST ${HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello`, answers: [400], refuses: ['? malformed'] },
  { what: 'a folded header', says: post('X: a', ' Content-Length: 5'), answers: [400], refuses: ['? malformed'] },
  ...['zz', '-1', '0x5', 'fffffffffffffffffff', ' 5', ''].map((size) => ({
    what: `a chunk of "${size}"`,
    says: `${post(CHUNKED)}${size}\r\nhello\r\n0\r\n\r\n`,
    answers: [400],
    refuses: ['acme aborted'],
  })),
  { what: 'a chunk longer than it says', says: `${post(CHUNKED)}2\r\nhello\r\n0\r\n\r\n`, answers: [400], refuses: ['acme aborted'] },
  { what: 'chunks that are not the last encoding', says: post('Transfer-Encoding: chunked, gzip'), answers: [400], refuses: ['? malformed'] },
  { what: 'an encoding under the chunks', says: `${post('Transfer-Encoding: gzip, chunked', CLOSE)}0\r\n\r\n`, answers: [415], refuses: ['acme content-encoding'] },
  { what: 'a bare line feed', says: `POST ${HOOK} HTTP/1.1\nHost: x\n\n`, answers: [400], refuses: ['? malformed'] },
  { what: 'a bare carriage return', says: `POST ${HOOK} HTTP/1.1\rHost: x\r\r`, answers: [400], refuses: ['? malformed'] },
  { what: 'a NUL in the path', says: `POST ${HOOK}\0 HTTP/1.1\r\nHost: x\r\n\r\n`, answers: [400], refuses: ['? malformed'] },
  { what: 'a path of 64 KiB', says: `GET ${HOOK}/${'x'.repeat(64 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n`, answers: [431], refuses: ['? malformed'] },
  { what: 'a header of 64 KiB', says: post(`X: ${'x'.repeat(64 * 1024)}`), answers: [431], refuses: ['? malformed'] },
  { what: 'HTTP/1.1 without Host', says: `GET ${HOOK}?a=1 HTTP/1.1\r\n${CLOSE}\r\n\r\n`, answers: [400], refuses: ['? malformed'] },
  { what: 'HTTP/2, spoken in the open', says: H2_PREFACE, answers: [400], refuses: ['? malformed'] },
  { what: 'TLS', says: TLS_HELLO, answers: [400], refuses: ['? malformed'] },
  { what: 'another protocol', says: 'SSH-2.0-OpenSSH_9.2\r\n', answers: [400], refuses: ['? malformed'] },
  { what: 'no protocol', says: Buffer.alloc(1_024), answers: [400], refuses: ['? malformed'] },
  { what: 'a version of the future', says: `POST ${HOOK} HTTP/9.9\r\nHost: x\r\n\r\n`, answers: [400], refuses: ['? malformed'] },
  {
    what: 'a wrong secret that waits for 100',
    says: `POST /hooks/acme/wrong HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
    answers: [404],
    refuses: ['acme wrong-secret'],
  },
  { what: 'headers that never end', says: trickle(post('X: y'.repeat(1_000))), answers: [408], refuses: ['? malformed'] },
  { what: 'a body that never ends', says: trickle('x'.repeat(1_000), post('Content-Length: 1000')), answers: [408], refuses: ['acme aborted'] },
  { what: 'a connection on which nothing is said', says: () => {}, answers: [408], refuses: ['? malformed'] },
  { what: 'half a body from a sender that has closed its half', says: (socket) => void socket.end(`${post('Content-Length: 10')}half`), answers: [400], refuses: ['acme aborted'] },
  { what: 'half a head from a sender that has closed its half', says: (socket) => void socket.end(`POST ${HOOK}`), answers: [400], refuses: ['? malformed'] },
  { what: 'a tunnel', says: 'CONNECT other:443 HTTP/1.1\r\nHost: other\r\n\r\n', answers: [] },
]

function ALL_BYTES(): Buffer {
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
}

describe('on the wire', () => {
  it.each(KEPT)('is kept: $what', async ({ says, answers, keeps }) => {
    const said = await speakRaw(port, typeof says === 'function' ? says : (socket) => void socket.write(says))
    expect([statusesIn(said), received, refusals]).toEqual([answers, keeps, []])
  })

  it.each(REFUSED)('is refused, and the connection with it: $what', async ({ says, answers, refuses = [] }) => {
    const said = await speakRaw(port, typeof says === 'function' ? says : (socket) => void socket.write(says))
    // A body that broke off is counted when its connection is gone, which may be after the sender has seen its end.
    await until('it is counted', () => refusals.length >= refuses.length)
    expect([statusesIn(said), received, refusals]).toEqual([answers, [], refuses])
  })

  it('a delivery is answered 200 although rubbish follows it before it is durable', async () => {
    receiveMs = 100
    const said = await speakRaw(port, (socket) => void socket.write(`${post('Content-Length: 5')}hello${post('Content-Length: zz')}`))
    expect([statusesIn(said), received, refusals]).toEqual([[200, 400], ['hello'], ['? malformed']])
  })

  it('a connection more than there may be is closed, and counted', async () => {
    const { maxConnections } = server
    const open = await new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)))
    server.maxConnections = open + 1
    try {
      const said = await speakRaw(port, async (socket) => {
        await once(socket, 'connect')
        await speakRaw(port, () => {})
        socket.write(`${post('Content-Length: 5', CLOSE)}hello`)
      })
      expect([statusesIn(said), received, refusals]).toEqual([[200], ['hello'], ['? too-many-connections']])
    } finally {
      server.maxConnections = maxConnections
    }
  })

  it('a reset in the middle of a body is counted for its account', async () => {
    await speakRaw(port, async (socket) => {
      socket.write(`${post('Content-Length: 10')}half`)
      await sleep(50)
      socket.resetAndDestroy()
    })
    await until('it is counted', () => refusals.length > 0)
    expect([received, refusals]).toEqual([[], ['acme aborted']])
  })

  // Last: some of its connections are still being counted when it ends.
  it('a sender is served while hundreds of others say nothing, or never end', async () => {
    const idle = await Promise.all(
      Array.from({ length: 600 }, async (_, nth) => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        await once(socket, 'connect')
        if (nth % 3 === 1) socket.write(`POST ${HOOK} HTT`)
        if (nth % 3 === 2) socket.write(`${post('Content-Length: 1000')}half`)
        return socket
      }),
    )
    const said = await Promise.all(Array.from({ length: 50 }, (_, nth) => speakRaw(port, (socket) => void socket.write(`${post('Content-Length: 2', CLOSE)}${nth + 10}`))))
    expect(said.map(statusesIn)).toEqual(said.map(() => [200]))
    expect(received).toHaveLength(50)
    for (const socket of idle) socket.destroy()
    await until('those that broke off are counted', () => refusals.filter((refusal) => refusal === 'acme aborted').length >= 200)
  })
})
