import { EXCEPTIONS_COUNTED_MAX } from '@rollcall/contracts/audit-api/exception'
import { ABSENCE_SPAN_MS, ABSENCES_NEEDED, isDenied } from '@rollcall/domain/window/only-ours'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { inTransaction } from '../transaction.ts'
import { countOpenExceptions, countOpenExceptionsWithin } from './count-exceptions.ts'
import { type ExceptionRow, type ExceptionsWanted, pageExceptions, readException } from './read-exceptions.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
/** Of the sixty that are drawn, so few come with a day that differs. */
const DAYS_APART = 6
const ALL: ExceptionsWanted = { from: null, to: null, kind: null, states: ['open', 'assigned', 'closed'], assignee: null }

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

const call = (account: string, callSid: string, conflictAt: number | null = null) =>
  pool.query(
    `INSERT INTO projection.calls (account, call_sid, verified, first_webhook_at, conflicts, state, digest, version) VALUES ($1, $2, false, $3, CASE WHEN $3::timestamptz IS NULL THEN '{}'::text[] ELSE '{x}' END, '{}', '', 1)`,
    [account, callSid, conflictAt === null ? null : new Date(conflictAt)],
  )
const judged = (account: string, callSid: string, expectation: string, outcome: 'missing' | 'arrived', at: number) =>
  pool.query(
    `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at) VALUES ($1, $2, $3, 'r', $4, CASE $4 WHEN 'arrived' THEN 'late' ELSE 'never-arrived' END, $5)`,
    [account, callSid, expectation, outcome, new Date(at)],
  )
/** A day, counted from the first of 2026, was checked. */
const dayChecked = (account: string, day: number, differing: number, at: number, stored = 'stored') =>
  pool.query(
    `INSERT INTO rollcall.day_checks (check_id, account, day, started_at, ended_at, observations, refused, calls_told, calls_stored, told_sha256, stored_sha256, differing, differences)
     VALUES (gen_random_uuid(), $1, date '2026-01-01' + $2::int, $3, $3, 0, 0, 1, 1, 'told', $5, $4, '[]')`,
    [account, day, new Date(at), differing, stored],
  )
let offset = 0
const acted = (account: string, { kind, subject }: Pick<ExceptionRow, 'kind' | 'subject'>, action: 'assign' | 'close' | 'annotate', assignee: string | null = null) =>
  pool.query(
    `INSERT INTO rollcall.exception_actions (account, kind, subject, log_offset, ce_id, at, actor, action, assignee, resolution) VALUES ($1, $2, $3, $4, $5, now(), 'a', $6, $7, CASE $6 WHEN 'close' THEN 'fixed' END)`,
    [account, kind, JSON.stringify(subject), offset, `id-${offset++}`, action, assignee],
  )
const nameOf = ({ kind, subject }: Pick<ExceptionRow, 'kind' | 'subject'>): string => JSON.stringify([kind, ...subject])
const paged = async (account: string, wanted: ExceptionsWanted, limit: number): Promise<readonly ExceptionRow[]> => {
  const rows: ExceptionRow[] = []
  for (let after: Parameters<typeof pageExceptions>[3] = null; ; ) {
    const page = await pageExceptions(pool, account, wanted, after, limit)
    rows.push(...page.rows)
    if (page.next === null) return rows
    after = page.next
  }
}

describe('a claim', () => {
  it('is what the domain holds to be denied, at the edges of both', async () => {
    const edges = [-1, 0, 1].flatMap((times) => [-1, 0, 1].map((ms) => ({ times: ABSENCES_NEEDED + times, firstAt: FROM, lastAt: FROM + ABSENCE_SPAN_MS + ms })))
    for (const [nth, { times, firstAt, lastAt }] of edges.entries()) {
      await call('edges', `c${nth}`)
      await pool.query('INSERT INTO rollcall.absences VALUES ($1, $2, $3, $4, $5)', ['edges', `c${nth}`, new Date(firstAt), new Date(lastAt), times])
    }
    for (const [nth, absences] of edges.entries()) expect([absences, (await readException(pool, 'edges', 'claim', [`c${nth}`])) !== null]).toEqual([absences, isDenied(absences)])
  })
})

describe('a day that differs', () => {
  const found = async () => (await paged('days', ALL, 10)).map(({ subject, state }) => [...subject, state])

  it('is one until a later check finds it equal, and another one where it is changed again after somebody closed it', async () => {
    await dayChecked('days', 0, 0, FROM)
    expect(await found()).toEqual([])
    await dayChecked('days', 0, 3, FROM + 1, 'changed')
    expect(await found()).toEqual([['2026-01-01', 'changed', 'open']])
    await acted('days', { kind: 'day-differs', subject: ['2026-01-01', 'changed'] }, 'close')
    expect(await found()).toEqual([['2026-01-01', 'changed', 'closed']])
    await dayChecked('days', 0, 3, FROM + 2, 'changed')
    expect(await found()).toEqual([['2026-01-01', 'changed', 'closed']])
    await dayChecked('days', 0, 1, FROM + 3, 'changed once more')
    expect(await found()).toEqual([['2026-01-01', 'changed once more', 'open']])
    await dayChecked('days', 0, 0, FROM + 4)
    expect(await found()).toEqual([])
  })
})

describe('pages of exceptions', () => {
  it('hold each of them once, the latest first, however many are of one moment', async () => {
    // Few moments, so that most exceptions share theirs with others, of their own kind and of another.
    const drawn = fc.sample(fc.record({ missing: fc.boolean(), at: fc.integer({ min: 0, max: 3 }), conflict: fc.option(fc.integer({ min: 0, max: 3 })) }), 60)
    for (const [nth, { missing, at, conflict }] of drawn.entries()) {
      await call('many', `c${nth}`, conflict === null ? null : FROM + conflict)
      await judged('many', `c${nth}`, nth % 2 === 0 ? 'answered' : 'status-callback', missing ? 'missing' : 'arrived', FROM + at)
      await pool.query(`INSERT INTO projection.dead_letters VALUES ($1, $2, 'many', 'passthru', 'not JSON', '{}', 'x', $3)`, [nth % 3, 100 - nth, new Date(FROM + at)])
      await pool.query(`INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) VALUES ('many', $1, $2, 'r', $3, '{}')`, [
        new Date(FROM + nth * 300_000),
        missing ? 'gap' : 'amended',
        new Date(FROM + at),
      ])
      if (nth % DAYS_APART === 0) await dayChecked('many', nth, 1, FROM + at)
    }
    const expected = drawn.length * 3 + drawn.length / DAYS_APART + drawn.filter(({ conflict }) => conflict !== null).length
    for (const limit of [1, 7, 500]) {
      const rows = await paged('many', ALL, limit)
      expect(new Set(rows.map(nameOf)).size).toBe(rows.length)
      expect(rows.length).toBe(expected)
      expect(rows.map(({ detectedAt }) => detectedAt)).toEqual(rows.map(({ detectedAt }) => detectedAt).toSorted((a, b) => b - a))
    }
    for (const row of await paged('many', ALL, 100)) expect(await readException(pool, 'many', row.kind, row.subject)).toEqual(row)
  })

  it('hold those that are wanted, and those alone, by what was done about them', async () => {
    const rows = await paged('many', ALL, 500)
    const shuffled = fc.sample(fc.shuffledSubarray([...rows], { minLength: 30, maxLength: 30 }), 1)[0] as ExceptionRow[]
    for (const [nth, row] of shuffled.entries()) {
      await acted('many', row, nth < 10 ? 'annotate' : nth < 20 ? 'assign' : 'close', nth < 10 || nth >= 20 ? null : nth % 2 === 0 ? 'Asha' : 'Ravi')
    }
    const wantedNames = async (states: readonly string[], assignee: string | null) => (await paged('many', { ...ALL, states, assignee }, 4)).map(nameOf)
    const names = (some: readonly ExceptionRow[]) => rows.filter((row) => some.includes(row)).map(nameOf)
    const closed = shuffled.slice(20)
    const assigned = shuffled.slice(10, 20)
    expect(await wantedNames(['closed'], null)).toEqual(names(closed))
    expect(await wantedNames(['assigned'], null)).toEqual(names(assigned))
    expect(await wantedNames(['open'], null)).toEqual(names(rows.filter((row) => !closed.includes(row) && !assigned.includes(row))))
    expect(await wantedNames(['open', 'assigned'], null)).toEqual(names(rows.filter((row) => !closed.includes(row))))
    expect(await wantedNames(['open', 'assigned'], 'Asha')).toEqual(names(assigned.filter((_, nth) => nth % 2 === 0)))
  })

  it('are not looked through without end where thousands in a row were closed', async () => {
    await pool.query(
      `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at) SELECT 'closed', 'c' || n, 'e', 'r', 'missing', 'never-arrived', $1::timestamptz + n * interval '1 second' FROM generate_series(0, 12000) AS n`,
      [new Date(FROM)],
    )
    await pool.query(
      `INSERT INTO rollcall.exception_actions (account, kind, subject, log_offset, ce_id, at, actor, action, resolution) SELECT 'closed', 'missing-webhook', jsonb_build_array('c' || n, 'e'), n, 'closed-' || n, now(), 'a', 'close', 'vendor' FROM generate_series(1, 12000) AS n`,
    )
    const first = await pageExceptions(pool, 'closed', { ...ALL, states: ['open'] }, null, 10)
    expect(first.rows).toEqual([])
    expect((await pageExceptions(pool, 'closed', { ...ALL, states: ['open'] }, first.next, 10)).rows.map(({ callSid }) => callSid)).toEqual(['c0'])
  })
})

describe('how many are open', () => {
  it('is counted of each kind, less those that were closed', async () => {
    const rows = await paged('many', { ...ALL, states: ['open', 'assigned'] }, 500)
    const byKind = Object.fromEntries([...new Set(rows.map(({ kind }) => kind))].map((kind) => [kind, rows.filter((row) => row.kind === kind).length]))
    expect(await countOpenExceptions(pool, 'many')).toEqual({ open: byKind, atLeast: [] })
  })

  it('is at least so many where there are more than are counted, however many were closed', async () => {
    expect(await countOpenExceptions(pool, 'closed')).toEqual({ open: { 'missing-webhook': 1 }, atLeast: [] })
    await pool.query(`DELETE FROM rollcall.exception_actions WHERE account = 'closed' AND log_offset <= 11990`)
    expect(await countOpenExceptions(pool, 'closed')).toEqual({ open: { 'missing-webhook': EXCEPTIONS_COUNTED_MAX }, atLeast: ['missing-webhook'] })
    await pool.query(`DELETE FROM rollcall.judgements WHERE account = 'closed' AND judged_at >= $1`, [new Date(FROM + EXCEPTIONS_COUNTED_MAX * 1_000)])
    expect(await countOpenExceptions(pool, 'closed')).toEqual({ open: { 'missing-webhook': EXCEPTIONS_COUNTED_MAX }, atLeast: [] })
  })

  it('is nothing where it takes too long, and what else is asked is answered', async () => {
    await inTransaction(pool, async (tx) => {
      await tx.query('LOCK rollcall.exception_actions IN ACCESS EXCLUSIVE MODE')
      await inTransaction(pool, async (asking) => {
        await asking.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
        expect(await countOpenExceptionsWithin(asking, 'many', 50)).toBeNull()
        expect((await asking.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '1min' }])
      })
    })
    await inTransaction(pool, async (asking) => expect((await countOpenExceptionsWithin(asking, 'many', 60_000))?.atLeast).toEqual([]))
  })
})

it('how many are open is bounded for all statements together: what the first ones took is not there for the others', async () => {
  await inTransaction(pool, async (tx) => {
    await tx.query('LOCK rollcall.judgements IN ACCESS EXCLUSIVE MODE')
    await inTransaction(pool, async (asking) => {
      // It begins, and asks who acted; then only a moment is left.
      const clock = [0, 0]
      expect(await countOpenExceptionsWithin(asking, 'many', 60_000, () => clock.shift() ?? 59_990)).toBeNull()
    })
  })
})

describe('what no exception can be about', () => {
  it.each([
    ['dead-letter', [2 ** 40, '1']],
    ['dead-letter', [0, '99999999999999999999']],
    ['dead-letter', [0, 'x']],
    ['dead-letter', ['0', 1]],
    ['gap', ['x']],
    ['gap', [8.64e15]],
    ['gap', [-1]],
    ['missing-webhook', ['c']],
    ['missing-webhook', ['c', 'e', 'more']],
    ['conflict', [1]],
    ['not-held', [1]],
    ['day-differs', ['2026-01-01']],
    ['day-differs', ['2026-01-01', 'stored', 'more']],
  ] as const)('is not found: %s %j', async (kind, subject) => expect(await readException(pool, 'many', kind, subject)).toBeNull())
})
