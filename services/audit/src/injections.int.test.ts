/**
 * What sqlmap and its like would send, in every parameter of every route (AUDIT_ROUTES), on real Postgres: nothing breaks, nothing waits, nothing of
 * another account is told, and no statement is made of what was sent.
 */
import { AUDIT_ROUTES, type AuditRoute, type AuditRouteName } from '@rollcall/contracts/audit-api/routes'
import { canonicalTime, DAY, HOUR, MINUTE } from '@rollcall/domain/time'
import type { Pool } from '@rollcall/store/pool'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENCODED_INJECTIONS, INJECTIONS, MARKER } from './testing/injection-corpus.ts'
import { createInstallation, type Installation } from './testing/installation.ts'
import { type SampleData, type SampleQuestion, sampleQuestion } from './testing/sample-questions.ts'
import { seedAccount, seedCall, seedJudgement, seedRun, seedWindow } from './testing/seed.ts'
import { seedCertificate, seedCheckpoint } from './testing/seed-evidence.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
/** What only the other account has. */
const SECRET = 'xsecretx'
/** Less than what the corpus makes Postgres sleep, where that is run; the statement's own timeout, which is told as 503, is shorter still. */
const ANSWER_MS_MAX = 60_000
const AT_ONCE = 6
/** More than a thousand questions. */
const ROUTE_MS_MAX = 600_000
const TELLS_OF_THE_INSIDE = /syntax error|pg_catalog|does not exist|SQLSTATE|at character|invalid input syntax|root:|node_modules|\.ts:\d/i

const ROUTES = Object.entries(AUDIT_ROUTES) as [AuditRouteName, AuditRoute][]

let its: Installation
let token: string
let data: SampleData
let before: unknown
let asked = 0
const statements = new Set<string>()

/** Every statement's own text, as it goes to Postgres. */
const listen = (pool: Pool): void => {
  pool.on('connect', (connection) => {
    const query = connection.query.bind(connection) as (...args: unknown[]) => unknown
    connection.query = ((...args: unknown[]) => {
      const [first] = args
      statements.add(typeof first === 'string' ? first : ((first as { text?: string }).text ?? ''))
      return query(...args)
    }) as typeof connection.query
  })
}

const kept = async (): Promise<unknown> =>
  (
    await its.pool.query(
      `SELECT (SELECT count(*) FROM projection.calls) AS calls, (SELECT count(*) FROM projection.observations) AS observations,
        (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM rollcall.audit_tokens t) AS tokens, to_regclass('public.owned') AS owned,
        (SELECT count(*) FROM rollcall.exception_actions WHERE account = 'other') AS actions, (SELECT count(*) FROM rollcall.reveals WHERE account = 'other') AS reveals,
        (SELECT count(*) FROM rollcall.sign_offs) AS sign_offs`,
    )
  ).rows

beforeAll(async () => {
  its = await createInstallation(FROM + 10 * HOUR)
  listen(its.readers)
  listen(its.pool)
  for (const account of ['acme', 'other']) {
    const callSid = account === 'acme' ? 'c1' : SECRET
    await seedAccount(its, account, FROM - DAY)
    await seedWindow(its, account, FROM, { state: 'final', listed: 1 })
    const values = { status: 'completed', createdAt: canonicalTime(FROM), direction: account === 'acme' ? 'inbound' : SECRET }
    const [place] = await seedCall(its, account, callSid, [
      { receivedAt: FROM + MINUTE, event: 'status-callback/terminal', vendorTime: FROM + MINUTE, values },
      { surface: 'call-list', receivedAt: FROM + HOUR, vendorTime: FROM + MINUTE, values },
    ])
    await seedJudgement(its, account, callSid, 'missing', 'never-arrived', FROM + HOUR)
    await seedCertificate(its, account, FROM)
    const run = await seedRun(its, account, FROM + HOUR)
    if (account === 'acme') data = { account, callSid, windowFrom: FROM, place: place as SampleData['place'], run }
  }
  await seedCheckpoint(its)
  token = (await its.token(undefined, ['acme'])).token
  before = await kept()
})
afterAll(() => its?.close())

interface Sent {
  readonly what: string
  readonly url: string
  readonly payload?: string | Buffer | undefined
  readonly headers?: Readonly<Record<string, string>>
}

const expectHarmless = async (route: AuditRoute, { what, url, payload, headers = { authorization: `Bearer ${token}` } }: Sent): Promise<void> => {
  const began = performance.now()
  const answer: LightMyRequestResponse = await its.server.inject({
    method: route.method,
    url,
    headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
  asked += 1
  const told = { what, status: answer.statusCode, body: answer.statusCode >= 500 ? answer.body : '' }
  expect(told, JSON.stringify(told)).toMatchObject({ status: expect.toSatisfy((status: number) => status < 500) })
  expect([what, performance.now() - began < ANSWER_MS_MAX]).toEqual([what, true])
  expect([what, answer.body.includes(SECRET)]).toEqual([what, false])
  expect([what, answer.headers['x-injected']]).toEqual([what, undefined])
  if (answer.statusCode >= 400) expect([what, TELLS_OF_THE_INSIDE.exec(answer.body)?.[0]]).toEqual([what, undefined])
}

const expectAllHarmless = async (route: AuditRoute, sent: readonly Sent[]): Promise<void> => {
  for (let at = 0; at < sent.length; at += AT_ONCE) await Promise.all(sent.slice(at, at + AT_ONCE).map((one) => expectHarmless(route, one)))
}

const urlOf = ({ path }: AuditRoute, params: Readonly<Record<string, string>>, query: Readonly<Record<string, string>>): string =>
  withQuery(
    path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? ''),
    Object.entries(query),
  )
const withQuery = (url: string, pairs: readonly (readonly [string, string])[]): string =>
  pairs.reduce((made, [key, value]) => `${made}${made.includes('?') ? '&' : '?'}${key}=${value}`, url)

const encoded = (values: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, encode(value)]))
/** As an address has it; half a character is sent as it would be in UTF-8. */
const encode = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'))
const texts = [...INJECTIONS.map((text) => [text, encode(text)] as const), ...ENCODED_INJECTIONS.map((text) => [text, text] as const)]

/** Of what may be left out, what contradicts what else is asked. */
const LEFT_OUT = ['cursor', 'created', 'asOf', 'saved']
const baseOf = ({ query }: SampleQuestion): Record<string, string> => encoded(Object.fromEntries(Object.entries(query).filter(([key]) => !LEFT_OUT.includes(key))))

const sentTo = (route: AuditRoute, sample: SampleQuestion): readonly Sent[] => {
  const params = encoded(sample.params)
  const base = baseOf(sample)
  const payload = sample.body === undefined ? undefined : JSON.stringify(sample.body)
  const url = urlOf(route, params, base)
  const inPath = Object.keys(params).flatMap((key) =>
    texts.map(([text, sent]): Sent => ({ what: `path ${key}: ${text}`, url: urlOf(route, { ...params, [key]: sent }, base), payload })),
  )
  const inQuery = Object.keys(sample.query).flatMap((key) =>
    texts.flatMap(([text, sent]): readonly Sent[] => [{ what: `query ${key}: ${text}`, url: urlOf(route, params, { ...base, [key]: sent }), payload }]),
  )
  const names = texts.map(([text, sent]): Sent => ({ what: `a name in the query: ${text}`, url: withQuery(url, [[sent, '1']]), payload }))
  const arrays = Object.keys(sample.query).flatMap((key) =>
    ['[]', '[$ne]', '[__proto__][account]', '.account'].map(
      (end): Sent => ({ what: `query ${key}${end}`, url: withQuery(url, [[key + encodeURIComponent(end), MARKER]]), payload }),
    ),
  )
  const inBody =
    sample.body === undefined
      ? []
      : INJECTIONS.flatMap((text): readonly Sent[] => [
          ...Object.keys(sample.body ?? {}).map((key) => ({ what: `body ${key}: ${text}`, url, payload: JSON.stringify({ ...sample.body, [key]: text }) })),
          { what: `a name in the body: ${text}`, url, payload: JSON.stringify({ ...sample.body, [text]: 1 }) },
          { what: `the whole body: ${text}`, url, payload: JSON.stringify(text) },
          { what: `the body, not as JSON: ${text}`, url, payload: text },
        ])
  const bytes =
    sample.body === undefined
      ? []
      : [Buffer.from([0x22, 0xff, 0xfe, 0x22]), Buffer.from('{"reason":"\xc0\xa7"}', 'latin1'), Buffer.alloc(20, 0)].map(
          (body, nth): Sent => ({ what: `bytes ${nth}`, url, payload: body }),
        )
  return [...inPath, ...inQuery, ...names, ...arrays, ...inBody, ...bytes]
}

/** Beside those that say who asks. */
const HEADERS = [
  'if-none-match',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-http-method-override',
  'accept',
  'accept-language',
  'origin',
  'referer',
  'user-agent',
  'sec-fetch-site',
  'traceparent',
]
/** What Node lets into a header at all. */
const printable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

describe.each(ROUTES)('%s', (name, route) => {
  it(
    'is not moved by what is sent in its parameters',
    async () => {
      const sent = sentTo(route, sampleQuestion(name, route, data))
      await expectAllHarmless(route, sent)
    },
    ROUTE_MS_MAX,
  )

  it(
    'is not moved by what is sent in headers',
    async () => {
      const sample = sampleQuestion(name, route, data)
      const url = urlOf(route, encoded(sample.params), baseOf(sample))
      const payload = sample.body === undefined ? undefined : JSON.stringify(sample.body)
      const others = (text: string) => Object.fromEntries(HEADERS.map((header) => [header, text]))
      const sent = INJECTIONS.filter(printable).flatMap((text) =>
        [{ authorization: `Bearer ${text}` }, { cookie: `rollcall_token=${text}` }, { authorization: `Bearer ${token}`, ...others(text) }].map(
          (headers): Sent => ({ what: `header: ${text}`, url, payload, headers }),
        ),
      )
      await expectAllHarmless(route, sent)
    },
    ROUTE_MS_MAX,
  )
})

it('left everything as it was, and no statement was made of what was sent', async () => {
  expect(asked).toBeGreaterThan(ROUTES.length * INJECTIONS.length)
  expect(statements.size).toBeGreaterThan(10)
  expect([...statements].filter((text) => text.includes(MARKER) || text.includes('pg_sleep'))).toEqual([])
  expect(await kept()).toEqual(before)
})
