import { describe, expect, it } from 'vitest'
import { createCallBook } from '../calls/call-book.ts'
import type { LedgerCall } from '../calls/ledger-call.ts'
import { planCall } from '../calls/plan-call.ts'
import { istText } from '../ist-text.ts'
import { TrafficPlan } from '../traffic-plan.ts'
import { WebhookFaults } from '../webhook-faults.ts'
import { answerRequest } from './answer-request.ts'
import type { ApiFault } from './api-faults.ts'
import { ApiProfile } from './api-profile.ts'
import type { ApiState } from './api-state.ts'
import { createRateLimit } from './rate-window.ts'

const START = Date.UTC(2026, 10, 24, 3)
const SECOND = 1_000
const DAY = 86_400 * SECOND
const ACCOUNT = { sid: 'acme', apiKey: 'key', apiToken: 'token' }
const BASIC = `Basic ${Buffer.from('key:token').toString('base64')}`

interface Shape {
  calls?: number
  everyMs?: number
  traffic?: object
  profile?: object
  perMinute?: number
  utcOffsetMinutes?: number
}

/** An account with calls begun every so often from START on; each lasts at most a minute unless told. */
const apiOf = ({ calls = 0, everyMs = SECOND, traffic = {}, profile = {}, perMinute = 0, utcOffsetMinutes = 330 }: Shape = {}) => {
  const world = {
    seed: 5,
    account: 'acme',
    utcOffsetMinutes,
    faults: WebhookFaults.parse({}),
    traffic: TrafficPlan.parse({
      callSeconds: { mean: 20, max: 60 },
      listLagSeconds: { min: 0, max: 0 },
      finalisationLagSeconds: { min: 0, max: 0 },
      recordingLagSeconds: { min: 0, max: 0 },
      ...traffic,
    }),
  }
  const book = createCallBook(1_000_000)
  for (let seq = 0; seq < calls; seq++) book.add(planCall(world, seq, START + seq * everyMs))
  const { rateWindow, rateBuckets, ...rest } = ApiProfile.parse(profile)
  const state: ApiState = {
    account: ACCOUNT,
    utcOffsetMinutes,
    book,
    profile: { rateWindow, rateBuckets, ...rest },
    rate: createRateLimit({ perMinute, window: rateWindow, buckets: rateBuckets }),
    connect: () => null,
    sms: () => undefined,
    heartbeat: () => undefined,
  }
  const ask = (url: string, { now = START + DAY, authorization = BASIC, receivedAt = 0, method = 'GET', fault = null as ApiFault | null } = {}) => {
    const answer = answerRequest(state, { method, url, authorization, form: new URLSearchParams(), now, receivedAt, fault })
    return { ...answer, json: () => JSON.parse(answer.body) }
  }
  const list = (parameters: Record<string, string>, now?: number) => ask(`/v1/Accounts/acme/Calls.json?${new URLSearchParams(parameters)}`, now === undefined ? {} : { now })
  const sids = (parameters: Record<string, string>, now?: number): string[] =>
    list(parameters, now)
      .json()
      .Calls.map((row: { Sid: string }) => row.Sid)
  return { all: book.all(), ask, list, sids }
}
const sidsOf = (calls: readonly LedgerCall[]) => calls.map(({ callSid }) => callSid)
const between = (from: number, to: number) => `gte:${istText(from)};lte:${istText(to)}`

describe('who may ask', () => {
  const { ask } = apiOf({ calls: 1 })
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  it.each([
    { title: 'the right key', authorization: BASIC, url: '/v1/Accounts/acme.json', status: 200 },
    { title: 'no credentials', authorization: '', url: '/v1/Accounts/acme.json', status: 401 },
    { title: 'a wrong token', authorization: basic('key:wrong'), url: '/v1/Accounts/acme.json', status: 401 },
    { title: 'the token as another key', authorization: basic('token:key'), url: '/v1/Accounts/acme/Calls.json', status: 401 },
    { title: 'another account', authorization: BASIC, url: '/v1/Accounts/other/Calls.json', status: 404 },
    { title: 'another path', authorization: BASIC, url: '/v1/Accounts/acme/Texts.json', status: 404 },
  ])('$title: $status', ({ authorization, url, status }) => {
    const answer = ask(url, { authorization })
    expect(answer.status).toBe(status)
    if (status !== 200) expect(answer.json().RestException.Status).toBe(status)
  })
})

describe('the list', () => {
  it('takes both ends of DateCreated as IST and inclusive', () => {
    const { all, sids } = apiOf({ calls: 60 })
    const at = (second: number) => START + second * SECOND
    expect(sids({ DateCreated: between(at(10), at(12)), SortBy: 'DateCreated:asc' })).toEqual(sidsOf(all.slice(10, 13)))
    expect(sids({ DateCreated: between(at(10), at(10)) })).toEqual(sidsOf(all.slice(10, 11)))
    expect(sids({ DateCreated: between(at(60), at(90)) })).toEqual([])
    expect(sids({ DateCreated: `gte:${istText(at(57))}`, SortBy: 'DateCreated:asc' })).toEqual(sidsOf(all.slice(57)))
    expect(sids({ DateCreated: `lte:${istText(at(2))}`, SortBy: 'DateCreated:asc' })).toEqual(sidsOf(all.slice(0, 3)))
  })

  it('reads UTC text as IST, five and a half hours off', () => {
    const { sids } = apiOf({ calls: 10 })
    const utc = (at: number) => istText(at - 330 * 60_000)
    expect(sids({ DateCreated: `gte:${utc(START)};lte:${utc(START + 10 * SECOND)}` })).toEqual([])
  })

  it('is newest first, 50 rows a page, unless asked otherwise', () => {
    const { all, list, sids } = apiOf({ calls: 120 })
    expect(sids({})).toEqual(sidsOf([...all].reverse().slice(0, 50)))
    expect(list({}).json().Metadata).toMatchObject({ Total: 120, PageSize: 50 })
  })

  it.each([
    { order: 'asc', pageSize: 7 },
    { order: 'desc', pageSize: 7 },
    { order: 'asc', pageSize: 10 },
    { order: 'desc', pageSize: 100 },
  ])('walked by NextPageUri ($order, $pageSize a page) gives each call once and ends with an empty page', ({ order, pageSize }) => {
    const { all, ask, list } = apiOf({ calls: 100 })
    const seen: string[] = []
    const sizes: number[] = []
    let page = list({ DateCreated: between(START, START + 100 * SECOND), SortBy: `DateCreated:${order}`, PageSize: String(pageSize) }).json()
    for (;;) {
      sizes.push(page.Calls.length)
      seen.push(...page.Calls.map((row: { Sid: string }) => row.Sid))
      if (page.Metadata.NextPageUri === null) break
      expect(page.Metadata.NextPageUri).toMatch(/^\/v1\/Accounts\/acme\/Calls\.json\?/)
      page = ask(page.Metadata.NextPageUri).json()
    }
    expect(seen).toEqual(sidsOf(order === 'asc' ? all : [...all].reverse()))
    expect(sizes.at(-1)).toBe(0)
    expect(sizes.slice(0, -1).every((size) => size > 0)).toBe(true)
  })

  it('goes back by PrevPageUri to the page before', () => {
    const { ask, list } = apiOf({ calls: 30 })
    for (const SortBy of ['DateCreated:asc', 'DateCreated:desc']) {
      const first = list({ SortBy, PageSize: '10' }).json()
      const second = ask(first.Metadata.NextPageUri).json()
      expect(first.Metadata.PrevPageUri).toBeNull()
      expect(ask(second.Metadata.PrevPageUri).json().Calls).toEqual(first.Calls)
    }
  })

  it.each([
    { noNextPage: 'null', expected: { NextPageUri: null } },
    { noNextPage: 'empty', expected: { NextPageUri: '' } },
  ])('says that there is no next page by $noNextPage', ({ noNextPage, expected }) => {
    expect(apiOf({ profile: { noNextPage } }).list({}).json().Metadata).toMatchObject(expected)
  })

  it('says that there is no next page by leaving the key out', () => {
    expect(
      apiOf({ profile: { noNextPage: 'missing' } })
        .list({})
        .json().Metadata,
    ).not.toHaveProperty('NextPageUri')
  })

  it('hides running calls and those that ended less than the list lag ago', () => {
    const { all, sids } = apiOf({ calls: 100, traffic: { listLagSeconds: { min: 5, max: 30 } } })
    for (let second = 0; second < 200; second += 3) {
      const now = START + second * SECOND
      const shown = new Set(sids({ PageSize: '100' }, now))
      for (const { callSid, visible } of all) expect(shown.has(callSid)).toBe(now >= (visible.listedFrom ?? Number.POSITIVE_INFINITY))
    }
  })

  it('a call that ends late comes up in the window of its creation', () => {
    const { all, sids } = apiOf({ calls: 40 })
    const window = { DateCreated: between(START, START + 5 * SECOND) }
    const [long] = all.slice(0, 6).filter(({ truth }) => truth.endedAt > START + 10 * SECOND)
    expect(sids(window, START + 8 * SECOND)).not.toContain(long?.callSid)
    expect(sids(window, START + 120 * SECOND)).toContain(long?.callSid)
  })

  it.each<{ filter: Record<string, string>; keeps: (call: LedgerCall) => boolean }>([
    { filter: { Direction: 'inbound' }, keeps: ({ truth }) => truth.direction === 'inbound' },
    { filter: { Direction: 'outbound-dial,outbound-api' }, keeps: ({ truth }) => truth.direction !== 'inbound' },
    { filter: { Status: 'failed,no-answer,busy,canceled' }, keeps: ({ truth }) => truth.status !== 'completed' },
    { filter: { Duration: 'gte:10s;lte:30s' }, keeps: ({ truth }) => truth.durationSeconds >= 10 && truth.durationSeconds <= 30 },
    { filter: { Duration: 'gte:10' }, keeps: ({ truth }) => truth.durationSeconds >= 10 },
    { filter: { Price: 'eq:0.45' }, keeps: ({ truth }) => truth.price === '0.45' },
    { filter: { PhoneNumber: '+919000009003' }, keeps: ({ truth }) => truth.exophone === '09000009003' },
    { filter: { Duration: 'gte:5s', Direction: 'inbound' }, keeps: ({ truth }) => truth.durationSeconds >= 5 && truth.direction === 'inbound' },
  ])('filters by $filter', ({ filter, keeps }) => {
    const { all, list, sids } = apiOf({ calls: 100 })
    const kept = sidsOf(all.filter(keeps))
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThan(100)
    expect(sids({ ...filter, SortBy: 'DateCreated:asc', PageSize: '100' })).toEqual(kept)
    expect(list(filter).json().Metadata.Total).toBe(kept.length)
  })

  it('filters by up to 100 sids', () => {
    const { all, list, sids } = apiOf({ calls: 20 })
    const [one, other] = sidsOf([all[3], all[17]] as LedgerCall[])
    expect(sids({ Sid: `${one},${other},unknown`, SortBy: 'DateCreated:asc' })).toEqual([one, other])
    expect(list({ Sid: new Array(101).fill('x').join(',') }).status).toBe(400)
  })

  it('matches no Duration while the row shows none', () => {
    const { all, sids } = apiOf({ calls: 30, traffic: { finalisationLagSeconds: { min: 300, max: 300 } } })
    expect(sids({}, START + 100 * SECOND).length).toBe(30)
    expect(sids({ Duration: 'gte:0s' }, START + 100 * SECOND)).toEqual([])
    expect(sids({ Duration: 'gte:0s' }, START + 500 * SECOND).length).toBe(all.length)
  })

  it.each<Record<string, string>>([
    { StartTime: 'gte:2026-11-24 00:00:00' },
    { DateUpdated: 'gte:2026-11-24 00:00:00' },
    { Direction: 'incoming' },
    { Status: 'ended' },
    { DateCreated: 'gte:2026-11-24' },
    { DateCreated: 'gt:2026-11-24 00:00:00' },
    { DateCreated: '2026-11-24 00:00:00' },
    { DateCreated: between(START - 60 * DAY, START) },
    { DateCreated: between(START - 200 * DAY, START - 190 * DAY) },
    { PageSize: '0' },
    { PageSize: 'many' },
    { SortBy: 'StartTime:asc' },
    { Duration: 'gte:ten' },
    { After: 'made-up' },
    { RecordingUrlValidity: '61' },
    { From: '+911,+912,+913,+914,+915,+916' },
  ])('refuses %j', (filter) => {
    const answer = apiOf().list(filter)
    expect(answer.status).toBe(400)
    expect(answer.json().RestException).toMatchObject({ Status: 400, Message: expect.stringContaining(`Invalid parameter ${Object.keys(filter)[0]}`) })
  })

  it('names the directions it knows when it refuses one', () => {
    expect(apiOf().list({ Direction: 'incoming' }).json().RestException.Message).toContain('inbound,outbound-dial,outbound-api')
  })

  it('cuts or refuses a page larger than 100', () => {
    expect(apiOf({ calls: 150 }).sids({ PageSize: '200' }).length).toBe(100)
    expect(apiOf({ profile: { pageSizeTooLarge: 'refuse' } }).list({ PageSize: '101' }).status).toBe(400)
  })

  it('stays quick with 100,000 calls', () => {
    const { list } = apiOf({ calls: 100_000, everyMs: 100 })
    const began = performance.now()
    for (let ask = 0; ask < 20; ask++) {
      const from = START + ask * 300 * SECOND
      expect(list({ DateCreated: between(from, from + 300 * SECOND), PageSize: '100' }).json().Calls.length).toBe(100)
    }
    expect((performance.now() - began) / 20).toBeLessThan(50)
  })
})

describe('a single call', () => {
  const style = {
    rows: { numbers: 'number', nulls: 'null' },
    kinds: { 'outbound-extended': 1 },
    finalisationLagSeconds: { min: 60, max: 60 },
    recordingLagSeconds: { min: 120, max: 120 },
  }
  const { all, ask } = apiOf({ calls: 50, everyMs: 100 * SECOND, traffic: style })
  const call = all.find(({ truth }) => truth.recordingUrl !== null && truth.durationSeconds > 5) as LedgerCall
  const rowAt = (now: number, query = '') => ask(`/v1/Accounts/acme/Calls/${call.callSid}.json${query}`, { now }).json().Call
  const { hungUpAt } = call.visible

  it('is in progress while it runs', () => {
    expect(rowAt(hungUpAt - 1)).toMatchObject({ Status: 'in-progress', EndTime: null, Duration: null, Price: null, RecordingUrl: null, AccountSid: 'acme' })
  })

  it('has its last status at hang-up, but no end yet', () => {
    expect(rowAt(hungUpAt)).toMatchObject({ Status: call.truth.status, EndTime: null, Duration: null, Price: null, RecordingUrl: null })
  })

  it('has end, duration and price after the finalisation lag, its recording later still', () => {
    const final = { EndTime: istText(call.truth.endedAt), Duration: call.truth.durationSeconds, Price: Number(call.truth.price) }
    expect(rowAt(hungUpAt + 60 * SECOND)).toMatchObject({ ...final, RecordingUrl: null })
    expect(rowAt(hungUpAt + 120 * SECOND)).toMatchObject({ ...final, RecordingUrl: call.truth.recordingUrl })
  })

  it('says when it last changed', () => {
    const updates = [hungUpAt - 1, hungUpAt, hungUpAt + 60 * SECOND, hungUpAt + 120 * SECOND].map((now) => rowAt(now).DateUpdated)
    expect(updates).toEqual([call.truth.createdAt, call.truth.endedAt, call.truth.endedAt + 60 * SECOND, call.truth.endedAt + 120 * SECOND].map((at) => istText(at)))
  })

  it('has wrapped legs with details=true, and no Details without', () => {
    expect(rowAt(hungUpAt + DAY)).not.toHaveProperty('Details')
    expect(rowAt(hungUpAt + DAY, '?details=true').Details).toEqual({
      ConversationDuration: call.truth.conversationSeconds,
      Leg1Status: call.truth.leg1Status,
      Leg2Status: call.truth.leg2Status,
      Legs: [{ Leg: { Id: 1, OnCallDuration: call.truth.leg1Seconds } }, { Leg: { Id: 2, OnCallDuration: call.truth.leg2Seconds } }],
    })
  })

  it('that is unknown, or has not begun, is not found', () => {
    for (const { sid, now } of [
      { sid: 'unknown', now: hungUpAt },
      { sid: call.callSid, now: call.visible.begunAt - 1 },
    ]) {
      const answer = ask(`/v1/Accounts/acme/Calls/${sid}.json`, { now })
      expect(answer.status).toBe(404)
      expect(answer.json()).toEqual({ RestException: { Status: 404, Message: 'No matching results' } })
    }
  })

  it('is XML without .json', () => {
    const answer = ask(`/v1/Accounts/acme/Calls/${call.callSid}`, { now: hungUpAt })
    expect(answer.headers['content-type']).toBe('application/xml')
    expect(answer.body).toContain(`<TwilioResponse><Call><Sid>${call.callSid}</Sid><ParentCallSid/>`)
    expect(answer.body).toContain('<EndTime/><Duration/><Price/>')
    expect(ask('/v1/Accounts/acme/Calls/none').body).toContain('<TwilioResponse><RestException><Status>404</Status>')
  })
})

describe('row styles', () => {
  const rowOf = (rows: object) => {
    const { all, list } = apiOf({ calls: 30, traffic: { rows, kinds: { dashboard: 1 } } })
    const seq = all.findIndex(({ truth }) => truth.price === '0.45')
    return { call: all[seq] as LedgerCall, row: list({ SortBy: 'DateCreated:asc' }).json().Calls[seq] }
  }
  it.each([
    { numbers: 'number', nulls: 'null', blank: null },
    { numbers: 'string', nulls: 'empty', blank: '' },
    { numbers: 'number', nulls: 'empty', blank: '' },
  ])('$numbers and $nulls', ({ numbers, nulls, blank }) => {
    const { call, row } = rowOf({ numbers, nulls })
    const duration = call.truth.durationSeconds
    expect(row).toMatchObject({ Duration: numbers === 'number' ? duration : String(duration), Price: numbers === 'number' ? 0.45 : '0.450' })
    expect(row).toMatchObject({ ParentCallSid: blank, ForwardedFrom: blank, CallerName: blank, PhoneNumber: '09000009005', PhoneNumberSid: '09000009005' })
  })

  it('mixed: every call has its own style and keeps it from scan to scan', () => {
    const { list } = apiOf({ calls: 40 })
    const rows = list({}).json().Calls
    expect(new Set(rows.map((row: { Duration: unknown }) => typeof row.Duration)).size).toBe(2)
    expect(new Set(rows.map((row: { CallerName: unknown }) => row.CallerName))).toEqual(new Set([null, '']))
    expect(list({}, START + 2 * DAY).json().Calls).toEqual(rows)
  })
})

describe('the rate limit', () => {
  it('allows so many requests in any minute and answers 429 beyond', () => {
    const { ask } = apiOf({ perMinute: 3 })
    const statusAt = (receivedAt: number) => ask('/v1/Accounts/acme.json', { receivedAt }).status
    expect([0, 10_000, 20_000, 30_000, 59_999, 60_000, 60_001, 70_000].map(statusAt)).toEqual([200, 200, 200, 429, 429, 200, 429, 200])
  })

  it('says so in Exotel’s words, with Retry-After where that is switched on', () => {
    for (const retryAfter of [false, true]) {
      const { ask } = apiOf({ perMinute: 1, profile: { retryAfter } })
      ask('/v1/Accounts/acme.json')
      const answer = ask('/v1/Accounts/acme.json', { receivedAt: 45_500 })
      expect(answer.json()).toEqual({ RestException: { Status: 429, Message: 'Rate limit exceeded. Max 1 requests per minute.' } })
      expect(answer.headers['retry-after']).toBe(retryAfter ? '15' : undefined)
    }
  })

  it('does not count strangers', () => {
    const { ask } = apiOf({ perMinute: 1 })
    ask('/v1/Accounts/acme.json', { authorization: '' })
    expect(ask('/v1/Accounts/acme.json').status).toBe(200)
  })
})

describe('what nobody knows', () => {
  it('the bounds of DateCreated take in the seconds they name, or not', () => {
    const sids = (createdBounds: string) => {
      const { all, list } = apiOf({ calls: 10, profile: { createdBounds } })
      const found = list({ DateCreated: between(START + 2 * SECOND, START + 5 * SECOND), SortBy: 'DateCreated:asc' })
      return found.json().Calls.map((row: { Sid: string }) => all.findIndex(({ callSid }) => callSid === row.Sid))
    }
    expect([sids('inclusive'), sids('to-exclusive'), sids('exclusive')]).toEqual([
      [2, 3, 4, 5],
      [2, 3, 4],
      [3, 4],
    ])
  })

  it('a cursor holds for ever, or so many seconds', () => {
    const { ask, list } = apiOf({ calls: 30, profile: { cursorSeconds: 60 } })
    const next = list({ PageSize: '10' }).json().Metadata.NextPageUri
    expect([60, 61].map((second) => ask(next, { now: START + DAY + second * SECOND }).status)).toEqual([200, 400])
    const always = apiOf({ calls: 30 })
    expect(always.ask(always.list({ PageSize: '10' }).json().Metadata.NextPageUri, { now: START + 20 * DAY }).status).toBe(200)
  })

  it.each([
    { total: 'exact', Total: 120 },
    { total: 'rounded', Total: 200 },
    { total: 'absent', Total: undefined },
  ])('Total is $total', ({ total, Total }) => expect(apiOf({ calls: 120, profile: { total } }).list({}).json().Metadata.Total).toBe(Total))

  it.each([404, 400, 200])('an unknown call is HTTP %s, and 404 in the body', (unknownCall) => {
    const answer = apiOf({ profile: { unknownCall } }).ask('/v1/Accounts/acme/Calls/none.json')
    expect({ status: answer.status, body: answer.json() }).toEqual({ status: unknownCall, body: { RestException: { Status: 404, Message: 'No matching results' } } })
  })

  it.each([
    { listPhone: 'both', names: ['PhoneNumber', 'PhoneNumberSid'] },
    { listPhone: 'number', names: ['PhoneNumber'] },
    { listPhone: 'sid', names: ['PhoneNumberSid'] },
  ])('rows of the list have $names', ({ listPhone, names }) => {
    const [row] = apiOf({ calls: 1, profile: { listPhone } }).list({}).json().Calls
    expect(Object.keys(row).filter((name) => name.startsWith('PhoneNumber'))).toEqual(names)
  })

  it('XML nests rows and errors, or does not', () => {
    const bodies = (xml: string) => {
      const { ask } = apiOf({ calls: 2, profile: { xml } })
      return [ask('/v1/Accounts/acme/Calls').body, ask('/v1/Accounts/acme/Calls/none').body]
    }
    const [wrapped, flat] = [bodies('wrapped'), bodies('flat')]
    expect(wrapped[0]).toMatch(/<\/Metadata><Calls><Call><Sid>.*<\/Call><Call>.*<\/Call><\/Calls><\/TwilioResponse>/)
    expect(flat[0]).toMatch(/<\/Metadata><Call><Sid>.*<\/Call><Call>.*<\/Call><\/TwilioResponse>/)
    expect(wrapped[1]).toContain('<TwilioResponse><RestException>')
    expect(flat[1]).toMatch(/\?>\n<RestException>/)
  })

  it('the list may not be enabled, nor `details` or a filter known', () => {
    expect(
      apiOf({ profile: { listEnabled: false } })
        .list({})
        .json(),
    ).toEqual({ RestException: { Status: 401, Message: 'This api is not enabled for your account' } })
    expect(apiOf({ profile: { listDetails: 'refused' } }).list({ details: 'true' }).status).toBe(400)
    expect(
      apiOf({ calls: 1, profile: { listDetails: 'given' } })
        .list({ details: 'true' })
        .json().Calls[0],
    ).toHaveProperty('Details')
    expect(apiOf({ profile: { durationFilter: 'refused' } }).list({ Duration: 'gte:1s' }).status).toBe(400)
    expect(apiOf({ calls: 5, profile: { durationFilter: 'ignored' } }).sids({ Duration: 'gte:9999s' }).length).toBe(5)
  })

  it('times are India’s, or another zone’s, in rows and filters alike', () => {
    const { all, sids, list } = apiOf({ calls: 5, utcOffsetMinutes: 0 })
    expect(list({ SortBy: 'DateCreated:asc' }).json().Calls[0].DateCreated).toBe(istText(all[0]?.truth.createdAt ?? 0, 0))
    const utc = (at: number) => istText(at, 0)
    expect(sids({ DateCreated: `gte:${utc(START + SECOND)};lte:${utc(START + 2 * SECOND)}`, SortBy: 'DateCreated:asc' })).toEqual(sidsOf(all.slice(1, 3)))
  })
})

describe('rows beside the usual', () => {
  it('name the call they are a transfer of', () => {
    const { all, ask } = apiOf({ calls: 1 })
    Object.assign(all[0] as object, { truth: { ...all[0]?.truth, parentCallSid: 'parent' } })
    expect(ask(`/v1/Accounts/acme/Calls/${all[0]?.callSid}.json`).json().Call.ParentCallSid).toBe('parent')
  })

  it('have a pre-signed address where the account has that feature, and addresses as one page shows them', () => {
    const { all, list } = apiOf({ calls: 20, profile: { preSignedUrls: true, uris: 'documented' } })
    const rows = list({ SortBy: 'DateCreated:asc' }).json().Calls
    for (const [nth, { truth, callSid }] of all.entries()) {
      expect(rows[nth].PreSignedRecordingUrl?.startsWith(`${truth.recordingUrl}?`)).toBe(truth.recordingUrl === null ? undefined : true)
      expect(rows[nth].Uri).toBe(`/v1/Accounts/acme/Calls.json/${callSid}`)
    }
  })
})
