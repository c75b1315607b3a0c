import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { MINUTE } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { against, aRow, BASIC, FROM, json, pages } from '../testing/client-against.ts'
import { type Answering, startFakeExotel } from '../testing/fake-exotel.ts'
import { formatVendorTime } from '../words/vendor-time.ts'
import { ccmUrlOf } from './base-url.ts'
import type { Scan } from './scan.ts'

const RANGE = { from: FROM, to: FROM + 5 * MINUTE }

const complete = (scan: Scan) => {
  if (scan.kind !== 'complete') throw new Error(`incomplete: ${scan.reason}`)
  return scan
}
const sids = (scan: Scan) => complete(scan).rows.map((row) => row.callSid)

describe('a complete scan', () => {
  it('follows the pages to their end, and gives each row as it stood', async () => {
    const exact = `{"Sid":"b" , "AccountSid":"acme","DateCreated":"${formatVendorTime(FROM + 2_000, INDIA_UTC_OFFSET_MINUTES)}","Price":1.500}`
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
    expect(exotel.authorizations).toEqual([BASIC, BASIC])
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
      pages(
        { rows: [aRow('a', 1, { Price: 2, DateUpdated: formatVendorTime(FROM + MINUTE, INDIA_UTC_OFFSET_MINUTES) })] },
        { rows: [aRow('a', 1, { Price: 1, DateUpdated: formatVendorTime(FROM, INDIA_UTC_OFFSET_MINUTES) }), aRow('b', 1)] },
      ),
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

  it('hands out each page before the next one is asked for, with the rows of the range alone', async () => {
    const { client, exotel } = await against(pages({ rows: [aRow('before', -2), aRow('a', 0)] }, { rows: [aRow('b', 2), aRow('after', 300)] }))
    const handed: { readonly sids: string[]; readonly asked: number }[] = []
    const scan = await client.scan(RANGE, {
      onPage: async (rows) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        handed.push({ sids: rows.map((row) => row.callSid), asked: exotel.requests.length })
      },
    })
    expect(scan.kind).toBe('complete')
    expect(handed).toEqual([
      { sids: ['a'], asked: 1 },
      { sids: ['b'], asked: 2 },
    ])
  })

  it('keeps a page back that does not follow the one before it, and lets through what its taker throws', async () => {
    const { client } = await against(pages({ rows: [aRow('b', 2)] }, { rows: [aRow('a', 1)] }))
    const handed: string[] = []
    expect(await client.scan(RANGE, { onPage: async (rows) => void handed.push(...rows.map((row) => row.callSid)) })).toMatchObject({ kind: 'incomplete' })
    expect(handed).toEqual(['b'])
    await expect(client.scan(RANGE, { onPage: () => Promise.reject(new Error('the log is full')) })).rejects.toThrow('the log is full')
  })

  it('knows how far the clocks are apart', async () => {
    const { client } = await against((_, response) => json(response, { Metadata: {}, Calls: [] }, 200, { date: new Date(FROM + 60_000).toUTCString() }))
    expect(complete(await client.scan(RANGE)).clockSkewMs).toBe(60_500)
  })
})

describe('a scan is incomplete', () => {
  it.each<readonly [string, Answering, RegExp]>([
    ['where a row lies after what was asked for', pages({ rows: [aRow('a', 303)] }), /outside the range/],
    ['where a row lies before what was asked for', pages({ rows: [aRow('a', -3)] }), /outside the range/],
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

describe('looking up one call', () => {
  it('gives the whole body, read with its details', async () => {
    const body = JSON.stringify({ Call: aRow('a/b', 1, { Duration: 7, Details: { ConversationDuration: 5 } }) })
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

describe('a call that v1 does not know', () => {
  const unknown = { RestException: { Status: 404, Message: 'No matching results' } }
  const V3 = {
    request_id: 'r',
    method: 'GET',
    http_code: 200,
    response: {
      code: 200,
      status: 'success',
      call_details: { sid: 'v3-call', direction: 'outbound', state: 'terminal', status: 'completed', created_time: '2026-11-24 00:00:05+05:30', total_talk_time: 59 },
    },
  }
  const asking = async (v3: Answering, callSid = 'v3-call') => {
    const ccm = await startFakeExotel(v3)
    const { client, exotel } = await against((_, response) => json(response, unknown, 404), { ccmUrl: ccm.url, requestTimeoutMs: 300 })
    const found = await client.lookup(callSid)
    await ccm.close()
    return { found, exotel, ccm, client }
  }

  it('is asked of v3, with the same credentials', async () => {
    const { found, ccm } = await asking((_, response) => json(response, V3))
    expect(found).toMatchObject({
      kind: 'found',
      row: { callSid: 'v3-call', createdAt: FROM + 5_000, facts: { source: 'lookup', values: { conversationSeconds: '59', status: 'completed' } } },
    })
    expect(found.kind === 'found' && Buffer.from(found.row.bytes).toString()).toBe(JSON.stringify(V3))
    expect(ccm.requests).toEqual(['/v3/accounts/acme/calls/v3-call'])
    expect(ccm.authorizations).toEqual([BASIC])
  })

  it.each<[string, Answering]>([
    ['does not know it either', (_, response) => json(response, { http_code: 404, response: { code: 404 } }, 404)],
    ['does not know the account', (_, response) => json(response, {}, 401)],
    ['is not for this account', (_, response) => json(response, {}, 403)],
  ])('is absent where v3 %s', async (_, v3) => expect((await asking(v3)).found).toEqual({ kind: 'absent' }))

  it('is not absent where v3 may know it but cannot say so now, which says nothing of v1', async () => {
    const { found, client } = await asking((_, response) => json(response, '', 503))
    expect(found).toMatchObject({ kind: 'failed', error: { kind: 'server-error' } })
    expect(client.breaker()).toMatchObject({ state: 'closed', failuresInARow: 0 })
  })

  it('is never taken for another', async () =>
    expect((await asking((_, response) => json(response, V3), 'another')).found).toMatchObject({ kind: 'failed', error: { message: 'Sid is not the one that was asked for' } }))

  it.each([
    ['https://api.in.exotel.com', 'https://ccm-api.in.exotel.com'],
    ['https://api.exotel.com', 'https://ccm-api.exotel.com'],
    ['http://api.exotel.com', null],
    ['https://api.exotel.in', null],
    ['https://proxy.example/exotel', null],
  ])('is asked of the same cluster’s v3 alone: %s → %s', (baseUrl, ccmUrl) => expect(ccmUrlOf(baseUrl)).toBe(ccmUrl))
})

describe('checking the list', () => {
  it('succeeds with an empty one, for one row', async () => {
    const { client, exotel } = await against(pages({ rows: [] }))
    expect(await client.checkList(RANGE)).toEqual({ kind: 'ok', total: 9 })
    expect(exotel.requests).toEqual([expect.stringMatching(/^\/v1\/Accounts\/acme\/Calls\.json\?DateCreated=.*&PageSize=1$/)])
  })

  it('fails where the account may not list calls', async () => {
    const { client } = await against((_, response) => json(response, { RestException: { Status: 401, Message: 'This api is not enabled for your account' } }, 401))
    expect(await client.checkList(RANGE)).toMatchObject({ kind: 'failed', error: { kind: 'not-enabled' } })
  })
})

describe('the account’s numbers', () => {
  it('are listed', async () => {
    const { client, exotel } = await against((_, response) =>
      json(response, { IncomingPhoneNumbers: [{ IncomingPhoneNumber: { Sid: 'e1', PhoneNumber: '08000000000' } }, { IncomingPhoneNumber: { PhoneNumber: '08000000001' } }] }),
    )
    expect(await client.exoPhones()).toEqual({
      kind: 'ok',
      exoPhones: [
        { sid: 'e1', phoneNumber: '08000000000' },
        { sid: null, phoneNumber: '08000000001' },
      ],
    })
    expect(exotel.requests).toEqual(['/v1/Accounts/acme/IncomingPhoneNumbers.json'])
  })

  it('are refused in another shape', async () => {
    const { client } = await against((_, response) => json(response, { IncomingPhoneNumbers: [{ PhoneNumber: '08000000000' }] }))
    expect(await client.exoPhones()).toMatchObject({
      kind: 'failed',
      error: { kind: 'wrong-shape', message: 'IncomingPhoneNumbers.0.IncomingPhoneNumber is not as expected' },
    })
  })

  const connectivity = { incoming_call: { status: 'major_outage', last_check_time: '2018-08-22T15:18:50Z' }, outgoing_call: { status: 'active' } }
  it.each([
    ['at the top', { sid: 'e1', connectivity }],
    ['in a response', { http_code: 200, response: { sid: 'e1', connectivity } }],
    ['in a response’s data', { response: { data: { connectivity } } }],
  ])('have a health, %s', async (_, body) => {
    const { client, exotel } = await against((_request, response) => json(response, body))
    expect(await client.exoPhoneHealth('e1')).toEqual({ kind: 'ok', health: { incoming: 'major-outage', outgoing: 'active' } })
    expect(exotel.requests).toEqual(['/v2/accounts/acme/incoming-phone-numbers/e1'])
  })

  it('have an unknown health in a word that is new, and none without one', async () => {
    const { client } = await against((_, response, nth) => json(response, nth === 0 ? { connectivity: { ...connectivity, outgoing_call: { status: 'resting' } } } : { sid: 'e1' }))
    expect(await client.exoPhoneHealth('e1')).toMatchObject({ health: { outgoing: 'unknown' } })
    expect(await client.exoPhoneHealth('e1')).toMatchObject({ kind: 'failed', error: { kind: 'wrong-shape', message: 'connectivity is missing' } })
  })
})
