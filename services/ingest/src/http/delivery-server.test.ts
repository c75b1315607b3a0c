import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { closeServer } from './close-server.ts'
import { BODY_BYTES_MAX } from './decide-delivery.ts'
import { createDeliveryServer, type Outcome } from './delivery-server.ts'
import { createFailureLimit, SOURCE_FAILURES_MAX } from './failure-limit.ts'
import { createGate } from './gate.ts'
import { createLoadBound } from './load-bound.ts'
import { createNetworks } from './networks.ts'

const SECRET = 'Aa0123456789_0123456789-0123456789'
const HOOK = `/hooks/acme/${SECRET}`
/** Worked on at once. */
const DELIVERIES_MAX = 3
let received: { method: string; surface: string | null; query: string | null; contentType: string | null; body: Buffer }[]
let refusals: [string | null, string][]
let probes: string[]
let passthruAnswer: 200 | 302
let outcome: Outcome | Promise<Outcome>
let draining: boolean
let server: Server
let base: string

beforeEach(async () => {
  received = []
  refusals = []
  probes = []
  passthruAnswer = 200
  outcome = { kind: 'kept', durability: 'log', surface: 'status-callback' }
  draining = false
  server = createDeliveryServer({
    gate: () => createGate([{ sid: 'acme', webhookSecrets: [SECRET], passthruAnswer, utcOffsetMinutes: 330 }]),
    failures: createFailureLimit(() => 0),
    load: createLoadBound(DELIVERIES_MAX),
    trustedProxies: createNetworks(['127.0.0.0/8']),
    ready: () => (draining ? { ready: false, reason: 'stopping' } : { ready: true }),
    receive: async ({ surface, query }, method, contentType, body) => {
      received.push({ method, surface, query, contentType, body })
      return outcome
    },
    refused: (account, reason) => refusals.push([account, reason]),
    probed: (account) => probes.push(account),
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

describe('a delivery beyond what is worked on at once', () => {
  it('is refused with 503 before anything is done with it, and its sender told when to come again', async () => {
    let finish = (_: Outcome): void => {}
    outcome = new Promise((resolve) => {
      finish = resolve
    })
    const inWork = Array.from({ length: DELIVERIES_MAX }, () => send(HOOK, { method: 'POST', body: 'x' }))
    await vi.waitUntil(() => received.length === DELIVERIES_MAX)
    const refused = await send(HOOK, { method: 'POST', body: 'x' })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect([received.length, refusals]).toEqual([DELIVERIES_MAX, [['acme', 'too-busy']]])
    finish({ kind: 'kept', durability: 'log', surface: 'status-callback' })
    expect((await Promise.all(inWork)).map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await send(HOOK, { method: 'POST', body: 'x' })).status).toBe(200)
  })

  it('does not keep its place when its sender goes away or sends too much', async () => {
    for (let round = 0; round < DELIVERIES_MAX + 1; round += 1) {
      await raw((socket) => void socket.end(`POST ${HOOK} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nless`))
      expect((await send(HOOK, { method: 'POST', body: Buffer.alloc(BODY_BYTES_MAX + 1) })).status).toBe(413)
    }
    expect((await send(HOOK, { method: 'POST', body: 'x' })).status).toBe(200)
  })
})

describe('a delivery that is kept', () => {
  it('is handed on byte for byte, and answered 200 with where it is durable', async () => {
    const body = Buffer.from([0, 255, 10, 13, 128, 1])
    const answer = await send(`${HOOK}/passthru?a=1`, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } })
    expect([answer.status, answer.headers.get('x-durability'), await answer.text()]).toEqual([200, 'log', ''])
    expect(received).toEqual([{ method: 'POST', surface: 'passthru', query: 'a=1', contentType: 'application/octet-stream', body }])
  })

  it('says so when only the spool has it', async () => {
    outcome = { kind: 'kept', durability: 'spool', surface: 'sms' }
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

  it('is 429 and cut off when its secret was wrong too often, while a live secret is let in from the same address', async () => {
    for (let count = 0; count < SOURCE_FAILURES_MAX; count++) expect((await send('/hooks/acme/wrong')).status).toBe(404)
    for (const path of ['/hooks/acme/wrong', '/hooks/nobody/wrong']) {
      const said = await raw((socket) => void socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`))
      expect(said).toMatch(/^HTTP\/1\.1 429 [\s\S]*retry-after: 60\r\n[\s\S]*Connection: close/)
    }
    expect(refusals.slice(-2)).toEqual([
      ['acme', 'rate-limited'],
      [null, 'rate-limited'],
    ])
    expect((await send(HOOK, { method: 'POST', body: 'x' })).status).toBe(200)
    expect((await send('/hooks/acme/wrong', { headers: { 'x-forwarded-for': '198.51.100.7' } })).status).toBe(404)
  })
})

describe('a probe', () => {
  it.each([
    ['GET', ''],
    ['HEAD', ''],
    ['GET', '/status-callback'],
    ['HEAD', '/passthru?'],
  ])('%s without parameters is answered 200, counted and not kept', async (method, rest) => {
    passthruAnswer = 302
    expect((await send(HOOK + rest, { method })).status).toBe(200)
    expect([received, probes]).toEqual([[], ['acme']])
  })

  it('with a wrong secret is 404', async () => {
    expect((await send('/hooks/acme/wrong')).status).toBe(404)
    expect(probes).toEqual([])
  })
})

describe('a Passthru', () => {
  it.each([200, 302] as const)('that is kept is answered %i where the account says so, and nothing else is', async (status) => {
    passthruAnswer = status
    outcome = { kind: 'kept', durability: 'log', surface: 'passthru' }
    expect((await send(`${HOOK}/passthru?CallSid=1`, { redirect: 'manual' })).status).toBe(status)
    outcome = { kind: 'kept', durability: 'log', surface: 'popup' }
    expect((await send(`${HOOK}/popup?CallSid=1`, { redirect: 'manual' })).status).toBe(200)
    outcome = { kind: 'refused', reason: 'spool-full' }
    expect((await send(`${HOOK}/passthru?CallSid=1`, { redirect: 'manual' })).status).toBe(503)
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
    release({ kind: 'kept', durability: 'log', surface: 'sms' })
    expect((await answer).status).toBe(200)
    await closed
    await expect(send('/livez')).rejects.toThrow()
  })
})
