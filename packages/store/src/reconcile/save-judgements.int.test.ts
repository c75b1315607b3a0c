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
})
