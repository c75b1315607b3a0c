/** A day is signed off by who may, when it is closed, and by nobody who had a part in it; and each sign-off says whether the day is still as it was signed. */
import { createHash } from 'node:crypto'
import { exceptionId } from '@rollcall/contracts/audit-api/exception-id'
import type { SignOffsAnswer } from '@rollcall/contracts/audit-api/sign-off'
import { fromAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime, DAY, HOUR, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall, seedJudgement } from './testing/seed.ts'
import { amendWindow, seedClosedDay } from './testing/seed-evidence.ts'

/** Each test has a day of its own. */
const DAYS = ['2026-01-20', '2026-01-21', '2026-01-22', '2026-01-23', '2026-01-24', '2026-01-25'] as const
const [PLAIN, AMENDED, SEEN, OPEN, WORKED, GAP] = DAYS
const LAST = '2026-01-26'
const NOW = istDayRange(LAST).to - HOUR
const ISSUED = ['audit:read', 'days:sign'] as const
const startOf = (day: string) => istDayRange(day).from
const urlOf = (day: string, account = 'acme') => `/v1/accounts/${account}/days/${day}/sign-offs`

let its: Installation
let asha: string
beforeAll(async () => {
  its = await createInstallation(NOW)
  for (const account of ['acme', 'other']) {
    await seedAccount(its, account, startOf(PLAIN))
    for (const day of DAYS) await seedClosedDay(its, account, day)
  }
  asha = (await its.token(ISSUED, ['acme'])).token
})
afterAll(() => its?.close())

const sign = async (day: string, body: object = {}, token = asha) => its.ask(token, 'POST', urlOf(day), body)
const refused = async (day: string, body: object = {}, token = asha) => {
  const answer = await sign(day, body, token)
  const { status, type, detail } = answer.json<{ status: number; type: string; detail: string }>()
  return [status, type.replace('urn:rollcall:problem:', ''), detail]
}
const history = (day: string, account = 'acme') => its.read<SignOffsAnswer>(urlOf(day, account))
const told = async () =>
  [...(await its.log.read(AUDIT_TOPIC, new Map([[0, 0n]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).values()].flat().flatMap((record) => {
    const { entry, account } = fromAuditLogRecord(record)
    return entry.type === 'day-signed' ? [{ offset: record.offset, account, source: record.headers.ce_source, subject: record.headers.ce_subject, ...entry }] : []
  })

describe('a sign-off', () => {
  it('is in the audit topic, with what was signed, before it is answered; and stands in the day’s history, newest first', async () => {
    const calls = { call: 'call-list', asked: 'call-lookup', 'asked too': 'call-lookup', claim: 'status-callback', 'claim 2': 'popup', 'claim 3': 'passthru' } as const
    for (const [callSid, surface] of Object.entries(calls))
      await seedCall(its, 'acme', callSid, [{ surface, receivedAt: startOf(PLAIN) + HOUR, values: { createdAt: canonicalTime(startOf(PLAIN)) } }])
    await its.pool.query(
      `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at) VALUES ('acme', $1, gen_random_uuid(), $1, 'd', true, 0, 5, 5, 0, $1)`,
      [new Date(startOf(PLAIN))],
    )
    const first = await sign(PLAIN, { note: ' both totals compared ' })
    expect([first.statusCode, first.body]).toEqual([200, expect.anything()])
    its.clock.now += MINUTE
    const ravi = (await its.token(ISSUED, ['acme'])).token
    const answer = (await sign(PLAIN, {}, ravi)).json<SignOffsAnswer>()
    expect(answer).toEqual(await history(PLAIN))
    const records = await told()
    expect(answer).toMatchObject({ account: 'acme', day: PLAIN, signOffs: [{ note: null }, { note: 'both totals compared' }] })
    expect(answer.signOffs.map(({ position, at, by, signed, note }) => ({ offset: BigInt(position.offset), at, by, signed, note }))).toEqual(
      records.toReversed().map(({ offset, at, by, signed, note }) => ({ offset, at, by, signed, note })),
    )
    const [{ signed, ...record } = { signed: null }] = records
    expect(record).toMatchObject({ account: 'acme', source: '/rollcall/audit', subject: PLAIN, day: PLAIN, at: canonicalTime(NOW), by: expect.stringMatching(/^somebody/) })
    expect(signed).toEqual({ final: 288, amended: 0, listed: 5, exact: 1, unlisted: 2, claims: 3, digest: answer.digest })
    expect(answer.signOffs.map(({ unchanged }) => unchanged)).toEqual([true, true])
    expect(new Set(answer.signOffs.map(({ by }) => by)).size).toBe(2)
  })

  it('is over a digest that anybody can compute of the certificates', async () => {
    const { rows } = await its.pool.query<{ window_from: Date; sequence: number; state: string; sha256: string }>(
      `SELECT window_from, sequence, state, sha256 FROM rollcall.window_certificates WHERE account = 'acme' AND window_from >= $1 AND window_from < $2 ORDER BY window_from, sequence`,
      [new Date(startOf(PLAIN)), new Date(startOf(PLAIN) + DAY)],
    )
    const newest = rows.filter(({ window_from }, nth) => rows[nth + 1]?.window_from.getTime() !== window_from.getTime())
    expect(newest).toHaveLength(288)
    const lines = newest.map(({ window_from, sequence, state, sha256 }) => `${window_from.toISOString()} ${sequence} ${state} ${sha256}\n`)
    expect((await history(PLAIN)).digest).toBe(createHash('sha256').update(lines.join('')).digest('hex'))
  })

  it('shows as changed once a window of the day is amended, in SQL too, and a new one as it is now', async () => {
    await sign(AMENDED)
    await amendWindow(its, 'acme', startOf(AMENDED) + DAY - WINDOW_MS)
    expect((await history(AMENDED)).signOffs.map(({ unchanged }) => unchanged)).toEqual([false])
    const { signOffs } = (await sign(AMENDED)).json<SignOffsAnswer>()
    expect(signOffs.map(({ unchanged, signed: { final, amended } }) => ({ unchanged, final, amended }))).toEqual([
      { unchanged: true, final: 287, amended: 1 },
      { unchanged: false, final: 288, amended: 0 },
    ])
    expect((await its.pool.query(`SELECT unchanged FROM audit.sign_offs WHERE account = 'acme' AND day = $1 ORDER BY leaf DESC`, [AMENDED])).rows).toEqual([
      { unchanged: true },
      { unchanged: false },
    ])
    expect((await history(PLAIN)).signOffs.map(({ unchanged }) => unchanged)).toEqual([true, true])
  })

  it('is of its account and its day alone', async () => {
    expect((await history(PLAIN, 'other')).signOffs).toEqual([])
    expect((await history(LAST)).signOffs).toEqual([])
    expect((await history(PLAIN, 'other')).digest).not.toBe((await history(PLAIN)).digest)
    expect((await its.ask(asha, 'POST', urlOf(PLAIN, 'other'), {})).statusCode).toBe(404)
  })

  it('that is in the log and cannot be shown yet is not told as done, and is shown once it can be', async () => {
    const before = await told()
    await its.pool.query('ALTER TABLE rollcall.sign_offs RENAME TO sign_offs_away')
    expect((await sign(OPEN)).statusCode).toBeGreaterThanOrEqual(500)
    await its.pool.query('ALTER TABLE rollcall.sign_offs_away RENAME TO sign_offs')
    expect((await told()).length).toBe(before.length + 1)
    expect((await history(OPEN)).signOffs).toEqual([])
    await its.folder.catchUp(Number.POSITIVE_INFINITY)
    expect((await history(OPEN)).signOffs).toHaveLength(1)
  })
})

describe('nobody signs', () => {
  it('a day that is not over', async () => {
    await seedClosedDay(its, 'acme', LAST)
    its.clock.now = istDayRange(LAST).to - 1
    expect(await refused(LAST)).toEqual([409, 'not-yet', '2026-01-26 is not over: it ends at 2026-01-26T18:30:00.000Z.'])
    its.clock.now += 1
    expect((await sign(LAST)).statusCode).toBe(200)
  })

  it('a day with a window that is not closed, and is told how many there are, and which never will be', async () => {
    const set = (state: string, ...nths: number[]) =>
      its.pool.query(`UPDATE rollcall.windows SET state = $1 WHERE account = 'acme' AND window_from = ANY ($2)`, [
        state,
        nths.map((nth) => new Date(startOf(GAP) + nth * WINDOW_MS)),
      ])
    await set('provisional', 0, 287)
    await set('gap', 5)
    expect(await refused(GAP)).toEqual([409, 'not-yet', 'Of the 288 windows of 2026-01-25, 3 are neither final nor amended; 1 of these is a gap, which can never be.'])
    await set('final', 0, 5)
    expect(await refused(GAP)).toEqual([409, 'not-yet', 'Of the 288 windows of 2026-01-25, 1 is neither final nor amended.'])
    await set('amended', 287)
    expect((await sign(GAP)).statusCode).toBe(200)
    expect(await refused('2026-01-10')).toEqual([409, 'not-yet', 'Of the 288 windows of 2026-01-10, 288 are neither final nor amended.'])
  })

  it('a day of which a window was never certified as it is', async () => {
    const day = '2026-01-19'
    await seedClosedDay(its, 'acme', day)
    await its.pool.query('ALTER TABLE rollcall.window_certificates DISABLE TRIGGER window_certificates_are_kept')
    await its.pool.query(`DELETE FROM rollcall.window_certificates WHERE account = 'acme' AND window_from = $1 AND state = 'final'`, [new Date(startOf(day))])
    await its.pool.query('ALTER TABLE rollcall.window_certificates ENABLE TRIGGER window_certificates_are_kept')
    expect(await refused(day)).toEqual([409, 'not-yet', 'Of the 288 windows of 2026-01-19, 1 has no certificate that could be signed.'])
  })

  it('a day that is another one than they saw', async () => {
    const { digest } = await history(SEEN)
    await amendWindow(its, 'acme', startOf(SEEN))
    expect(await refused(SEEN, { digest })).toEqual([409, 'changed', expect.stringContaining('Look again')])
    expect((await history(SEEN)).signOffs).toEqual([])
    expect((await sign(SEEN, { digest: (await history(SEEN)).digest })).statusCode).toBe(200)
  })

  it('without the scope, nor with a note that names somebody', async () => {
    const reader = (await its.token(['audit:read', 'exceptions:write'], ['acme'])).token
    expect(await refused(PLAIN, {}, reader)).toEqual([403, 'forbidden', expect.stringContaining('days:sign')])
    expect(await refused(PLAIN, { note: 'asked +91 98765 43210' })).toEqual([400, 'bad-request', expect.anything()])
  })

  it('a day that no calendar of the database has', async () => {
    expect(await refused('0000-01-01')).toEqual([400, 'bad-request', expect.anything()])
    expect((await its.ask(asha, 'GET', urlOf('0000-12-31'))).statusCode).toBe(400)
    expect((await its.ask(asha, 'GET', urlOf('0001-01-01'))).statusCode).toBe(200)
    expect((await its.ask(asha, 'GET', '/v1/accounts/acme/days?from=0000-01-01&to=0000-01-02')).statusCode).toBe(400)
  })
})

describe('who closed an exception of the day', () => {
  const inDay = startOf(WORKED) + 3 * HOUR
  const received = startOf(WORKED) + 2 * DAY
  const places: Record<string, { partition: number; offset: bigint }> = {}
  beforeAll(async () => {
    for (const [callSid, at] of [
      ['first', startOf(WORKED)],
      ['last', startOf(WORKED) + DAY - 1],
      ['before', startOf(WORKED) - 1],
      ['after', startOf(WORKED) + DAY],
    ] as const) {
      const [place] = await seedCall(its, 'acme', callSid, [{ surface: 'call-list', receivedAt: received, values: { status: 'completed', createdAt: canonicalTime(at) } }])
      places[callSid] = place as { partition: number; offset: bigint }
      await seedJudgement(its, 'acme', callSid, 'missing', 'never-arrived', received)
    }
    const [place] = await seedCall(its, 'acme', 'received', [{ receivedAt: inDay, values: { status: 'completed' } }])
    places.received = place as { partition: number; offset: bigint }
  })
  const closes = async (exception: Parameters<typeof exceptionId>[0], action: 'close' | 'annotate' = 'close', account = 'acme') => {
    const { token } = await its.token(['audit:read', 'exceptions:write', 'days:sign'], ['acme', 'other'])
    const by = (await its.ask(token, 'GET', '/v1/session')).json<{ subject: string }>().subject
    // As the fold writes it; of kinds whose exception is not there (any more) too.
    await its.pool.query(
      `INSERT INTO rollcall.exception_actions (account, kind, subject, log_offset, ce_id, at, actor, action, resolution, note)
       SELECT $1, $2, $3, 2000000 + count(*), gen_random_uuid(), now(), $4, $5, 'fixed', 'x' FROM rollcall.exception_actions`,
      [account, exception.kind, JSON.stringify(exception.subject), by, action],
    )
    return token
  }
  const placeOf = (name: string) => [places[name]?.partition as number, String(places[name]?.offset)]

  it('by the API, is told that somebody else has to sign, and somebody else can', async () => {
    const { token } = await its.token(['audit:read', 'exceptions:write', 'days:sign'], ['acme'])
    const id = exceptionId({ kind: 'missing-webhook', subject: ['first', 'status-callback'] })
    const act = (body: object) => its.ask(token, 'POST', `/v1/accounts/acme/exceptions/${id}/history`, body)
    expect((await act({ action: 'annotate', note: 'seen' })).statusCode).toBe(200)
    expect((await sign(WORKED, {}, token)).statusCode).toBe(200)
    expect((await act({ action: 'close', resolution: 'vendor', note: 'theirs' })).statusCode).toBe(200)
    // Opened again, it was closed by them nevertheless.
    expect((await act({ action: 'assign', assignee: 'Ravi' })).statusCode).toBe(200)
    expect(await refused(WORKED, {}, token)).toEqual([409, 'own-work', expect.stringMatching(/^You closed an exception of 2026-01-24,.*Somebody else has to sign it off\.$/)])
    expect((await sign(WORKED)).statusCode).toBe(200)
    expect((await sign(PLAIN, {}, token)).statusCode).toBe(200)
  })

  it.each<readonly [string, () => Parameters<typeof exceptionId>[0]]>([
    ['a conflict of its last call', () => ({ kind: 'conflict', subject: ['last'] })],
    ['the claim of a call', () => ({ kind: 'claim', subject: ['first'] })],
    ['a webhook that came late', () => ({ kind: 'late-webhook', subject: ['last', 'passthru'] })],
    ['calls not held', () => ({ kind: 'not-held', subject: [WORKED] })],
    ['a day that differs', () => ({ kind: 'day-differs', subject: [WORKED, 'sha'] })],
    ['the gap of its first window', () => ({ kind: 'gap', subject: [startOf(WORKED)] })],
    ['its last window, amended', () => ({ kind: 'amended', subject: [startOf(WORKED) + DAY - WINDOW_MS] })],
    ['a dead letter received then', () => ({ kind: 'dead-letter', subject: placeOf('received') })],
    ['an unknown word of a call of it, received later', () => ({ kind: 'unknown-word', subject: placeOf('first') })],
  ])('%s, does not sign it', async (_, exception) => {
    expect((await refused(WORKED, {}, await closes(exception()))).slice(0, 2)).toEqual([409, 'own-work'])
  })

  it.each<readonly [string, () => Parameters<typeof closes>]>([
    ['a webhook of a call of the day before', () => [{ kind: 'missing-webhook', subject: ['before', 'status-callback'] }]],
    ['a webhook of a call of the day after', () => [{ kind: 'missing-webhook', subject: ['after', 'status-callback'] }]],
    ['an unknown word of another day', () => [{ kind: 'unknown-word', subject: placeOf('after') }]],
    ['a day that differs, another one', () => [{ kind: 'day-differs', subject: [PLAIN, 'sha'] }]],
    ['a gap the day after', () => [{ kind: 'gap', subject: [startOf(WORKED) + DAY] }]],
    ['an exception of another account', () => [{ kind: 'conflict', subject: ['first'] }, 'close', 'other']],
    ['nothing, but noted something', () => [{ kind: 'conflict', subject: ['first'] }, 'annotate']],
  ])('%s, signs it', async (_, of) => {
    expect((await sign(WORKED, {}, await closes(...of()))).statusCode).toBe(200)
  })

  it('long ago, and thousands of others since, does not sign it', async () => {
    const token = await closes({ kind: 'conflict', subject: ['first'] })
    const by = (await its.ask(token, 'GET', '/v1/session')).json<{ subject: string }>().subject
    await its.pool.query(
      `INSERT INTO rollcall.exception_actions (account, kind, subject, log_offset, ce_id, at, actor, action, resolution, note)
       SELECT 'acme', 'missing-webhook', jsonb_build_array('other-' || n, 'status-callback'), 3000000 + n, gen_random_uuid(), now(), $1, 'close', 'fixed', 'x' FROM generate_series(1, 2000) AS n`,
      [by],
    )
    expect((await refused(WORKED, {}, token)).slice(0, 2)).toEqual([409, 'own-work'])
  })
})
