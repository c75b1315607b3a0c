/** Every route × role × account. A route that is not in the table fails the test. */

import { exceptionId } from '@rollcall/contracts/audit-api/exception-id'
import { AUDIT_ROUTES, type AuditRoute, type AuditRouteName } from '@rollcall/contracts/audit-api/routes'
import { istDayOf } from '@rollcall/domain/ist-day'
import { canonicalTime, DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall, seedJudgement, seedRun, seedWindow } from './testing/seed.ts'
import { seedCertificate, seedCheckpoint, seedClosedDay } from './testing/seed-evidence.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const NOW = FROM + 10 * HOUR
/** Over, and closed. */
const DAY_BEFORE = istDayOf(FROM - DAY)
const PHONE = '09876543210'

let its: Installation
const tokens: Record<string, string | null> = { nobody: null }
const places: Record<string, { partition: number; offset: bigint }> = {}
const runs: Record<string, string> = {}

beforeAll(async () => {
  its = await createInstallation(NOW)
  for (const account of ['acme', 'other']) {
    await seedAccount(its, account, FROM - DAY)
    await seedWindow(its, account, FROM, { state: 'final', listed: 1 })
    const [first] = await seedCall(its, account, 'c1', [
      {
        receivedAt: FROM + MINUTE,
        event: 'status-callback/terminal',
        vendorTime: FROM + MINUTE,
        values: { status: 'completed', createdAt: canonicalTime(FROM), from: PHONE },
        body: `{"From":"${PHONE}"}`,
      },
      { surface: 'call-list', receivedAt: FROM + HOUR, vendorTime: FROM + MINUTE, values: { status: 'completed', createdAt: canonicalTime(FROM), from: PHONE } },
    ])
    places[account] = first as { partition: number; offset: bigint }
    await seedJudgement(its, account, 'c1', 'missing', 'never-arrived', FROM + HOUR)
    await seedCertificate(its, account, FROM)
    await seedClosedDay(its, account, DAY_BEFORE)
    runs[account] = await seedRun(its, account, FROM + HOUR)
  }
  await seedCheckpoint(its)
  const issue = async (...of: Parameters<Installation['token']>) => (await its.token(...of)).token
  tokens.reader = await issue(['audit:read'], ['acme'])
  tokens.revealer = await issue(['audit:read', 'pii:read'], ['acme'])
  tokens.handler = await issue(['audit:read', 'exceptions:write'], ['acme'])
  tokens.signer = await issue(['audit:read', 'days:sign'], ['acme'])
  tokens.exporter = await issue(['export'], ['acme'])
  tokens.everybody = await issue(undefined, null)
  tokens.nowhere = await issue(undefined, [])
  tokens.elsewhere = await issue(undefined, ['other'])
  tokens.expired = await issue(undefined, null, -1)
  const revoked = await its.token()
  tokens.revoked = revoked.token
  await its.pool.query('UPDATE rollcall.audit_tokens SET revoked_at = now() WHERE token_id = $1', [revoked.id])
  tokens.wrong = 'rca_0123456789abcdefghijklmnopqrstuv'
})
afterAll(() => its?.close())
/** Many wrong tokens come from the one address of these tests; that they are counted is tested by itself. */
beforeEach(() => {
  its.clock.now += MINUTE
})

const VALID = ['reader', 'revealer', 'handler', 'signer', 'exporter', 'everybody', 'nowhere', 'elsewhere']
const READS = ['reader', 'revealer', 'handler', 'signer', 'everybody', 'nowhere', 'elsewhere']
/** Who may ask each route at all; whether it is of one account is told by its path. */
const TABLE: Readonly<Record<AuditRouteName, readonly string[]>> = {
  session: VALID,
  signIn: VALID,
  signOut: VALID,
  accounts: READS,
  measures: READS,
  completeness: READS,
  days: READS,
  day: READS,
  signOffs: READS,
  signDay: ['signer', 'everybody', 'nowhere', 'elsewhere'],
  window: READS,
  calls: READS,
  call: READS,
  revealCall: ['revealer', 'everybody', 'nowhere', 'elsewhere'],
  raw: READS,
  revealRaw: ['revealer', 'everybody', 'nowhere', 'elsewhere'],
  exceptions: READS,
  exceptionCounts: READS,
  exception: READS,
  actOnException: ['handler', 'everybody', 'nowhere', 'elsewhere'],
  runs: READS,
  run: READS,
  accessLog: READS,
  certificates: READS,
  callProof: READS,
  exportCalls: ['exporter', 'everybody', 'nowhere', 'elsewhere'],
  checkpoint: READS,
  inclusion: READS,
  consistency: READS,
}
const SEES: Readonly<Record<string, readonly string[]>> = {
  reader: ['acme'],
  revealer: ['acme'],
  handler: ['acme'],
  signer: ['acme'],
  exporter: ['acme'],
  everybody: ['acme', 'other'],
  nowhere: [],
  elsewhere: ['other'],
}

const urlOf = ({ path }: AuditRoute, account: string): string => {
  const place = places[account] ?? places.acme
  const values: Readonly<Record<string, string>> = {
    account,
    callSid: 'c1',
    day: path.endsWith('/sign-offs') ? DAY_BEFORE : istDayOf(FROM),
    from: canonicalTime(FROM),
    partition: String(place?.partition),
    offset: String(place?.offset),
    id: exceptionId({ kind: 'missing-webhook', subject: ['c1', 'status-callback'] }),
    run: runs[account] ?? (runs.acme as string),
  }
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] as string))
}
const range = `from=${canonicalTime(FROM)}&to=${canonicalTime(FROM + HOUR)}`
const QUERY: Readonly<Partial<Record<AuditRouteName, string>>> = {
  certificates: range,
  exportCalls: range,
  inclusion: 'leaf=0',
  consistency: 'from=1',
  measures: range,
  completeness: range,
  calls: range,
  days: `from=${istDayOf(FROM)}&to=${istDayOf(FROM)}`,
}
const BODY: Readonly<Partial<Record<AuditRouteName, unknown>>> = {
  revealCall: { reason: 'a test' },
  revealRaw: { reason: 'a test' },
  actOnException: { action: 'annotate', note: 'seen' },
  signDay: { note: 'reviewed' },
}

const ROUTES = Object.entries(AUDIT_ROUTES) as [AuditRouteName, AuditRoute][]

it('every route is in the table, and nothing else is', () => expect(Object.keys(TABLE).toSorted()).toEqual(ROUTES.map(([name]) => name).toSorted()))

describe.each(ROUTES)('%s', (name, route) => {
  const ask = (role: string, account: string) =>
    its.ask(tokens[role] as string | null, route.method, `${urlOf(route, account)}${QUERY[name] === undefined ? '' : `?${QUERY[name]}`}`, BODY[name])

  it.each(['nobody', 'wrong', 'expired', 'revoked'])('is refused to %s', async (role) => {
    const answer = await ask(role, 'acme')
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['www-authenticate']]).toEqual([401, 'application/problem+json; charset=utf-8', 'Bearer'])
    expect(answer.json()).toMatchObject({ status: 401, type: `urn:rollcall:problem:${role === 'expired' || role === 'revoked' ? 'token-expired' : 'unauthenticated'}` })
  })

  it.each(Object.keys(SEES))('is answered to %s as the table says, for each account', async (role) => {
    for (const account of route.path.includes(':account') ? ['acme', 'other', 'unheard-of'] : ['acme']) {
      const answer = await ask(role, account)
      const scoped = TABLE[name].includes(role)
      const expected = !scoped ? 403 : !route.path.includes(':account') || SEES[role]?.includes(account) ? (name === 'signOut' ? 204 : 200) : 404
      expect([role, account, answer.statusCode, answer.body.slice(0, 200)]).toEqual([role, account, expected, expect.anything()])
      if (expected === 404) expect(answer.json()).toMatchObject({ type: 'urn:rollcall:problem:unknown-account' })
      if (expected === 200 && route.file === undefined) expect(route.answer.safeParse(answer.json()).success).toBe(true)
      if (expected === 200 && route.file !== undefined) expect([answer.headers['content-type'], answer.rawPayload.subarray(0, 2).toString()]).toEqual([route.file, 'PK'])
      if (role !== 'elsewhere' && role !== 'everybody' && expected === 200 && name === 'accounts') expect(answer.body).not.toContain('"other"')
    }
  })

  it('says nothing about a person but where it is revealed, and is stored nowhere then', async () => {
    const answer = await ask('everybody', 'acme')
    expect(answer.body.includes(PHONE)).toBe(route.personal === true)
    if (route.personal) expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('is asked by its own methods alone', async () => {
    const allowed = ROUTES.filter(([, { path }]) => path === route.path).map(([, { method }]) => method)
    for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'] as const) {
      if ((allowed as readonly string[]).includes(method)) continue
      const answer = await its.server.inject({ method, url: urlOf(route, 'acme'), headers: { authorization: `Bearer ${tokens.everybody}` } })
      expect([method, answer.statusCode, answer.headers.allow]).toEqual([method, 405, allowed.join(', ')])
    }
  })

  it('has its headers', async () => {
    const { headers } = await ask('everybody', 'acme')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    expect([headers.server, headers['x-powered-by']]).toEqual([undefined, undefined])
  })

  it('refuses a query that it does not know, and says where', async () => {
    const answer = await its.ask(tokens.everybody as string, route.method, `${urlOf(route, 'acme')}?${QUERY[name] === undefined ? '' : `${QUERY[name]}&`}surprise=1`, BODY[name])
    expect([answer.statusCode, answer.json().type]).toEqual([400, 'urn:rollcall:problem:bad-request'])
  })
})

it.each(ROUTES.filter(([, { method, file }]) => method === 'GET' && file === undefined))('%s is answered 304 while nothing has changed', async (name, route) => {
  const url = `${urlOf(route, 'acme')}${QUERY[name] === undefined ? '' : `?${QUERY[name]}`}`
  const first = await its.ask(tokens.everybody as string, 'GET', url)
  const again = await its.ask(tokens.everybody as string, 'GET', url, undefined, { 'if-none-match': `"x", ${first.headers.etag}` })
  expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', first.headers.etag])
})

describe('a token', () => {
  it('never belongs into an address', async () => {
    for (const url of [`/v1/session?token=x`, `/v1/session?access_token=${tokens.reader}`, `/v1/accounts?a=${tokens.reader}`]) {
      const answer = await its.ask(tokens.reader as string, 'GET', url)
      expect([url, answer.statusCode, answer.body.includes(tokens.reader as string), answer.json().detail]).toEqual([url, 400, false, expect.stringContaining('Revoke this one')])
    }
  })

  it('is kept in a cookie that no script reads, by which the page asks', async () => {
    const signedIn = await its.ask(tokens.handler as string, 'POST', '/v1/session')
    const cookie = signedIn.headers['set-cookie'] as string
    expect(cookie).toMatch(/^rollcall_token=rca_[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    expect(cookie).toContain(`Max-Age=${(NOW + 30 * DAY - its.clock.now) / SECOND}`)
    const sent = { cookie: `a=b; ${cookie.split(';')[0]}` }
    expect((await its.ask(null, 'GET', '/v1/session', undefined, sent)).json()).toMatchObject({ accounts: ['acme'] })
    const act = (headers: Record<string, string>) => its.ask(null, 'POST', urlOf(AUDIT_ROUTES.actOnException, 'acme'), BODY.actOnException, { ...sent, ...headers })
    expect((await act({})).statusCode).toBe(403)
    expect((await act({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    expect((await act({ origin: 'https://elsewhere.example', host: 'audit.example' })).statusCode).toBe(403)
    expect((await act({ 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200)
    const signedOut = await its.ask(null, 'DELETE', '/v1/session', undefined, { ...sent, 'sec-fetch-site': 'same-origin' })
    expect([signedOut.statusCode, signedOut.headers['set-cookie']]).toEqual([204, 'rollcall_token=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0'])
  })

  it('that is wrong is held off once many came from an address, and one that is right is not: they may be behind one proxy', async () => {
    const statuses = new Set<number>()
    for (let tries = 0; tries < 40; tries++) statuses.add((await its.ask('rca_wrongwrongwrongwrong', 'GET', '/v1/session')).statusCode)
    expect([...statuses]).toEqual([401, 429])
    expect((await its.ask('rca_wrongwrongwrongwrong', 'GET', '/v1/session')).headers['retry-after']).toBe('60')
    expect((await its.ask(tokens.reader as string, 'GET', '/v1/session')).statusCode).toBe(200)
    its.clock.now += MINUTE
    expect((await its.ask('rca_wrongwrongwrongwrong', 'GET', '/v1/session')).statusCode).toBe(401)
  })
})

describe('a bad question', () => {
  const account = '/v1/accounts/acme'
  it.each([
    ['a range that is too wide', `${account}/measures?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z`, 400, 'range-too-wide'],
    ['a heat map that is too wide', `${account}/days?from=2024-01-01&to=2026-01-01`, 400, 'range-too-wide'],
    ['windows of a range that is too wide', `${account}/completeness?by=window&from=2026-01-01T00:00:00Z&to=2026-01-09T00:00:00Z`, 400, 'range-too-wide'],
    ['an end before the beginning', `${account}/measures?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z`, 400, 'bad-request'],
    ['a day that is none', `${account}/days/2026-02-30`, 400, 'bad-request'],
    ['a time without a zone', `${account}/measures?from=2026-01-01T00:00:00&to=2026-01-02T00:00:00`, 400, 'bad-request'],
    ['a cursor of ours that was changed', `${account}/runs?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA`, 400, 'bad-cursor'],
    ['too many at once', `${account}/runs?limit=501`, 400, 'bad-request'],
    ['a parameter twice', `${account}/runs?limit=1&limit=2`, 400, 'bad-request'],
    ['calls without a range', `${account}/calls`, 400, 'bad-request'],
    ['a call that is unknown', `${account}/calls/c9`, 404, 'not-found'],
    ['a call before it was known', `${account}/calls/c1?asOf=2026-01-01T00:00:00Z`, 404, 'not-found'],
    ['a call as it will be known', `${account}/calls/c1?asOf=2126-01-01T00:00:00Z`, 400, 'bad-request'],
    ['completeness as it will be known', `${account}/completeness?${range}&asOf=2126-01-01T00:00:00Z`, 400, 'bad-request'],
    ['a window that is none', `${account}/windows/2026-01-31T04:01:00Z`, 404, 'not-found'],
    ['a window that was not taken on', `${account}/windows/2020-01-31T04:00:00Z`, 404, 'not-found'],
    ['an exception’s id that is none', `${account}/exceptions/x`, 404, 'not-found'],
    ['a run of nobody', `${account}/runs/00000000-0000-4000-8000-000000000000`, 404, 'not-found'],
    ['an export that is too wide', `${account}/export?from=2026-01-01T00:00:00Z&to=2026-02-02T00:00:00Z`, 400, 'range-too-wide'],
    ['an export of nothing', `${account}/export?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z`, 404, 'not-found'],
    ['an export in a format that there is not', `${account}/export?format=xls&${range}`, 400, 'bad-request'],
    ['a table since a checkpoint', `${account}/export?format=csv&saved=1&${range}`, 400, 'bad-request'],
    ['a pack since a checkpoint that is beyond ours', `${account}/export?saved=1000&${range}`, 409, 'checkpoint-older'],
    ['an account that is no name', `/v1/accounts/a%27%20OR%201=1/runs`, 400, 'bad-request'],
    ['an address that nothing is at', '/v1/nothing', 404, 'not-found'],
    ['an address that is not well formed', '/v1/%E0%A4%A', 400, 'bad-request'],
    ['a CallSid that nothing can hold', `${account}/calls/a%00`, 400, 'bad-request'],
    ['a direction that nothing can hold', `${account}/calls?created=unknown&direction=%00`, 400, 'bad-request'],
    ['an offset beyond every log', `${account}/calls/c1/observations/0/9223372036854775808`, 400, 'bad-request'],
    ['an exception’s id of what nothing can hold', `${account}/exceptions/${exceptionId({ kind: 'conflict', subject: ['a\0'] })}`, 404, 'not-found'],
    ['a path that leads upwards', '/v1/../../etc/passwd', 404, 'not-found'],
    ['a file that is not the page’s', '/package.json', 404, 'not-found'],
  ])('%s is told as such', async (_, url, status, kind) => {
    const answer = await its.ask(tokens.everybody as string, 'GET', url)
    expect([answer.statusCode, answer.json().type, answer.headers['content-type']]).toEqual([status, `urn:rollcall:problem:${kind}`, 'application/problem+json; charset=utf-8'])
  })

  it.each([
    ['no JSON', '{', 'application/json', 400],
    ['nothing', '', 'application/json', 400],
    ['another media type', 'action=close', 'application/x-www-form-urlencoded', 415],
    ['plain text', 'x', 'text/plain', 415],
    ['too much', JSON.stringify({ action: 'annotate', note: 'x'.repeat(20_000) }), 'application/json', 413],
    ['a note that is too long', JSON.stringify({ action: 'annotate', note: 'x'.repeat(2_001) }), 'application/json', 400],
    ['a note with a NUL, which the log would keep and no table can hold', JSON.stringify({ action: 'annotate', note: 'a\0b' }), 'application/json', 400],
    ['a note with half a character', '{"action":"annotate","note":"a\\ud800b"}', 'application/json', 400],
    ['somebody with a NUL', JSON.stringify({ action: 'assign', assignee: 'a\0b' }), 'application/json', 400],
    ['something that poisons prototypes', '{"__proto__":{"x":1},"action":"annotate","note":"a"}', 'application/json', 400],
    ['more than was asked', JSON.stringify({ action: 'annotate', note: 'a', by: 'somebody else' }), 'application/json', 400],
  ])('a body that is %s is told as such', async (_, payload, type, status) => {
    const answer = await its.server.inject({
      method: 'POST',
      url: urlOf(AUDIT_ROUTES.actOnException, 'acme'),
      payload,
      headers: { 'content-type': type, authorization: `Bearer ${tokens.handler}` },
    })
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/problem+json; charset=utf-8'])
  })

  it('is not looked at before it is known who asks', async () => {
    const answer = await its.server.inject({ method: 'POST', url: urlOf(AUDIT_ROUTES.actOnException, 'acme'), payload: '{', headers: { 'content-type': 'application/json' } })
    expect(answer.statusCode).toBe(401)
  })
})

it('the document names every route with its methods', async () => {
  const document = (await its.ask(null, 'GET', '/openapi.json')).json<{ paths: Record<string, Record<string, { operationId: string }>> }>()
  const named = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
  )
  expect(named.toSorted()).toEqual(ROUTES.map(([name, { method, path }]) => `${name} ${method} ${path.replace(/:(\w+)/g, '{$1}')}`).toSorted())
  expect((await its.ask(null, 'GET', '/docs')).body).not.toMatch(/(src|href)="(https?:)?\/\//)
})
