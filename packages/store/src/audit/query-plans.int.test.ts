/** How Postgres finds what auditors ask for, kept: by an index where there are many, as the role that asks. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readCompletenessPieces } from '../measures/read-completeness-pieces.ts'
import { readTimeliness } from '../measures/read-timeliness.ts'
import { readWebhookYield } from '../measures/read-webhook-yield.ts'
import { createPool, type Pool } from '../pool.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { countOpenExceptions } from './count-exceptions.ts'
import { readDayMeasures } from './day-measures.ts'
import { viewOf } from './exception-keys.ts'
import { pageAccessLog } from './page-access-log.ts'
import { pageCalls } from './page-calls.ts'
import { pageRuns } from './page-runs.ts'
import { actedOf } from './read-acted-subjects.ts'
import { AUDIT_API_ROLE } from './read-as.ts'
import { readCallLog } from './read-call-log.ts'
import { readDayWindows } from './read-day-windows.ts'
import { pageExceptions, readException } from './read-exceptions.ts'

const CALLS = 30_000
const DAYS = 30
const FROM = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000
const RANGE = { from: FROM + 10 * DAY_MS, to: FROM + 11 * DAY_MS }
const DAY = { ms: DAY_MS, origin: RANGE.from }

let database: TestDatabase
let pool: Pool
let client: pg.Client
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  const parameters = [CALLS, new Date(FROM), DAYS / CALLS]
  await pool.query(
    `INSERT INTO projection.calls (account, call_sid, created_at, verified, conflicts, state, digest, version)
     SELECT 'acme', md5(n::text), $2::timestamptz + n * $3::float8 * interval '1 day', true, CASE WHEN n % 1000 = 0 THEN '{x}'::text[] ELSE '{}' END, '{"firstSeen":{"poll":1}}', '', 1 FROM generate_series(1, $1::int) AS n`,
    parameters,
  )
  await pool.query(
    `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome)
     SELECT n % 12, n, 'acme', md5(n::text), 'call-list', 's', $2::timestamptz + n * $3::float8 * interval '1 day', 'i', 'h', 'facts' FROM generate_series(1, $1::int) AS n`,
    parameters,
  )
  await pool.query(
    `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at, call_created_at)
     SELECT 'acme', md5(n::text), 'status-callback', 'r', CASE WHEN n % 3 = 0 THEN 'arrived' ELSE 'missing' END, CASE WHEN n % 3 = 0 THEN 'late' ELSE 'never-arrived' END, $2::timestamptz + n * interval '1 second',
       $2::timestamptz + n * $3::float8 * interval '1 day' FROM generate_series(1, $1::int) AS n`,
    parameters,
  )
  const windows = [new Date(FROM), new Date(FROM + DAYS * DAY_MS)]
  await pool.query(
    `INSERT INTO rollcall.windows SELECT 'acme', w, CASE WHEN extract(minute FROM w) = 0 THEN 'amended' WHEN extract(minute FROM w) = 5 THEN 'gap' ELSE 'final' END, w, '{}', 'equal-scans' FROM generate_series($1::timestamptz, $2, interval '5 minutes') AS w`,
    windows,
  )
  await pool.query(
    `INSERT INTO rollcall.exception_actions (account, kind, subject, log_offset, ce_id, at, actor, action, resolution) SELECT 'acme', 'missing-webhook', jsonb_build_array(md5(n::text), 'status-callback'), n, n::text, now(), 'a', 'close', 'vendor' FROM generate_series(1, 30) AS n`,
  )
  await pool.query(
    `INSERT INTO rollcall.window_scans SELECT 'acme', w, gen_random_uuid(), w, 'd', true, 0, 1, 1, 0, w FROM generate_series($1::timestamptz, $2, interval '5 minutes') AS w, generate_series(1, 4)`,
    windows,
  )
  await pool.query(
    `INSERT INTO rollcall.window_changes SELECT 'acme', w, row_number() OVER (), w::text, w, w, NULL, 'final', 'r', '{}' FROM generate_series($1::timestamptz, $2, interval '5 minutes') AS w`,
    windows,
  )
  await pool.query(
    `INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, lease_epoch) SELECT gen_random_uuid(), 'acme', 'cron', now(), now() - n * interval '1 minute', 1 FROM generate_series(1, 20000) AS n`,
  )
  await pool.query(
    `INSERT INTO rollcall.day_measures SELECT 'a' || n, day::date, now(), '{}' FROM generate_series(1, 20) AS n, generate_series(date '2020-01-01', date '2026-01-01', interval '1 day') AS day`,
  )
  await pool.query(
    `INSERT INTO rollcall.day_checks (check_id, account, day, started_at, ended_at, observations, refused, calls_told, calls_stored, told_sha256, stored_sha256, differing, differences)
     SELECT gen_random_uuid(), 'acme', (now() - n * interval '1 hour')::date, now() - n * interval '1 hour', now() - n * interval '1 hour', 1, 0, 1, 1, 'd', 'd', CASE WHEN n % 1000 = 0 THEN 1 ELSE 0 END, '[]'
     FROM generate_series(1, 8760) AS n`,
  )
  await pool.query(
    `INSERT INTO rollcall.reveals SELECT 'acme', n, n::text, $1::timestamptz + n * interval '1 minute', 'a', md5(n::text), NULL, 'r' FROM generate_series(1, 20000) AS n`,
    [new Date(FROM)],
  )
  await pool.query(
    `INSERT INTO rollcall.exports SELECT 'acme', 20000 + n, 'e' || n, $1::timestamptz + n * interval '1 minute', 'a', now(), now(), 'csv', 1 FROM generate_series(1, 20000) AS n`,
    [new Date(FROM)],
  )
  await pool.query('VACUUM ANALYZE')
  client = new pg.Client({ connectionString: database.databaseUrl, options: `-c search_path=projection -c role=${AUDIT_API_ROLE} -c rollcall.account=acme` })
  await client.connect()
})
afterAll(async () => {
  await client?.end()
  await pool?.end()
  await database?.drop()
})

/** Tables that were read whole (but those that are empty here), and indexes that were used, by the statements that `work` sends. */
const plansOf = async (work: (db: Pick<pg.Client, 'query'>) => Promise<unknown>) => {
  const plans: string[] = []
  const db = {
    query: async (text: string, values: unknown[] = []) => {
      const { rows } = await client.query(`EXPLAIN (FORMAT TEXT, COSTS OFF) ${text}`, values)
      plans.push(rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n'))
      return { rows: [], rowCount: 0 }
    },
  } as unknown as Pick<pg.Client, 'query'>
  await work(db)
  const all = plans.join('\n')
  return {
    whole: [...new Set([...all.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table as string))]
      .filter((table) => !/^(absences|dead_letters|scans|accounts|exception_actions|erasures|token_actions|chase|observations_\d)/.test(table))
      .toSorted(),
    /** Indexes by which rows of the table were looked up. */
    rowsReadOf: [...all.matchAll(/(?:Index Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)/g)].map(([, index]) => index as string),
    // The few actions of one exception are put in order as they are looked up: that is no sort of what is walked.
    sorts: [...all.matchAll(/Sort Key: (?!\S*log_offset)/g)].length,
    indexes: [...new Set([...all.matchAll(/(?:Index(?: Only)? Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)/g)].map(([, index]) => index as string))].toSorted(),
  }
}

describe('of many calls Postgres finds', () => {
  it.each([
    ['completeness of a day', (db: never) => readCompletenessPieces(db, 'acme', RANGE, DAY, null), 'calls_created'],
    ['completeness of a day as known then', (db: never) => readCompletenessPieces(db, 'acme', RANGE, DAY, FROM + 20 * DAY_MS), 'window_changes_pkey'],
    ['the windows of a day', (db: never) => readDayWindows(db, 'acme', RANGE), 'calls_created'],
    ['the webhook yield of a day', (db: never) => readWebhookYield(db, 'acme', RANGE), 'judgements_by_time'],
    ['the timeliness of a day', (db: never) => readTimeliness(db, 'acme', RANGE), 'observations_other_account_received_at'],
    ['a page of calls', (db: never) => pageCalls(db, 'acme', { created: RANGE, webhooksMissing: true }, { createdAt: RANGE.from, callSid: 'c' }, 100), 'calls_created'],
    ['the log of a call', (db: never) => readCallLog(db, 'acme', 'c1', null, 100), 'observations_other_account_call_sid_idx'],
    ['a page of runs', (db: never) => pageRuns(db, 'acme', null, 100), 'runs_latest'],
    ['a year of days', (db: never) => readDayMeasures(db, 'a3', '2025-01-01', '2026-01-01'), 'day_measures_pkey'],
    ['one missing webhook', (db: never) => readException(db, 'acme', 'missing-webhook', ['c1', 'status-callback']), 'judgements_'],
    ['one conflict', (db: never) => readException(db, 'acme', 'conflict', ['c1']), 'calls_pkey'],
    ['how many exceptions are open', (db: never) => countOpenExceptions(db, 'acme'), 'judgements_missing_latest'],
  ])('%s by an index, and reads no great table whole', async (what, ask, index) => {
    const { whole, indexes } = await plansOf(ask as never)
    // Thirty days of judgements are read as fast whole as one by one, where it is about many calls.
    expect(whole.filter((table) => table !== 'judgements' || !/^a page of calls/.test(what))).toEqual([])
    expect(indexes.join(' ')).toContain(index)
  })

  it('what is measured of a day in indexes alone, but of what they do not find', async () => {
    for (const ask of [readDayWindows, readWebhookYield, readTimeliness])
      expect({
        of: ask.name,
        read: (await plansOf((db) => ask(db as never, 'acme', RANGE))).rowsReadOf.filter((index) => /^calls_|^judgements_by|^observations_/.test(index)),
      }).toEqual({
        of: ask.name,
        read: [],
      })
  })

  it.each([
    ['missing-webhook', ['c', 'e'], 'judgements_missing_latest'],
    ['late-webhook', ['c', 'e'], 'judgements_late'],
    ['conflict', ['c'], 'calls_conflicting'],
    ['gap', [FROM], 'windows_exceptional'],
    ['amended', [FROM], 'windows_exceptional'],
  ] as const)('a page of %s by walking an index, without sorting, where most calls have one', async (kind, subject, index) => {
    for (const after of [null, { detectedAt: FROM + 20 * DAY_MS, kind, subject }, { detectedAt: FROM + 20 * DAY_MS, kind: 'dead-letter', subject: [0, '1'] } as const]) {
      const { whole, indexes, sorts } = await plansOf((db) =>
        pageExceptions(db as never, 'acme', { from: null, to: null, kind, states: ['open', 'assigned'], assignee: null }, after, 100),
      )
      expect({ whole, sorts, by: indexes.includes(index) }).toEqual({ whole: [], sorts: 0, by: true })
    }
  })

  it.each([
    ['the latest', null, null],
    ['those before a place', null, { at: FROM + DAY_MS, logOffset: 9n }],
    ['those of a kind', 'reveal', null],
  ])('a page of the access log by walking an index of each kind: %s', async (_, type, before) => {
    const { whole, indexes } = await plansOf((db) => pageAccessLog(db as never, 'acme', { from: null, to: null, type }, before, 100))
    expect(whole).toEqual([])
    const walked = ['exports_by_time', 'reveals_by_time'].filter((index) => type === null || index.startsWith(type))
    expect(indexes.filter((index) => /^(exports|reveals)_/.test(index))).toEqual(walked)
  })

  it('those that were closed one by one, by what was done about them', async () => {
    const sids = (await pool.query<{ sid: string }>(`SELECT md5(n::text) AS sid FROM generate_series(1, 30) AS n`)).rows.map(({ sid }) => sid)
    const { condition, values } = actedOf(
      'missing-webhook',
      sids.map((sid) => [sid, 'status-callback']),
    )
    const { whole, indexes } = await plansOf((db) =>
      db.query(`SELECT kind FROM ${viewOf('missing-webhook')} WHERE account = $1 AND ${condition(2)} AND state = 'closed'`, ['acme', ...values]),
    )
    expect({ whole, indexes: indexes.some((index) => /^judgements_(pkey|missing)$/.test(index)) }).toEqual({ whole: [], indexes: true })
  })
})
