import { canonicalTime, DAY, HOUR, MINUTE } from '@rollcall/domain/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall } from './testing/seed.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const NOW = FROM + 10 * HOUR
const PHONE = '09876543210'
const CALL = '/v1/accounts/acme/calls/c1'

let its: Installation
let token: string
let raw: string

beforeAll(async () => {
  its = await createInstallation(NOW)
  await seedAccount(its, 'acme', FROM - DAY)
  const [place] = await seedCall(its, 'acme', 'c1', [{ receivedAt: FROM + MINUTE, values: { createdAt: canonicalTime(FROM), from: PHONE }, body: `{"From":"${PHONE}"}` }])
  raw = `${CALL}/observations/${place?.partition}/${place?.offset}`
  token = (await its.token(['audit:read', 'pii:read'], ['acme'])).token
})
afterAll(() => its?.close())

const recorded = async () => (await its.pool.query('SELECT call_sid, observation, reason FROM rollcall.reveals ORDER BY log_offset')).rows
const reveal = (url: string, reason: string) => its.ask(token, 'POST', `${url}/reveal`, { reason })

describe('a reveal', () => {
  it('of a call, and of what was received, is recorded with its reason', async () => {
    expect((await reveal(CALL, 'a complaint')).body).toContain(PHONE)
    expect((await reveal(raw, 'another')).body).toContain(PHONE)
    expect(await recorded()).toEqual([
      { call_sid: 'c1', observation: null, reason: 'a complaint' },
      { call_sid: 'c1', observation: raw.slice(`${CALL}/observations/`.length), reason: 'another' },
    ])
  })

  it('of what is not there is none', async () => {
    const before = await recorded()
    expect((await reveal('/v1/accounts/acme/calls/c9', 'x')).statusCode).toBe(404)
    expect((await reveal(`${CALL}/observations/0/999`, 'x')).statusCode).toBe(404)
    expect(await recorded()).toEqual(before)
  })

  it('that cannot be recorded is none: nothing is shown', async () => {
    await its.pool.query('ALTER TABLE rollcall.reveals RENAME TO reveals_away')
    for (const url of [CALL, raw]) {
      const answer = await reveal(url, 'x')
      expect([url, answer.statusCode >= 500, answer.body.includes(PHONE)]).toEqual([url, true, false])
    }
    await its.pool.query('ALTER TABLE rollcall.reveals_away RENAME TO reveals')
  })
})
