/** What is answered of a call now and as of a moment, and where ranges, lists and shares of them end. */
import { createHash } from 'node:crypto'
import type { CallAnswer, CallsAnswer, RawAnswer } from '@rollcall/contracts/audit-api/call'
import type { CompletenessAnswer } from '@rollcall/contracts/audit-api/measures'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { canonicalTime, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OBSERVATIONS_SHOWN_MAX } from './answers/call-view.ts'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall, seedJudgement, seedWindow } from './testing/seed.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const NOW = FROM + 10 * HOUR
const CALL = '/v1/accounts/acme/calls/c1'
const created = (at: number) => ({ status: 'completed', createdAt: canonicalTime(at) })

let its: Installation
beforeAll(async () => {
  its = await createInstallation(NOW)
  await seedAccount(its, 'acme', FROM)
  await seedWindow(its, 'acme', FROM, { state: 'final', listed: 1 })
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

describe('an answer', () => {
  it('to a POST is stored nowhere, and one to a GET by its asker alone', async () => {
    const { token } = await its.token()
    const kept = async (method: 'GET' | 'POST') => (await its.ask(token, method, '/v1/session', undefined)).headers['cache-control']
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
