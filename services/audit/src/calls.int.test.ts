/** What is answered of a call now and as of a moment, and where ranges, lists and shares of them end. */
import { createHash } from 'node:crypto'
import { RANGE_DAYS_MAX } from '@rollcall/contracts/audit-api/bounds'
import type { CallAnswer, CallsAnswer, RawAnswer } from '@rollcall/contracts/audit-api/call'
import type { CompletenessAnswer } from '@rollcall/contracts/audit-api/measures'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime, DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OBSERVATIONS_SHOWN_MAX } from './answers/call-view.ts'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall, seedJudgement, seedRun, seedWindow } from './testing/seed.ts'
import { seedCertificate } from './testing/seed-evidence.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const NOW = FROM + 10 * HOUR
const CALL = '/v1/accounts/acme/calls/c1'
const created = (at: number) => ({ status: 'completed', createdAt: canonicalTime(at) })

let its: Installation
beforeAll(async () => {
  its = await createInstallation(NOW)
  await seedAccount(its, 'acme', FROM)
  await seedWindow(its, 'acme', FROM, { state: 'final', listed: 1 })
  for (const nth of [1, 2, 3]) await seedRun(its, 'acme', FROM + nth * HOUR)
  for (const nth of [0, 1, 2]) await seedCertificate(its, 'acme', FROM + nth * WINDOW_MS)
  await seedCall(its, 'acme', 'c1', [
    { receivedAt: FROM + MINUTE, values: created(FROM + 2 * MINUTE) },
    { surface: 'call-list', receivedAt: FROM + MINUTE, values: created(FROM + 2 * MINUTE) },
  ])
})
afterAll(() => its?.close())

describe('of a call, as of a moment', () => {
  const asOf = async (at: number) => its.read<CallAnswer>(`${CALL}?asOf=${canonicalTime(at)}`)
  const JUDGED = FROM + HOUR
  const REPLACED = FROM + 3 * HOUR

  it('that a webhook was awaited is said now, and not of then, when nobody may have known', async () => {
    await seedJudgement(its, 'acme', 'c1', 'pending', null, JUDGED)
    expect((await its.read<CallAnswer>(CALL)).judgements).toMatchObject([{ outcome: 'pending' }])
    expect((await asOf(JUDGED + HOUR)).judgements).toEqual([])
  })

  it('a judgement stands from the moment of it on, and until another took its place', async () => {
    await its.pool.query(`UPDATE rollcall.judgements SET outcome = 'arrived', judged_at = $1`, [new Date(REPLACED)])
    await its.pool.query(
      `INSERT INTO rollcall.judgement_history (account, call_sid, expectation, rule, outcome, reason, judged_at, replaced_at) VALUES ('acme', 'c1', 'status-callback', 'r', 'missing', 'never-arrived', $1, $2)`,
      [new Date(JUDGED), new Date(REPLACED)],
    )
    const said = async (at: number) => (await asOf(at)).judgements.map(({ outcome, replacedAt }) => [outcome, replacedAt])
    expect(await said(JUDGED - 1)).toEqual([])
    expect(await said(JUDGED)).toEqual([['missing', null]])
    expect(await said(REPLACED - 1)).toEqual([['missing', null]])
    expect(await said(REPLACED)).toEqual([
      ['missing', canonicalTime(REPLACED)],
      ['arrived', null],
    ])
  })

  it('how it is asked for by Sid is told now alone: of that nothing is kept', async () => {
    await its.pool.query(`INSERT INTO rollcall.chases (account, call_sid, why, since, begun_at, asked, due, deadline) VALUES ('acme', 'c1', 'recording', $1, $1, 2, $1, $1)`, [
      new Date(JUDGED),
    ])
    expect((await its.read<CallAnswer>(CALL)).chases).toMatchObject([{ why: 'recording', asked: 2, since: canonicalTime(JUDGED) }])
    expect((await asOf(REPLACED)).chases).toEqual([])
  })

  it('the present one is as good as any', async () => expect((await asOf(NOW)).asOf).toBe(canonicalTime(NOW)))
})

it('as many observations as are shown are all, and of one more it is said', async () => {
  await seedCall(its, 'acme', 'many', [{ receivedAt: FROM + MINUTE, values: created(FROM + 6 * MINUTE) }])
  await its.pool.query(
    `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, event, source, received_at, ce_id, payload_sha256, outcome, facts)
     SELECT partition, 1000000 + nth, account, call_sid, surface, event, source, received_at + nth * interval '1 second', ce_id, payload_sha256, outcome, facts
     FROM projection.observations, generate_series(1, $1::int) AS nth WHERE call_sid = 'many'`,
    [OBSERVATIONS_SHOWN_MAX],
  )
  const shown = async (nth: number) => {
    const { observations, observationsCut } = await its.read<CallAnswer>(`/v1/accounts/acme/calls/many?asOf=${canonicalTime(FROM + MINUTE + nth * SECOND)}`)
    return [observations.length, observationsCut]
  }
  expect(await shown(OBSERVATIONS_SHOWN_MAX - 1)).toEqual([OBSERVATIONS_SHOWN_MAX, false])
  expect(await shown(OBSERVATIONS_SHOWN_MAX)).toEqual([OBSERVATIONS_SHOWN_MAX, true])
})

it('bytes of the log that are not those which were hashed on receipt are shown as such, whatever their record says', async () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const [place] = await seedCall(its, 'acme', 'other', [{ receivedAt: FROM + MINUTE, values: created(FROM + 6 * MINUTE), body: 'as received' }])
  const offset = (place?.offset ?? 0n) + 1n
  const read = { maxBytes: 1_000, maxWaitMs: 0 }
  const [received] = (await its.log.read(OBSERVATIONS_TOPIC, new Map([[place?.partition ?? 0, place?.offset ?? 0n]]), read)).get(place?.partition ?? 0) ?? []
  if (received === undefined) throw new Error('the log does not have it')
  await its.log.append(OBSERVATIONS_TOPIC, [{ ...received, value: Buffer.from('as forged') }], { deadlineMs: 10_000 })
  const raw = async (at: bigint, kept: string) => {
    await its.pool.query(`UPDATE projection.observations SET log_offset = $1, payload_sha256 = $2 WHERE call_sid = 'other'`, [at.toString(), sha256(kept)])
    const { bytes, hashMatches } = await its.read<RawAnswer>(`/v1/accounts/acme/calls/other/observations/${place?.partition}/${at}`)
    return [bytes, hashMatches]
  }
  expect(await raw(offset - 1n, 'as received')).toEqual(['as received'.length, true])
  expect(await raw(offset - 1n, 'as kept')).toEqual(['as received'.length, false])
  expect(await raw(offset, 'as received')).toEqual(['as forged'.length, false])
  expect(await raw(offset, 'as forged')).toEqual(['as forged'.length, false])
})

describe('a range', () => {
  it('is widened to whole windows: what was created after its end and within its last window is in it', async () => {
    const within = async (to: number) =>
      (await its.read<CallsAnswer>(`/v1/accounts/acme/calls?from=${canonicalTime(FROM)}&to=${canonicalTime(to)}`)).items.map(({ callSid }) => callSid)
    expect(await within(FROM + 1)).toEqual(['c1'])
    expect(await within(FROM + WINDOW_MS)).toEqual(['c1'])
    expect((await within(FROM + WINDOW_MS + 1)).toSorted()).toEqual(['c1', 'many', 'other'])
  })

  it.each([
    ['calls', '/v1/accounts/acme/calls?', RANGE_DAYS_MAX.list],
    ['measures', '/v1/accounts/acme/measures?', RANGE_DAYS_MAX.hours],
  ])('of %s may be as wide as it may be, and no wider, and is not empty', async (_, url, days) => {
    const { token } = await its.token()
    const to = FROM + days * DAY
    const statuses = [to - 1, to, to + 1, FROM + 1, FROM].map(async (at) => (await its.ask(token, 'GET', `${url}from=${canonicalTime(FROM)}&to=${canonicalTime(at)}`)).statusCode)
    expect(await Promise.all(statuses)).toEqual([200, 200, 400, 200, 400])
  })

  it('of a heat map may be as wide as it may be, and no wider', async () => {
    const { token } = await its.token()
    const status = async (days: number) => (await its.ask(token, 'GET', `/v1/accounts/acme/days?from=${istDayOf(FROM)}&to=${istDayOf(FROM + (days - 1) * DAY)}`)).statusCode
    expect([await status(RANGE_DAYS_MAX.days), await status(RANGE_DAYS_MAX.days + 1)]).toEqual([200, 400])
  })

  it('of today ends with the window that is now', async () => {
    const { accounts } = await its.read<{ readonly accounts: readonly { readonly today: { readonly range: unknown } }[] }>('/v1/accounts')
    expect(accounts[0]?.today.range).toEqual({ from: canonicalTime(istDayRange(istDayOf(NOW)).from), to: canonicalTime(NOW + WINDOW_MS) })
  })

  it('ends where its last piece ends', async () => {
    const [from, to] = [FROM + 2 * WINDOW_MS, FROM + HOUR + 3 * WINDOW_MS]
    const { pieces } = await its.read<CompletenessAnswer>(`/v1/accounts/acme/completeness?by=hour&from=${canonicalTime(from)}&to=${canonicalTime(to)}`)
    // Hours begin at half past in UTC, as India's days do.
    const bounds = [from, FROM + HOUR / 2, to].map(canonicalTime)
    expect(pieces.map((piece) => [piece.from, piece.to])).toEqual([bounds.slice(0, 2), bounds.slice(1)])
  })
})

it('a call of which both told in the same moment was told of first by the webhook', async () => {
  const { items } = await its.read<CallsAnswer>(`/v1/accounts/acme/calls?from=${canonicalTime(FROM)}&to=${canonicalTime(FROM + WINDOW_MS)}`)
  expect(items).toMatchObject([{ callSid: 'c1', firstBy: 'webhook', firstWebhookAt: canonicalTime(FROM + MINUTE), firstApiAt: canonicalTime(FROM + MINUTE) }])
})

describe('what is personal', () => {
  const [ONE, OTHER] = ['09876543210', '09812345678']
  const url = '/v1/accounts/acme/calls/named'
  let raw: string
  beforeAll(async () => {
    // What the webhook says is lost to the API, and contradicts it.
    const [place] = await seedCall(its, 'acme', 'named', [
      { receivedAt: FROM + MINUTE, values: { ...created(FROM + HOUR), from: ONE }, body: `From=${ONE}`, query: `CallFrom=${ONE}` },
      { surface: 'call-list', receivedAt: FROM + 2 * MINUTE, values: { ...created(FROM + HOUR), from: OTHER } },
    ])
    raw = `${url}/observations/${place?.partition}/${place?.offset}`
  })
  /** Without the trunk prefix: a contradiction is told by what is compared. */
  const shows = (text: string): readonly string[] => [ONE, OTHER].filter((number) => text.includes(number.slice(1)))

  it('is masked wherever it stands: won, lost, contradicting, in the body, in the query, in bytes', async () => {
    const { token } = await its.token(['audit:read'])
    const [call, bytes] = [await its.ask(token, 'GET', url), await its.ask(token, 'GET', raw)]
    expect([shows(call.body), shows(bytes.body)]).toEqual([[], []])
    const { fields, conflicts } = call.json<CallAnswer>()
    expect([fields.from?.masked, fields.from?.lost.length, fields.status?.masked, conflicts.length]).toEqual([true, 1, false, 1])
    expect(bytes.json<RawAnswer>()).toMatchObject({ base64: null, query: expect.stringContaining('CallFrom=') })
  })

  it('is shown in each of these places where it is revealed, and said to be', async () => {
    const { token } = await its.token(['audit:read', 'pii:read'])
    const call = (await its.ask(token, 'POST', `${url}/reveal`, { reason: 'a complaint' })).json<CallAnswer>()
    expect(call.fields.from).toMatchObject({ value: OTHER, masked: false, lost: [{ value: ONE }] })
    expect(shows(JSON.stringify(call.conflicts))).toEqual([ONE, OTHER])
    const bytes = (await its.ask(token, 'POST', `${raw}/reveal`, { reason: 'a complaint' })).json<RawAnswer>()
    expect(bytes).toMatchObject({ text: `From=${ONE}`, query: `CallFrom=${ONE}`, base64: Buffer.from(`From=${ONE}`).toString('base64') })
  })
})

describe('a list', () => {
  it.each([
    ['calls', `/v1/accounts/acme/calls?from=${canonicalTime(FROM)}&to=${canonicalTime(FROM + 2 * WINDOW_MS)}&limit=`],
    ['runs', '/v1/accounts/acme/runs?limit='],
    ['certificates', `/v1/accounts/acme/certificates?from=${canonicalTime(FROM)}&to=${canonicalTime(FROM + HOUR)}&limit=`],
  ])('of %s goes on where there is more, and not where what there is fits just so', async (_, url) => {
    const page = async (limit: number) => {
      const { items, next } = await its.read<{ readonly items: readonly unknown[]; readonly next: string | null }>(`${url}${limit}`)
      return [items.length, next !== null]
    }
    expect([await page(2), await page(3)]).toEqual([
      [2, true],
      [3, false],
    ])
  })
})

describe('an answer', () => {
  it('to a POST is stored nowhere, and one to a GET by its asker alone', async () => {
    const { token } = await its.token()
    const kept = async (method: 'GET' | 'POST') => (await its.ask(token, method, '/v1/session', undefined)).headers['cache-control']
    expect((await its.ask(token, 'GET', '/v1/session')).headers.vary).toBe('authorization, cookie')
    expect([await kept('GET'), await kept('POST')]).toEqual(['private, no-cache', 'no-store'])
  })

  it('is not sent again to whoever has any', async () => {
    const { token } = await its.token()
    expect((await its.ask(token, 'GET', '/v1/session', undefined, { 'if-none-match': '*' })).statusCode).toBe(304)
  })
})

it('of exceptions that are not closed, those that somebody has are some', async () => {
  await its.pool.query(`UPDATE rollcall.judgements SET outcome = 'missing', reason = 'never-arrived'`)
  const states = async (state: string) =>
    (await its.read<{ readonly items: readonly { readonly state: string }[] }>(`/v1/accounts/acme/exceptions?kind=missing-webhook&state=${state}`)).items.map((item) => item.state)
  expect([await states('open'), await states('not-closed')]).toEqual([['open'], ['open']])
  await its.pool.query(
    `INSERT INTO rollcall.exception_actions (account, kind, subject, log_offset, ce_id, at, actor, action, assignee) VALUES ('acme', 'missing-webhook', '["c1", "status-callback"]', 1, 'x', $1, 'asha', 'assign', 'ravi')`,
    [new Date(NOW)],
  )
  expect([await states('open'), await states('assigned'), await states('not-closed')]).toEqual([[], ['assigned'], ['assigned']])
})
