import type { ExceptionAnswer, ExceptionItem, ExceptionsAnswer } from '@rollcall/contracts/audit-api/exception'
import { fromAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { canonicalTime, HOUR, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall, seedJudgement, seedWindow } from './testing/seed.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const NOW = FROM + 10 * HOUR
const URL = '/v1/accounts/acme/exceptions'

let its: Installation
let handler: string
beforeAll(async () => {
  its = await createInstallation(NOW)
  handler = (await its.token(['audit:read', 'exceptions:write'], ['acme'])).token
  await seedAccount(its, 'acme', FROM)
  await seedAccount(its, 'other', FROM)
  const createdAt = canonicalTime(FROM)
  for (const account of ['acme', 'other']) {
    await seedCall(its, account, 'missing', [{ surface: 'call-list', receivedAt: FROM + HOUR, values: { status: 'completed', createdAt } }])
    await seedJudgement(its, account, 'missing', 'missing', 'never-arrived', NOW - MINUTE)
  }
  await seedCall(its, 'acme', 'late', [{ surface: 'call-list', receivedAt: FROM + HOUR, values: { status: 'completed', createdAt } }])
  await seedJudgement(its, 'acme', 'late', 'arrived', 'late', NOW - 2 * MINUTE)
  await seedCall(its, 'acme', 'conflict', [
    { receivedAt: FROM + MINUTE, values: { from: '09876543210', createdAt } },
    { surface: 'call-list', receivedAt: NOW - 3 * MINUTE, values: { from: '09876500000', createdAt } },
  ])
  await seedCall(its, 'acme', 'claim', [{ receivedAt: FROM + MINUTE, values: { status: 'completed', createdAt } }])
  await its.pool.query(`INSERT INTO rollcall.absences VALUES ('acme', 'claim', $1, $2, 3)`, [new Date(NOW - 34 * MINUTE), new Date(NOW - 4 * MINUTE)])
  await seedCall(its, 'acme', 'asked', [{ receivedAt: FROM + MINUTE, values: { status: 'completed', createdAt } }])
  await its.pool.query(`INSERT INTO rollcall.absences VALUES ('acme', 'asked', $1, $2, 3)`, [new Date(NOW - 33 * MINUTE), new Date(NOW - 4 * MINUTE)])
  await its.pool.query(`INSERT INTO projection.dead_letters VALUES (11, 70, 'acme', 'passthru', 'not JSON', '{}', 'x', $1)`, [new Date(NOW - 5 * MINUTE)])
  await its.pool.query(
    `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome, exceptions) VALUES (11, 71, 'acme', 'late', 'popup', 's', $1, 'i', 'h', 'facts', '[{"field":"Status","kind":"unknown-word","value":"odd"}]')`,
    [new Date(NOW - 6 * MINUTE)],
  )
  await seedWindow(its, 'acme', FROM, { state: 'gap', scannedAt: NOW - 7 * MINUTE })
  await seedWindow(its, 'acme', FROM + WINDOW_MS, { state: 'amended', scannedAt: NOW - 8 * MINUTE })
  await its.pool.query(
    `INSERT INTO rollcall.day_measures VALUES ('acme', '2026-01-31', $1, '{"completeness":{"answer":"incomplete"}}'), ('acme', '2026-01-30', $1, '{"completeness":{"answer":"complete"}}')`,
    [new Date(NOW - 9 * MINUTE)],
  )
  await its.pool.query(
    `INSERT INTO rollcall.day_checks (check_id, account, day, started_at, ended_at, observations, refused, calls_told, calls_stored, told_sha256, stored_sha256, differing, differences)
     VALUES (gen_random_uuid(), 'acme', '2026-01-30', $1, $1, 0, 0, 1, 1, 'told', 'stored', 1, '[]')`,
    [new Date(NOW - 10 * MINUTE)],
  )
})
afterAll(() => its?.close())

const KINDS = ['missing-webhook', 'late-webhook', 'conflict', 'claim', 'dead-letter', 'unknown-word', 'gap', 'amended', 'not-held', 'day-differs'] as const
const list = async (query = '') => (await its.read<ExceptionsAnswer>(`${URL}${query}`)).items

describe('exceptions', () => {
  it('are of every kind, latest first, each with a sentence and what it is about', async () => {
    const found = await list()
    expect(found.map(({ kind }) => kind)).toEqual(KINDS)
    expect(found.map(({ callSid, windowFrom, position }) => callSid ?? windowFrom ?? position)).toEqual([
      'missing',
      'late',
      'conflict',
      'claim',
      { partition: 11, offset: '70' },
      'late',
      canonicalTime(FROM),
      canonicalTime(FROM + WINDOW_MS),
      '2026-01-30T18:30:00.000Z',
      '2026-01-29T18:30:00.000Z',
    ])
    expect(found.every(({ summary, state }) => summary.length > 10 && state === 'open')).toBe(true)
    expect(found.find(({ kind }) => kind === 'conflict')).toMatchObject({ severity: 'high', reason: 'identity_conflict:from' })
    expect(JSON.stringify(found)).not.toContain('98765')
  })

  it('come page by page, all of them once', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: ExceptionsAnswer = await its.read(`${URL}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ kind }) => kind))
      cursor = page.next
    }
    expect(seen).toEqual(KINDS)
  })

  it('are found by kind and by when they were detected, and are counted', async () => {
    expect((await list('?kind=gap')).length).toBe(1)
    expect((await list(`?from=${canonicalTime(NOW - 2 * MINUTE)}&to=${canonicalTime(NOW - MINUTE)}`)).map(({ kind }) => kind)).toEqual(['late-webhook'])
    expect(await its.read('/v1/accounts/acme/exception-counts')).toEqual({ account: 'acme', open: Object.fromEntries(KINDS.map((kind) => [kind, 1])), atLeast: [] })
  })

  it.each(KINDS)('can be asked for alone: %s', async (kind) => {
    const [{ id } = { id: '' }] = await list(`?kind=${kind}`)
    expect((await its.read<ExceptionAnswer>(`${URL}/${id}`)).exception).toMatchObject({ id, kind })
  })

  it('are assigned, annotated, closed and opened again, and nothing of that is lost', async () => {
    const [{ id } = { id: '' }] = await list('?kind=missing-webhook')
    const act = async (body: unknown) => {
      its.clock.now += MINUTE
      const answer = await its.ask(handler, 'POST', `${URL}/${id}/history`, body)
      expect([answer.statusCode, answer.body]).toEqual([200, expect.anything()])
      return answer.json<ExceptionAnswer>()
    }
    expect((await act({ action: 'assign', assignee: 'Asha' })).exception).toMatchObject({ state: 'assigned', assignee: 'Asha', actions: 1 })
    expect((await act({ action: 'annotate', note: 'asked Exotel' })).exception).toMatchObject({ state: 'assigned', actions: 2 })
    expect((await act({ action: 'close', resolution: 'vendor', note: 'outage of theirs' })).exception).toMatchObject({ state: 'closed', resolution: 'vendor' })
    expect((await list()).map(({ kind }) => kind)).not.toContain('missing-webhook')
    expect((await list('?state=closed')).map(({ kind }) => kind)).toEqual(['missing-webhook'])
    const { exception, history } = await act({ action: 'assign', assignee: 'Ravi', note: 'not so' })
    expect(exception).toMatchObject({ state: 'assigned', assignee: 'Ravi', resolution: null, actions: 4 })
    expect(history.map(({ did }) => did)).toEqual([
      { action: 'assign', assignee: 'Asha' },
      { action: 'annotate', note: 'asked Exotel' },
      { action: 'close', resolution: 'vendor', note: 'outage of theirs' },
      { action: 'assign', assignee: 'Ravi', note: 'not so' },
    ])
    expect(history.every(({ by }) => by.startsWith('somebody'))).toBe(true)
    const told = [...(await its.log.read(AUDIT_TOPIC, new Map([[0, 0n]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).values()].flat().map(fromAuditLogRecord)
    expect(told.map(({ entry }) => (entry.type === 'exception-action' ? entry.did : entry.type))).toEqual(history.map(({ did }) => did))
    expect((await its.read<ExceptionsAnswer>('/v1/accounts/other/exceptions')).items.map(({ state }) => state)).toEqual(['open'])
  })

  it('are acted upon only where they are', async () => {
    const [{ id } = { id: '' }] = await list('?kind=late-webhook')
    await its.pool.query(`DELETE FROM rollcall.judgements WHERE call_sid = 'late'`)
    expect((await its.ask(handler, 'POST', `${URL}/${id}/history`, { action: 'annotate', note: 'x' })).statusCode).toBe(404)
  })

  it('grow old in the auditors’ bands', async () => {
    const [gap] = await list('?kind=gap')
    expect((gap as ExceptionItem).age).toBe('20m')
    its.clock.now += 5 * HOUR
    expect((await list('?kind=gap'))[0]?.age).toBe('1d')
  })
})
