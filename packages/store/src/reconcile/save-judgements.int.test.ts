import type { Instant } from '@rollcall/domain/time'
import type { Judgement } from '@rollcall/domain/window/judge'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import '../testing/provided-context.ts'
import { saveJudgements } from './save-judgements.ts'

const AT = Date.UTC(2026, 0, 1)

describe('judgements', () => {
  let database: TestDatabase
  let pool: Pool

  beforeAll(async () => {
    database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  })
  afterAll(async () => {
    await pool?.end()
    await database?.drop()
  })
  beforeEach(() => pool.query('TRUNCATE rollcall.judgements, rollcall.judgement_history'))

  const said = (expectation: string, outcome: Judgement['outcome'], of: Partial<Judgement> = {}): Judgement => ({
    callSid: 'c1',
    expectation,
    rule: 'a rule',
    outcome,
    reason: outcome === 'missing' ? 'never-arrived' : null,
    arrivedAt: outcome === 'arrived' ? AT : null,
    ...of,
  })
  const save = (at: Instant, ...judgements: Judgement[]): Promise<number> => saveJudgements(pool, 'acme', judgements, at)
  const now = async (): Promise<readonly string[]> =>
    (await pool.query<{ said: string }>(`SELECT concat_ws(' ', call_sid, expectation, rule, outcome) AS said FROM rollcall.judgements WHERE account = 'acme' ORDER BY 1`)).rows.map(
      (row) => row.said,
    )
  const before = async (): Promise<readonly string[]> =>
    (
      await pool.query<{ said: string }>(
        `SELECT concat_ws(' ', call_sid, expectation, rule, outcome, extract(epoch FROM replaced_at - judged_at)::int) AS said FROM rollcall.judgement_history ORDER BY replaced_at, 1`,
      )
    ).rows.map((row) => row.said)

  it('count as newly missing once', async () => {
    expect(await save(AT, said('a', 'missing'), said('b', 'arrived'), said('a', 'missing', { callSid: 'c2' }))).toBe(2)
    expect(await save(AT, said('a', 'missing'), said('b', 'missing'))).toBe(1)
  })

  it('that change are kept as they were, with when', async () => {
    await save(AT, said('a', 'missing'))
    await save(AT + 60_000, said('a', 'arrived', { reason: 'late' }))
    await save(AT + 90_000, said('a', 'arrived', { reason: 'late', rule: 'another' }))
    expect(await now()).toEqual(['c1 a another arrived'])
    expect(await before()).toEqual(['c1 a a rule missing 60', 'c1 a a rule arrived 30'])
  })

  it('that stay leave no trace', async () => {
    await save(AT, said('a', 'missing'))
    await save(AT + 60_000, said('a', 'missing'))
    expect(await before()).toEqual([])
  })

  it('that only said that something is awaited leave none either', async () => {
    await save(AT, said('a', 'pending'))
    await save(AT + 60_000, said('a', 'missing'))
    expect([await now(), await before()]).toEqual([['c1 a a rule missing'], []])
  })

  it('that are made no more are gone, and kept in the history; those of other calls and accounts stay', async () => {
    await save(AT, said('a', 'missing'), said('b', 'arrived'), said('a', 'missing', { callSid: 'c2' }))
    await saveJudgements(pool, 'beta', [said('a', 'missing')], AT)
    await save(AT + 60_000, said('none', 'not-expected', { rule: 'nothing' }))
    expect(await now()).toEqual(['c1 none nothing not-expected', 'c2 a a rule missing'])
    expect(await before()).toEqual(['c1 a a rule missing 60', 'c1 b a rule arrived 60'])
    expect((await pool.query(`SELECT FROM rollcall.judgements WHERE account = 'beta'`)).rowCount).toBe(1)
  })

  it('of no call are nothing to write', async () => expect(await save(AT)).toBe(0))

  it('all of one call stand under the time at which it was created, also when that turns out to be another', async () => {
    const noted = async () =>
      (
        await pool.query<{ expectation: string; at: Date | null; judged: Date }>(
          `SELECT expectation, call_created_at AS at, judged_at AS judged FROM rollcall.judgements WHERE call_sid = 'moved' ORDER BY expectation`,
        )
      ).rows.map(({ expectation, at, judged }) => [expectation, at?.getTime() ?? null, judged.getTime()])
    const move = (createdAt: Instant) =>
      pool.query(
        `INSERT INTO projection.calls (account, call_sid, created_at, verified, conflicts, state, digest, version) VALUES ('acme', 'moved', $1, true, '{}', '{}', '', 1)
         ON CONFLICT (account, call_sid) DO UPDATE SET created_at = excluded.created_at`,
        [new Date(createdAt)],
      )
    const [first, second] = [said('first', 'arrived', { callSid: 'moved' }), said('second', 'pending', { callSid: 'moved' })]
    await save(AT, first)
    expect(await noted()).toEqual([['first', null, AT]])
    await move(AT + 1)
    await save(AT + 10, first, second)
    expect(await noted()).toEqual([
      ['first', AT + 1, AT],
      ['second', AT + 1, AT + 10],
    ])
    await move(AT + 2)
    await save(AT + 20, first, { ...second, outcome: 'arrived', arrivedAt: AT })
    expect(await noted()).toEqual([
      ['first', AT + 2, AT],
      ['second', AT + 2, AT + 20],
    ])
    await pool.query(`DELETE FROM projection.calls WHERE call_sid = 'moved'`)
    await save(AT + 30, first, said('second', 'missing', { callSid: 'moved' }))
    expect(await noted()).toEqual([
      ['first', null, AT],
      ['second', null, AT + 30],
    ])
    expect((await pool.query(`SELECT FROM rollcall.judgement_history WHERE expectation = 'first'`)).rowCount).toBe(0)
  })

  it('wait for another who judges calls of the same account', async () => {
    const [one, other] = [await pool.connect(), await pool.connect()]
    try {
      await one.query('BEGIN')
      await saveJudgements(one, 'acme', [said('a', 'arrived')], AT)
      await other.query(`SET statement_timeout = '200ms'`)
      await expect(saveJudgements(other, 'acme', [said('b', 'arrived', { callSid: 'c2' })], AT)).rejects.toThrow(/timeout/)
      await expect(saveJudgements(other, 'beta', [said('b', 'arrived', { callSid: 'c2' })], AT)).resolves.toBe(0)
    } finally {
      await one.query('ROLLBACK')
      one.release()
      other.release(true)
    }
  })
})
