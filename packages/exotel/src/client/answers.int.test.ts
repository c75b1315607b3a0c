import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { against, aRow, BASIC, FROM, json, pages } from '../testing/client-against.ts'
import { type Answering, startFakeExotel } from '../testing/fake-exotel.ts'
import { selfSignedCertificate } from '../testing/self-signed-certificate.ts'
import { createExotelClient } from './exotel-client.ts'
import type { ExotelErrorKind } from './exotel-error.ts'

const RANGE = { from: FROM, to: FROM + 5 * MINUTE }

const HTML = '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>'
const refusal = (status: number, message: string) => ({ RestException: { Status: status, Message: message } })
const xmlRefusal = (status: number, message: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><TwilioResponse><RestException><Status>${status}</Status><Message>${message}</Message></RestException></TwilioResponse>`
const answers =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    json(response, value, status, headers)

/** Writes so many mebibytes of a page, as fast as they are taken. */
const endless =
  (mebibytes: number): Answering =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"Metadata":{},"Calls":[],"x":"')
    const chunk = Buffer.alloc(1_048_576, 'x')
    const more = (left: number): void => {
      if (left > 0 && !response.destroyed) response.write(chunk, () => more(left - 1))
    }
    more(mebibytes)
  }

const drip = (response: ServerResponse, text: string) => {
  const timer = setInterval(() => response.write(text), 20)
  response.on('close', () => clearInterval(timer))
}

const [AGAIN, GIVE_UP] = ['again', 'give up'] as const

/** What Exotel, or whoever answers in its place, may do to a question: what that is called, whether it is asked again, and what a person is told to do. */
const SPECIFICATION: readonly (readonly [what: string, Answering, ExotelErrorKind, typeof AGAIN | typeof GIVE_UP, advice: string])[] = [
  // Who asks
  ['401, credentials that are wrong', answers(refusal(401, 'Authentication failed'), 401), 'not-authenticated', GIVE_UP, 'apiKeyFile and apiTokenFile'],
  ['401 in XML, refused before the format was known', answers(xmlRefusal(401, 'Authentication failed'), 401), 'not-authenticated', GIVE_UP, 'apiKeyFile'],
  ['401 without a body', answers('', 401), 'not-authenticated', GIVE_UP, 'cluster (or baseUrl)'],
  ['401 that only the body tells', answers(refusal(401, 'Authentication failed')), 'not-authenticated', GIVE_UP, 'apiKeyFile'],
  ['401, an API that the account does not have', answers(refusal(401, 'This api is not enabled for your account'), 401), 'not-enabled', GIVE_UP, 'bulk call details API'],
  ['the same in XML', answers(xmlRefusal(401, 'This api is not enabled for your account'), 401), 'not-enabled', GIVE_UP, 'Ask Exotel support'],
  ['404, an account of another cluster', answers(HTML, 404), 'not-found', GIVE_UP, 'cluster (or baseUrl)'],
  ['404 with a body', answers(refusal(404, 'The requested resource was not found'), 404), 'not-found', GIVE_UP, 'account sid'],
  ['402, no credit', answers(refusal(402, 'Insufficient balance'), 402), 'payment-needed', GIVE_UP, 'plan or credit'],
  ['403, KYC', answers(refusal(403, 'Your KYC is not complete'), 403), 'kyc-incomplete', GIVE_UP, 'KYC in the Exotel dashboard'],
  ['403, an address that is not allowed', answers(refusal(403, 'IP not whitelisted'), 403), 'address-not-allowed', GIVE_UP, 'public address'],
  ['403, no reason given', answers(HTML, 403), 'forbidden', GIVE_UP, 'KYC state'],
  // What is asked
  ['400, a bad filter', answers(refusal(400, 'Invalid parameter'), 400), 'rejected', GIVE_UP, 'six months'],
  ['400 that only the body tells', answers(refusal(400, 'Invalid parameter')), 'rejected', GIVE_UP, 'report it'],
  ['409', answers(refusal(409, 'Conflict'), 409), 'rejected', GIVE_UP, 'report it'],
  // How often
  ['429', answers(refusal(429, 'Rate limit exceeded. Max 200 requests per minute.'), 429), 'rate-limited', AGAIN, 'rateShare'],
  ['429 without a body', answers('', 429), 'rate-limited', AGAIN, 'rateShare'],
  ['429 that only the body tells', answers(refusal(429, 'Rate limit exceeded')), 'rate-limited', AGAIN, 'rateShare'],
  ['429, come back in a second', answers('', 429, { 'retry-after': '1' }), 'rate-limited', AGAIN, 'rateShare'],
  ['429, come back at a date', answers('', 429, { 'retry-after': new Date(FROM + SECOND).toUTCString() }), 'rate-limited', AGAIN, 'rateShare'],
  ['429, come back in ten minutes', answers('', 429, { 'retry-after': '600' }), 'rate-limited', GIVE_UP, 'rateShare'],
  // Exotel in trouble
  ['500', answers(refusal(500, 'Internal error'), 500), 'server-error', AGAIN, 'nothing to do unless it lasts'],
  ['502 with a gateway’s page', answers(HTML, 502), 'server-error', AGAIN, 'nothing to do unless it lasts'],
  ['503, come back in a second', answers('', 503, { 'retry-after': '1' }), 'server-error', AGAIN, 'nothing to do'],
  ['500 that only the body tells', answers(refusal(500, 'Internal error')), 'server-error', AGAIN, 'nothing to do'],
  ['408', answers('', 408), 'timed-out', AGAIN, 'was slow'],
  // Not an answer
  ['200 with a web page', answers(HTML), 'html', AGAIN, 'proxies on the way'],
  ['200 with XML', answers('<?xml version="1.0"?><TwilioResponse><Calls/></TwilioResponse>'), 'xml', GIVE_UP, 'baseUrl is the address of the API itself'],
  ['200 with nothing', answers(''), 'not-json', AGAIN, 'not whole'],
  ['200 with JSON that was cut', answers('{"Metadata":{},"Calls":[{"Sid":"a"'), 'not-json', AGAIN, 'not whole'],
  ['200 with a text', answers('OK'), 'not-json', AGAIN, 'proxies on the way'],
  ['200 with a list of JSON', answers('[]'), 'not-json', AGAIN, 'proxies on the way'],
  ['200 in an encoding that was not asked for', answers('{}', 200, { 'content-encoding': 'gzip' }), 'not-json', AGAIN, 'proxies on the way'],
  ['200 that nests 100,000 deep', answers(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 'wrong-shape', GIVE_UP, 'report it'],
  ['200 with other fields', answers({ Metadata: 'none' }), 'wrong-shape', GIVE_UP, 'report it'],
  ['200 with a refusal that has no status', answers({ RestException: { Message: 'Something' } }), 'wrong-shape', GIVE_UP, 'report it'],
  ['200 with a gibibyte', endless(1_024), 'too-large', GIVE_UP, 'larger than any real one'],
  ['headers without end', (_, r) => void r.socket?.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`), 'too-large', GIVE_UP, 'larger than any real one'],
  ['something that is not HTTP', (_, r) => void r.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'), 'not-json', AGAIN, 'something other than the API'],
  ['a redirect', answers('', 302, { location: 'http://127.0.0.1:9/' }), 'redirected', GIVE_UP, 'Set baseUrl to the final address'],
  // No answer
  ['a connection that is reset', (_, r) => void r.socket?.resetAndDestroy(), 'connection-lost', AGAIN, 'firewalls'],
  ['a connection that is closed without a word', (_, r) => void r.socket?.destroy(), 'connection-lost', AGAIN, 'firewalls'],
  [
    'a body that stops before its length',
    (_, r) => void r.writeHead(200, { 'content-length': '1000' }).write('{"Me', () => r.socket?.destroy()),
    'connection-lost',
    AGAIN,
    'firewalls',
  ],
  ['headers that never come', () => undefined, 'timed-out', AGAIN, 'was slow'],
  ['a body that never ends', (_, r) => void r.writeHead(200).write('{"Metadata":'), 'timed-out', AGAIN, 'was slow'],
  ['a body that drips', (_, r) => drip(r, ' '), 'timed-out', AGAIN, 'was slow'],
]

describe.each(SPECIFICATION)('%s', (_, answering, kind, again, advice) => {
  const attemptsMax = 2
  const requests = again === AGAIN ? attemptsMax : 1

  it(`is called ${kind}: ${again}`, async () => {
    const { client, exotel, exchanges } = await against(answering, {
      attemptsMax,
      limitedAttemptsMax: attemptsMax,
      requestTimeoutMs: kind === 'timed-out' ? 250 : 10_000,
      bodyBytesMax: 1_048_576,
    })
    const scan = await client.scan(RANGE)
    expect(scan).toMatchObject({
      kind: 'incomplete',
      error: { kind, retryable: again === AGAIN || kind === 'rate-limited', advice: expect.stringContaining(advice) },
      requests,
      pages: 0,
    })
    expect(exotel.requests).toHaveLength(requests)
    if (kind === 'wrong-shape') return
    expect(exchanges.map(({ outcome }) => outcome)).toEqual(Array(requests).fill(kind))
    if (kind === 'timed-out' || kind === 'rate-limited') return
    expect(await client.lookup('a')).toMatchObject({ kind: 'failed', error: { kind } })
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind } })
  })
})

describe('an answer that is too large', () => {
  it('is cut off while it comes: memory and network stay bounded', async () => {
    let sent = 0
    const { client } = await against(
      (request, response, nth) => {
        request.socket.on('close', () => {
          sent = request.socket.bytesWritten
        })
        endless(1_024)(request, response, nth)
      },
      { attemptsMax: 1, bodyBytesMax: 4 * 1_048_576 },
    )
    const before = process.memoryUsage().rss
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind: 'too-large' } })
    await vi.waitUntil(() => sent > 0)
    expect(sent).toBeLessThan(64 * 1_048_576)
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1_048_576)
  })
})

describe('transport', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each([undefined, '0'])('refuses a certificate that no one vouches for, with NODE_TLS_REJECT_UNAUTHORIZED %s', async (setting) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', setting)
    const { client, exotel } = await against((_, response) => json(response, {}), {}, selfSignedCertificate(Date.now()))
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind: 'not-trusted', retryable: false, message: 'no whole answer: DEPTH_ZERO_SELF_SIGNED_CERT' } })
    expect(exotel.authorizations).toEqual([])
  })

  it('says so where TLS is not spoken', async () => {
    const plain = await startFakeExotel((_, response) => json(response, {}))
    const { client } = await against(() => undefined, { baseUrl: plain.url.replace('http:', 'https:') })
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind: 'not-tls', retryable: false, advice: expect.stringContaining('scheme and the port') } })
    expect(plain.requests).toEqual([])
    await plain.close()
  })

  it('says so where nobody listens', async () => {
    const { client, exotel } = await against(() => undefined)
    await exotel.close()
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind: 'not-reached', retryable: true, advice: expect.stringContaining('baseUrl') } })
  })

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%i), and shows the other host nothing', async (status) => {
    const other = await startFakeExotel((_, response) => json(response, { Account: { Sid: 'acme' } }))
    const { client } = await against((_, response) => json(response, '', status, { location: `${other.url}/v1/Accounts/acme.json` }))
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind: 'redirected' } })
    expect(other.requests).toEqual([])
    await other.close()
  })

  it('shows another host nothing where NextPageUri leads to one', async () => {
    const other = await startFakeExotel((_, response) => json(response, { Metadata: {}, Calls: [] }))
    const { client } = await against(pages({ rows: [aRow('a', 1)], next: `${other.url}/v1/Accounts/acme/Calls.json?After=1` }))
    expect(await client.scan(RANGE)).toMatchObject({ kind: 'incomplete', reason: 'NextPageUri leads to another host' })
    expect(other.requests).toEqual([])
    await other.close()
  })

  it.each([
    ['credentials', 'https://the-key:the-token@api.exotel.com', 'must not hold credentials'],
    ['a query', 'https://api.exotel.com?x=the-token', 'must not have a query'],
    ['another scheme', 'ftp://the-token.example', 'must be an http or https address'],
    ['no address', 'the-token', 'must be an http or https address'],
  ])('refuses a base URL with %s, without repeating it', async (_, baseUrl, reason) => {
    const { budget, clock } = await against(() => undefined)
    const create = () => createExotelClient({ account: 'acme', baseUrl, apiKey: 'the-key', apiToken: 'the-token', budget, clock })
    expect(create).toThrow(reason)
    expect(create).not.toThrow('the-token')
  })

  it.each<readonly [string, Answering]>([
    ['a refusal that quotes a number', answers(refusal(400, 'Bad number 09000000001 for the-token'), 400)],
    ['a broken connection', (_, response) => void response.socket?.destroy()],
    ['a time-out', () => undefined],
    ['damaged JSON that quotes a number', answers('{"From":"09000000001","Token":"the-token"')],
    ['something that is not HTTP', (_, response) => void response.socket?.end('the-token 09000000001\r\n')],
  ])('an error says nothing of credentials, numbers or the vendor’s own words: %s', async (_, answering) => {
    const { client } = await against(answering, { attemptsMax: 1, requestTimeoutMs: 100 })
    const found = await client.lookup('09000000002')
    if (found.kind !== 'failed') throw new Error(found.kind)
    expect(found.error.cause).toBeUndefined()
    const everything = inspect(found.error, { depth: null, showHidden: true }) + JSON.stringify(found.error) + found.error.stack
    expect(everything).not.toMatch(/the-token|the-key|0900000000/)
    expect(everything).not.toContain(BASIC.slice(6))
  })
})

describe('trying again', () => {
  it('helps where the fault passes, with a wait drawn at random', async () => {
    const { client, slept } = await against((request, response, nth) => (nth < 2 ? json(response, '', 503) : pages({ rows: [aRow('a', 1)] })(request, response, nth)))
    expect(await client.scan(RANGE)).toMatchObject({ kind: 'complete', pages: 1, requests: 3 })
    expect(slept).toEqual([200, 400])
  })

  it.each([
    ['in seconds', '20', {}],
    ['in fractions of them', '19.5', {}],
    ['as a date', new Date(FROM + 20 * SECOND).toUTCString(), { date: new Date(FROM).toUTCString() }],
    ['as a date, though our clock is two hours ahead of theirs', new Date(FROM - 120 * MINUTE + 20 * SECOND).toUTCString(), { date: new Date(FROM - 120 * MINUTE).toUTCString() }],
  ])('waits for as long as Retry-After says, %s', async (_, retryAfter, headers) => {
    const { client, clock, budget } = await against((request, response, nth) =>
      nth === 0 ? json(response, '', 429, { 'retry-after': retryAfter, ...headers }) : pages({ rows: [] })(request, response, nth),
    )
    expect(await client.scan(RANGE)).toMatchObject({ kind: 'complete', requests: 2 })
    expect(clock() - FROM).toBeGreaterThanOrEqual(19.5 * SECOND)
    expect(clock() - FROM).toBeLessThan(30 * SECOND)
    expect(budget.snapshot().slowdowns).toBe(1)
  })

  it('is silent after a 503 that says for how long, too', async () => {
    const { client, clock, budget } = await against((request, response, nth) =>
      nth === 0 ? json(response, '', 503, { 'retry-after': '20' }) : pages({ rows: [] })(request, response, nth),
    )
    expect(await client.scan(RANGE)).toMatchObject({ kind: 'complete', requests: 2 })
    expect(clock() - FROM).toBeGreaterThanOrEqual(20 * SECOND)
    expect(budget.snapshot().slowdowns).toBe(1)
  })

  it('outlasts a limit by the minute that does not say for how long, beyond the attempts that other failures have', async () => {
    const { client, clock } = await against((request, response, nth) => (clock() < FROM + MINUTE ? json(response, '', 429) : pages({ rows: [] })(request, response, nth)), {
      attemptsMax: 3,
    })
    expect(await client.scan(RANGE)).toMatchObject({ kind: 'complete', requests: 5 })
  })

  it('is left to others where Retry-After is long; nobody is kept waiting, and nothing is sent until it is over', async () => {
    const { client, exotel, budget, move } = await against((_, response, nth) =>
      nth === 0 ? json(response, '', 429, { 'retry-after': '600' }) : json(response, { Account: { Sid: 'acme' } }),
    )
    expect(await client.scan(RANGE)).toMatchObject({ kind: 'incomplete', error: { kind: 'rate-limited', retryAfterMs: 600_000 } })
    expect(budget.snapshot().pausedForMs).toBe(600 * SECOND)
    move(100 * SECOND)
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind: 'rate-limited', retryAfterMs: 500_000 } })
    expect(exotel.requests).toHaveLength(1)
    move(500 * SECOND)
    expect(await client.checkAccount()).toMatchObject({ kind: 'ok' })
  })
})

describe('while Exotel fails', () => {
  it('is left alone after ten failures in a row, asked once in a while, and believed again when it answers', async () => {
    let up = false
    const { client, exotel, move } = await against((_, response) => (up ? json(response, { Account: { Sid: 'acme' } }) : json(response, '', 503)), { attemptsMax: 5 })
    const ask = () => client.checkAccount()
    await ask()
    expect(client.breaker()).toMatchObject({ state: 'closed', failuresInARow: 5 })
    await ask()
    expect(exotel.requests).toHaveLength(10)
    expect(client.breaker()).toMatchObject({ state: 'open', openings: 1 })

    expect(await ask()).toMatchObject({
      kind: 'failed',
      error: { kind: 'unavailable', retryable: true, message: '10 requests in a row failed (the last: server-error), so Exotel is left alone for now' },
    })
    expect(exotel.requests).toHaveLength(10)
    move(5 * SECOND)
    expect(client.breaker().state).toBe('half-open')
    expect(await Promise.all([ask(), ask()])).toMatchObject([{ error: { kind: 'unavailable' } }, { error: { kind: 'unavailable' } }])
    expect(exotel.requests).toHaveLength(11)

    up = true
    expect(await ask()).toMatchObject({ kind: 'failed', error: { kind: 'unavailable' } })
    move(MINUTE)
    expect(await ask()).toMatchObject({ kind: 'ok' })
    expect(client.breaker()).toEqual({ state: 'closed', failuresInARow: 0, openings: 2, openForMs: 0 })
  })

  it('is not left alone because it refuses a question, or asks us to slow down', async () => {
    const { client, exotel } = await against((_, response, nth) => (nth % 2 === 0 ? json(response, refusal(401, 'no'), 401) : json(response, '', 429)), {
      attemptsMax: 1,
      limitedAttemptsMax: 1,
    })
    for (let nth = 0; nth < 30; nth += 1) await client.checkAccount()
    expect(exotel.requests).toHaveLength(30)
    expect(client.breaker().state).toBe('closed')
  })

  it('a probe that was stopped makes room for the next one', async () => {
    let hangs = false
    const { client, exotel, move } = await against((_, response) => (hangs ? undefined : json(response, '', 503)), { attemptsMax: 10 })
    await client.checkAccount()
    expect(client.breaker().state).toBe('open')
    hangs = true
    move(MINUTE)
    const stop = new AbortController()
    const probe = client.checkAccount({ signal: stop.signal })
    await vi.waitUntil(() => exotel.requests.length === 11)
    stop.abort()
    expect(await probe).toMatchObject({ error: { kind: 'stopped' } })
    hangs = false
    await client.checkAccount()
    expect(exotel.requests).toHaveLength(12)
  })
})
