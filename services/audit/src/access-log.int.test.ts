/** Who saw, took away, erased or changed something, and who may: told in the topic, folded, and read page by page, each account's by whoever may read of it. */
import { randomUUID } from 'node:crypto'
import { ACCESS_TYPES, type AccessItem, type AccessLogAnswer } from '@rollcall/contracts/audit-api/access-log'
import { exceptionId } from '@rollcall/contracts/audit-api/exception-id'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { type AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { canonicalTime, HOUR, MINUTE } from '@rollcall/domain/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount } from './testing/seed.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const NO_ACCOUNT = ''
const at = (minutes: number) => canonicalTime(FROM + minutes * MINUTE)
const range = { from: at(-600), to: at(-540) }
const tokenOf = (id: string, accounts: string[] | null) => ({ id, subject: 'Asha', scopes: ['audit:read' as const, 'pii:read' as const], accounts, expiresAt: at(9_000) })

/** In the order of the topic, each with the minute it was done in: what was erased is told by the next run, and so late. */
const TOLD: readonly (readonly [account: string, AuditEntry])[] = [
  [NO_ACCOUNT, { type: 'token-created', token: tokenOf('00000001', ['acme', 'other']), at: at(1), by: 'Ravi' }],
  [NO_ACCOUNT, { type: 'token-created', token: tokenOf('00000002', null), at: at(2), by: 'Ravi' }],
  [NO_ACCOUNT, { type: 'token-created', token: tokenOf('00000003', ['other']), at: at(3), by: 'Ravi' }],
  ['acme', { type: 'reveal', callSid: 'c1', observation: { partition: 3, offset: '42' }, at: at(5), by: 'Asha', reason: 'a complaint' }],
  ['other', { type: 'reveal', callSid: 'c9', observation: null, at: at(5), by: 'Asha', reason: 'of the other account' }],
  ['acme', { type: 'exception-action', exception: { kind: 'conflict', subject: ['c1'] }, at: at(6), by: 'Asha', did: { action: 'close', resolution: 'fixed', note: 'seen' } }],
  ['acme', { type: 'export', export: randomUUID(), range, format: 'csv', windows: 12, calls: 40, at: at(7), by: 'Asha' }],
  ['acme', { type: 'export', export: randomUUID(), range, format: 'pack', windows: 12, calls: 40, at: at(7), by: 'Ravi', asTold: true }],
  ['acme', { type: 'erasure', erased: { callSid: 'c2' }, calls: 1, at: at(4), by: 'Asha, privacy' }],
  ['acme', { type: 'erasure', erased: { createdBefore: at(-900) }, calls: 7, at: at(8), by: 'Asha, privacy' }],
  [NO_ACCOUNT, { type: 'token-revoked', token: tokenOf('00000001', ['acme', 'other']), at: at(9), by: 'Ravi' }],
]

let its: Installation
let reader: string
beforeAll(async () => {
  its = await createInstallation(FROM + HOUR)
  for (const account of ['acme', 'other']) await seedAccount(its, account, FROM - HOUR)
  for (const [account, entry] of TOLD) {
    const record = toAuditLogRecord({
      id: randomUUID(),
      account,
      type: entry.type,
      subject: subjectOf(entry),
      notedAt: FROM,
      leaseEpoch: 0n,
      value: JSON.stringify(entry),
    })
    await its.log.append(AUDIT_TOPIC, [record], { deadlineMs: 10_000 })
  }
  await its.folder.catchUp(Number.POSITIVE_INFINITY)
  reader = (await its.token(['audit:read'], ['acme'])).token
})
afterAll(() => its?.close())

const ask = async (query = '', account = 'acme') => (await its.ask(reader, 'GET', `/v1/accounts/${account}/access-log${query}`)).json<AccessLogAnswer>()
const all = async (account = 'acme') => (await its.read<AccessLogAnswer>(`/v1/accounts/${account}/access-log`)).items
const offsets = (items: readonly AccessItem[]) => items.map(({ position }) => Number(position.offset))
const reaching = (id: string, allAccounts: boolean) => ({ id, subject: 'Asha', scopes: ['audit:read', 'pii:read'], allAccounts, expiresAt: at(9_000) })

describe('the access log of an account', () => {
  it('has what people did, the latest first, by when they did it, each with all that it tells', async () => {
    const place = (offset: number) => ({ partition: 0, offset: String(offset) })
    expect(await all()).toEqual([
      { type: 'token-revoked', position: place(10), at: at(9), by: 'Ravi', asTold: true, token: reaching('00000001', false) },
      { type: 'erasure', position: place(9), at: at(8), by: 'Asha, privacy', asTold: true, erased: { createdBefore: at(-900) }, calls: 7 },
      { type: 'export', position: place(7), at: at(7), by: 'Ravi', asTold: true, range, format: 'pack', calls: 40 },
      { type: 'export', position: place(6), at: at(7), by: 'Asha', asTold: false, range, format: 'csv', calls: 40 },
      {
        type: 'exception-action',
        position: place(5),
        at: at(6),
        by: 'Asha',
        asTold: false,
        kind: 'conflict',
        exception: exceptionId({ kind: 'conflict', subject: ['c1'] }),
        did: { action: 'close', resolution: 'fixed', note: 'seen' },
      },
      { type: 'reveal', position: place(3), at: at(5), by: 'Asha', asTold: false, callSid: 'c1', observation: { partition: 3, offset: '42' }, reason: 'a complaint' },
      { type: 'erasure', position: place(8), at: at(4), by: 'Asha, privacy', asTold: true, erased: { callSid: 'c2' }, calls: 1 },
      { type: 'token-created', position: place(1), at: at(2), by: 'Ravi', asTold: true, token: reaching('00000002', true) },
      { type: 'token-created', position: place(0), at: at(1), by: 'Ravi', asTold: true, token: reaching('00000001', false) },
    ])
  })

  it('has nothing of another, and does not say which others a token reaches', async () => {
    expect(offsets(await all('other'))).toEqual([10, 4, 2, 1, 0])
    const told = JSON.stringify(await ask())
    for (const of of ['other', '00000003', 'c9']) expect(told).not.toContain(of)
    const answer = await its.ask(reader, 'GET', '/v1/accounts/other/access-log')
    expect(answer.statusCode).toBe(404)
  })

  it('comes page by page, whatever the size, all of it once; and a cursor goes on with its own question alone', async () => {
    const whole = offsets(await all())
    for (const limit of [1, 2, 4, 9, 10]) {
      const seen: number[] = []
      let next: string | null = ''
      while (next !== null) {
        const page: AccessLogAnswer = await ask(`?limit=${limit}${next === '' ? '' : `&cursor=${next}`}`)
        expect(page.items.length).toBeLessThanOrEqual(limit)
        seen.push(...offsets(page.items))
        next = page.next
      }
      expect(seen).toEqual(whole)
    }
    const { next } = await ask('?limit=2')
    expect(await ask(`?limit=2&type=reveal&cursor=${next}`)).toMatchObject({ status: 400, type: 'urn:rollcall:problem:bad-cursor' })
  })

  it.each(ACCESS_TYPES)('is of one kind alone where that is asked for: %s', async (type) => {
    const wanted = (await all()).filter((item) => item.type === type)
    expect(wanted.length).toBeGreaterThan(0)
    expect((await ask(`?type=${type}`)).items).toEqual(wanted)
  })

  it.each([
    ['from a moment on', `from=${at(7)}`, [10, 9, 7, 6]],
    ['before a moment', `to=${at(4)}`, [1, 0]],
    ['of a time, its end left out', `from=${at(5)}&to=${at(7)}`, [5, 3]],
    ['of a time and a kind', `from=${at(3)}&to=${at(9)}&type=erasure`, [9, 8]],
    ['of a time in which nothing was done', `from=${at(100)}`, []],
  ])('is of what was done %s', async (_, query, wanted) => expect(offsets((await ask(`?${query}`)).items)).toEqual(wanted))

  it.each([
    ['a kind that there is not', 'type=scan'],
    ['a time without a zone', 'from=2026-01-31T04:00:00'],
  ])('is refused of %s', async (_, query) => expect(await ask(`?${query}`)).toMatchObject({ status: 400, type: 'urn:rollcall:problem:bad-request' }))
})
