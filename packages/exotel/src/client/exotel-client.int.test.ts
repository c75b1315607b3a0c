import type { ServerResponse } from 'node:http'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { afterEach, describe, expect, it } from 'vitest'
import { type Answering, type FakeExotel, startFakeExotel } from '../testing/fake-exotel.ts'
import { selfSignedCertificate } from '../testing/self-signed-certificate.ts'
import { virtualTime } from '../testing/virtual-time.ts'
import { formatIst } from '../words/vendor-time.ts'
import { createExotelClient, type ExotelClientOptions } from './exotel-client.ts'
import { createRequestBudget } from './request-budget.ts'
import type { Scan } from './scan.ts'

const FROM = Date.parse('2026-11-23T18:30:00Z')
const RANGE = { from: FROM, to: FROM + 5 * MINUTE }

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

/** A client and the server it talks to. Waiting costs no time; sockets and timeouts are real. */
const against = async (answering: Answering, options: Partial<ExotelClientOptions> = {}, tls?: { key: string; cert: string }) => {
  const exotel: FakeExotel = await startFakeExotel(answering, tls)
  const time = virtualTime(FROM)
  const budget = createRequestBudget({ ratePerMinute: 10_000, ...time })
  const client = createExotelClient({ account: 'acme', baseUrl: exotel.url, apiKey: 'key', apiToken: 'token', budget, ...time, random: () => 0.5, attemptsMax: 3, ...options })
  open.push(exotel, client)
  return { exotel, client, budget, ...time }
}

const json = (response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof value === 'string' ? value : JSON.stringify(value))

const aRow = (sid: string, second: number, more: Record<string, unknown> = {}) => ({
  Sid: sid,
  AccountSid: 'acme',
  DateCreated: formatIst(FROM + second * SECOND),
  DateUpdated: formatIst(FROM + (second + 60) * SECOND),
  Status: 'completed',
  ...more,
})

/** Pages that lead to each other by cursor. */
const pages =
  (...list: { readonly rows: readonly unknown[]; readonly next?: unknown }[]): Answering =>
  (request, response) => {
    const nth = Number(/After=(\d+)/.exec(request.url ?? '')?.[1] ?? 0)
    const page = list[nth] ?? { rows: [] }
    const next = 'next' in page ? page.next : nth + 1 < list.length ? `/v1/Accounts/acme/Calls.json?After=${nth + 1}` : null
    json(response, { Metadata: { Total: 9, PageSize: 2, NextPageUri: next }, Calls: page.rows })
  }

const complete = (scan: Scan) => {
  if (scan.kind !== 'complete') throw new Error(`incomplete: ${scan.reason}`)
  return scan
}
const sids = (scan: Scan) => complete(scan).rows.map((row) => row.callSid)

describe('a complete scan', () => {
  it('follows the pages to their end, and gives each row as it stood', async () => {
    const exact = `{"Sid":"b" , "AccountSid":"acme","DateCreated":"${formatIst(FROM + 2_000)}","Price":1.500}`
    const { client, exotel } = await against((request, response) =>
      request.url?.includes('After=1') === true
        ? json(response, { Metadata: { NextPageUri: '' }, Calls: [aRow('c', 3)] })
        : json(response, `{"Metadata":{"NextPageUri":"/v1/Accounts/acme/Calls.json?After=1"},"Calls":[${JSON.stringify(aRow('a', 1))},\n ${exact} ]}`),
    )
    const scan = complete(await client.scan(RANGE))
    expect(scan).toMatchObject({ pages: 2, requests: 2, duplicates: 0, startedAt: FROM, endedAt: FROM })
    expect(sids(scan)).toEqual(['a', 'b', 'c'])
    expect(Buffer.from(scan.rows[1]?.bytes ?? []).toString()).toBe(exact)
    expect(scan.rows[1]).toMatchObject({ createdAt: FROM + 2_000, facts: { source: 'poll', account: 'acme', receivedAt: FROM, values: { price: '1.5' } } })
    expect(scan.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(exotel.requests[0]).toContain('/v1/Accounts/acme/Calls.json?DateCreated=gte%3A2026-11-23+23%3A59%3A58%3Blte%3A2026-11-24+00%3A05%3A02')
    expect(exotel.authorizations).toEqual(Array(2).fill(`Basic ${Buffer.from('key:token').toString('base64')}`))
  })

  it.each([
    ['null', null],
    ['absent', undefined],
    ['empty', ''],
    ['"null"', 'null'],
  ])('ends where NextPageUri is %s', async (_, next) => {
    const { client } = await against(pages({ rows: [aRow('a', 1)], next }))
    expect(sids(await client.scan(RANGE))).toEqual(['a'])
  })

  it('ends with an empty page, which may lead back to itself', async () => {
    const { client } = await against(pages({ rows: [aRow('a', 1)] }, { rows: [], next: '/v1/Accounts/acme/Calls.json?After=1' }))
    expect(complete(await client.scan(RANGE)).pages).toBe(2)
  })

  it('looks behind an empty page that has a next one', async () => {
    const { client } = await against(pages({ rows: [aRow('a', 1)] }, { rows: [] }, { rows: [aRow('b', 2)] }))
    expect(sids(await client.scan(RANGE))).toEqual(['a', 'b'])
  })

  it('keeps only the range itself of the wider one that it asks for', async () => {
    const { client } = await against(pages({ rows: [aRow('before', -2), aRow('first', 0), aRow('last', 299), aRow('after', 300)] }))
    expect(sids(await client.scan(RANGE))).toEqual(['first', 'last'])
  })

  it('keeps the later version of a call that is listed twice', async () => {
    const { client } = await against(
      pages({ rows: [aRow('a', 1, { Price: 2, DateUpdated: formatIst(FROM + MINUTE) })] }, { rows: [aRow('a', 1, { Price: 1, DateUpdated: formatIst(FROM) }), aRow('b', 1)] }),
    )
    const scan = complete(await client.scan(RANGE))
    expect(scan).toMatchObject({ duplicates: 1 })
    expect(scan.rows.map((row) => row.facts.values.price)).toEqual(['2', undefined])
  })

  it('has the digest of its rows, not of their order or pages', async () => {
    const [one, two, three] = [
      await against(pages({ rows: [aRow('a', 1), aRow('b', 1)] })),
      await against(pages({ rows: [aRow('b', 1)] }, { rows: [aRow('a', 1)] })),
      await against(pages({ rows: [aRow('a', 1), aRow('b', 1, { Price: 1 })] })),
    ]
    const digests = [complete(await one.client.scan(RANGE)).digest, complete(await two.client.scan(RANGE)).digest, complete(await three.client.scan(RANGE)).digest]
    expect(digests[0]).toBe(digests[1])
    expect(digests[0]).not.toBe(digests[2])
  })

  it('knows how far the clocks are apart', async () => {
    const { client } = await against((_, response) => json(response, { Metadata: {}, Calls: [] }, 200, { date: new Date(FROM + 60_000).toUTCString() }))
    expect(complete(await client.scan(RANGE)).clockSkewMs).toBe(60_500)
  })
})

describe('a scan is incomplete', () => {
  it.each<readonly [string, Answering, RegExp]>([
    ['where a row lies outside what was asked for', pages({ rows: [aRow('a', 303)] }), /outside the range/],
    ['where rows are not in order', pages({ rows: [aRow('b', 5)] }, { rows: [aRow('a', 4)] }), /not in ascending order/],
    ['where a cursor comes again', pages({ rows: [aRow('a', 1)] }, { rows: [aRow('b', 2)], next: '/v1/Accounts/acme/Calls.json?After=1' }), /back to a page already read/],
    ['where the next page is on another host', pages({ rows: [aRow('a', 1)], next: 'https://evil.example/v1' }), /another host/],
    ['where a row is another account’s', pages({ rows: [aRow('a', 1, { AccountSid: 'mallory' })] }), /row 1 of page 1: AccountSid names another account than acme/],
    ['where a row has no Sid', pages({ rows: [aRow('a', 1), aRow('', 2)] }), /row 2 of page 1: Sid is missing/],
    ['where a row has no DateCreated', pages({ rows: [aRow('a', 1, { DateCreated: null })] }), /row 1 of page 1: DateCreated is missing/],
    ['where a row is not an object', pages({ rows: ['a'] }), /Calls\.0 is not as expected/],
    ['where Metadata is missing', (_, response) => json(response, { Calls: [] }), /Metadata is not as expected/],
    ['where Calls is missing', (_, response) => json(response, { Metadata: {} }), /Calls is not as expected/],
    ['where the page nests too deep', (_, response) => json(response, `{"Metadata":{},"Calls":[],"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), /nests deeper than 32/],
    [
      'where the list itself is not found',
      (_, response) => json(response, { RestException: { Status: 404, Message: 'No matching results' } }, 404),
      /the list itself was not found/,
    ],
  ])('%s', async (_, answering, reason) => {
    const { client } = await against(answering)
    const scan = await client.scan(RANGE)
    expect(scan).toMatchObject({ kind: 'incomplete', reason: expect.stringMatching(reason) })
    expect(scan).not.toHaveProperty('rows')
  })

  it('beyond its caps of pages and rows', async () => {
    const endless: Answering = (request, response) => {
      const nth = Number(/After=(\d+)/.exec(request.url ?? '')?.[1] ?? 0)
      json(response, { Metadata: { NextPageUri: `/v1/Accounts/acme/Calls.json?After=${nth + 1}` }, Calls: [aRow(`s${nth}`, nth)] })
    }
    const byPages = await against(endless, { pagesMax: 3 })
    expect(await byPages.client.scan(RANGE)).toMatchObject({ kind: 'incomplete', reason: 'there are more than 3 pages; scan a shorter range', pages: 3 })
    const byRows = await against(endless, { rowsMax: 2 })
    expect(await byRows.client.scan(RANGE)).toMatchObject({ kind: 'incomplete', reason: 'there are more than 2 rows; scan a shorter range', pages: 3 })
  })

  it('where it was stopped, even while it waits to try again', async () => {
    const { client, exotel } = await against((_, response) => json(response, '', 503), {
      sleep: (_, signal) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    })
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 50)
    expect(await client.scan(RANGE, { signal: stop.signal })).toMatchObject({ kind: 'incomplete', error: { kind: 'stopped' } })
    expect(exotel.requests).toHaveLength(1)
  })

  it('where the range is empty there is nothing to scan', async () => {
    const { client } = await against(pages())
    await expect(client.scan({ from: FROM, to: FROM })).rejects.toThrow('must not be empty')
  })
})

describe('a failed request', () => {
  const html = '<html><body>502 Bad Gateway</body></html>'
  it.each<readonly [string, Answering, { kind: string; retryable: boolean }, number]>([
    ['bad credentials', (_, r) => json(r, { RestException: { Status: 401, Message: 'Unauthorized' } }, 401), { kind: 'not-authenticated', retryable: false }, 1],
    [
      'an API that is not enabled',
      (_, r) => json(r, { RestException: { Status: 401, Message: 'This api is not enabled for your account' } }, 401),
      { kind: 'not-enabled', retryable: false },
      1,
    ],
    ['no credit', (_, r) => json(r, '', 402), { kind: 'payment-needed', retryable: false }, 1],
    ['a forbidden address', (_, r) => json(r, html, 403), { kind: 'forbidden', retryable: false }, 1],
    ['the wrong cluster', (_, r) => json(r, html, 404), { kind: 'not-found', retryable: false }, 1],
    ['a bad filter', (_, r) => json(r, { RestException: { Status: 400, Message: 'Invalid parameter' } }, 400), { kind: 'rejected', retryable: false }, 1],
    ['a redirect', (_, r) => json(r, '', 302, { location: 'http://127.0.0.1:9/' }), { kind: 'redirected', retryable: false }, 1],
    ['too many requests', (_, r) => json(r, { RestException: { Status: 429, Message: 'Rate limit exceeded' } }, 429), { kind: 'rate-limited', retryable: true }, 3],
    ['a status that only the body tells', (_, r) => json(r, { RestException: { Status: 429, Message: 'Rate limit exceeded' } }), { kind: 'rate-limited', retryable: true }, 3],
    ['a gateway’s page with 502', (_, r) => json(r, html, 502), { kind: 'server-error', retryable: true }, 3],
    ['a gateway’s page with 200', (_, r) => json(r, html), { kind: 'not-json', retryable: true }, 3],
    ['XML', (_, r) => json(r, '<?xml version="1.0"?><TwilioResponse/>'), { kind: 'not-json', retryable: true }, 3],
    ['an empty body', (_, r) => json(r, ''), { kind: 'not-json', retryable: true }, 3],
    ['JSON cut in the middle', (_, r) => json(r, '{"Metadata":{},"Calls":[{"Sid":"a"'), { kind: 'not-json', retryable: true }, 3],
    ['an encoding that was not asked for', (_, r) => json(r, '{}', 200, { 'content-encoding': 'gzip' }), { kind: 'not-json', retryable: true }, 3],
    ['a connection that breaks', (_, r) => void r.socket?.destroy(), { kind: 'not-reached', retryable: true }, 3],
    [
      'a body that stops before its length',
      (_, r) => void r.writeHead(200, { 'content-length': '1000' }).write('{"Metadata"', () => r.socket?.destroy()),
      { kind: 'not-reached', retryable: true },
      3,
    ],
    ['headers that never come', () => undefined, { kind: 'timed-out', retryable: true }, 3],
    ['a body that drips', (_, r) => void setInterval(() => r.write(' '), 20).unref(), { kind: 'timed-out', retryable: true }, 3],
    ['a body without end', (_, r) => json(r, `{"x":"${'x'.repeat(70_000)}"}`), { kind: 'too-large', retryable: false }, 1],
  ])('by %s', async (_, answering, error, requests) => {
    const { client, exotel } = await against(answering, { requestTimeoutMs: 200, bodyBytesMax: 64 * 1024 })
    const scan = await client.scan(RANGE)
    expect(scan).toMatchObject({ kind: 'incomplete', error, requests, pages: 0 })
    expect(exotel.requests).toHaveLength(requests)
    expect(await client.lookup('a')).toMatchObject({ kind: 'failed', error })
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error })
  })

  it('by a certificate that no one vouches for', async () => {
    const { client, exotel } = await against((_, response) => json(response, {}), {}, selfSignedCertificate(Date.now()))
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind: 'not-trusted', retryable: false, message: 'no whole answer: DEPTH_ZERO_SELF_SIGNED_CERT' } })
    expect(exotel.authorizations).toEqual([])
  })

  it('by a server that is not there', async () => {
    const { client, exotel } = await against(() => undefined)
    await exotel.close()
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { kind: 'not-reached', advice: expect.stringContaining('baseUrl') } })
  })

  it('says nothing of the credentials, of numbers, or of the vendor’s own words', async () => {
    const { client } = await against((_, response) => json(response, { RestException: { Status: 400, Message: 'Bad number 09000000001' } }, 400))
    const { kind, ...said } = await client.lookup('09000000002')
    expect(kind).toBe('failed')
    expect(JSON.stringify(said) + String((said as { error: Error }).error.stack)).not.toMatch(/token|0900000000|Basic/)
  })
})

describe('trying again', () => {
  it('helps where the fault passes, with a wait drawn at random', async () => {
    const { client, slept } = await against((request, response, nth) => (nth < 2 ? json(response, '', 503) : pages({ rows: [aRow('a', 1)] })(request, response, nth)))
    expect(complete(await client.scan(RANGE))).toMatchObject({ pages: 1, requests: 3 })
    expect(slept).toEqual([200, 400])
  })

  it('waits for as long as Retry-After says, in seconds or as a date', async () => {
    for (const retryAfter of ['20', new Date(FROM + 20 * SECOND).toUTCString()]) {
      const { client, clock, budget } = await against((request, response, nth) =>
        nth === 0 ? json(response, '', 429, { 'retry-after': retryAfter }) : pages({ rows: [] })(request, response, nth),
      )
      expect(complete(await client.scan(RANGE)).requests).toBe(2)
      expect(clock() - FROM).toBeGreaterThanOrEqual(20 * SECOND)
      expect(budget.snapshot().slowdowns).toBe(1)
    }
  })

  it('is left to others where Retry-After is long, and the silence is kept', async () => {
    const { client, exotel, budget } = await against((_, response) => json(response, '', 429, { 'retry-after': '600' }))
    expect(await client.scan(RANGE)).toMatchObject({ kind: 'incomplete', error: { kind: 'rate-limited', retryAfterMs: 600_000 } })
    expect(exotel.requests).toHaveLength(1)
    expect(budget.snapshot().pausedUntil).toBe(FROM + 600 * SECOND)
  })
})

describe('looking up one call', () => {
  it('gives the whole body, read with its details', async () => {
    const body = JSON.stringify({ Call: aRow('a/b', 1, { Details: { ConversationDuration: 5 } }) })
    const { client, exotel } = await against((_, response) => json(response, body))
    const found = await client.lookup('a/b')
    expect(found).toMatchObject({ kind: 'found', row: { callSid: 'a/b', facts: { source: 'lookup', values: { conversationSeconds: '5' } } } })
    expect(found.kind === 'found' && Buffer.from(found.row.bytes).toString()).toBe(body)
    expect(exotel.requests).toEqual(['/v1/Accounts/acme/Calls/a%2Fb.json?details=true'])
  })

  it.each([200, 400, 404])('knows an unknown Sid by the body, with HTTP %i', async (status) => {
    const { client } = await against((_, response) => json(response, { RestException: { Status: 404, Message: 'No matching results' } }, status))
    expect(await client.lookup('a')).toEqual({ kind: 'absent' })
  })

  it('refuses another call than the one asked for', async () => {
    const { client } = await against((_, response) => json(response, { Call: aRow('b', 1) }))
    expect(await client.lookup('a')).toMatchObject({ kind: 'failed', error: { kind: 'wrong-shape', message: 'Sid is not the one that was asked for' } })
  })
})

describe('checking an account', () => {
  it('succeeds, tells the clock skew, and keeps nothing of the answer', async () => {
    const { client } = await against((_, response) => json(response, { Account: { Sid: 'acme', AuthToken: 'not-for-us' } }, 200, { date: new Date(FROM).toUTCString() }))
    expect(await client.checkAccount()).toEqual({ kind: 'ok', clockSkewMs: 500 })
  })

  it('fails where the account is spelt otherwise', async () => {
    const { client } = await against((_, response) => json(response, { Account: { Sid: 'Acme' } }))
    expect(await client.checkAccount()).toMatchObject({ kind: 'failed', error: { message: 'Account.Sid is not acme; write the sid as Exotel does' } })
  })
})
