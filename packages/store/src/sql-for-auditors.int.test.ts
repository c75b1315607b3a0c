/** The questions of docs/sql-for-auditors.md, asked by an auditor's login of two accounts that hold the same, of which it sees one. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts'

const text = await readFile(new URL('../../../docs/sql-for-auditors.md', import.meta.url), 'utf8')
const QUESTIONS = [...text.matchAll(/\*\*(\d+\. [^*]+)\*\*\n\n```sql\n(.*?);\n```/gs)].map(
  ([, question, sql]) => [question, Number.parseInt(question as string, 10), sql] as [string, number, string],
)

/** Rows of one account; its number tells what is its own. The day is 31 January 2026 in India: from 18:30 UTC of the 30th. */
const seedOf = (account: string, number: number): readonly string[] => [
  // Of the day: c1, of which a webhook told, c2 and c3, of which none did, and c5, a claim. c4 begins as the next day does.
  `INSERT INTO projection.calls (account, call_sid, status, created_at, duration_seconds, price, verified, first_webhook_at, first_api_at, ended_told_by, recording_told_at, conflicts, state, digest, version) VALUES
     ('${account}', 'c1', 'completed', '2026-01-30 18:30Z', 60, 1.25, true, '2026-01-30 18:31Z', '2026-01-30 18:40Z', 'webhook', '2026-01-30 18:41Z', '{}', '{}', '', ${number}),
     ('${account}', 'c2', 'completed', '2026-01-31 06:00Z', 30, 0.5, true, NULL, '2026-01-31 06:09Z', 'poll', NULL, '{}', '{}', '', ${number}),
     ('${account}', 'c3', 'busy', '2026-01-31 18:29:59Z', 0, 0, true, NULL, '2026-01-31 18:39Z', 'lookup', NULL, '{}', '{}', '', ${number}),
     ('${account}', 'c4', 'completed', '2026-01-31 18:30Z', 7, 7, true, NULL, '2026-01-31 18:39Z', 'poll', NULL, '{}', '{}', '', ${number}),
     ('${account}', 'c5', 'completed', '2026-01-31 06:00Z', 9, 9, false, NULL, NULL, 'webhook', '2026-01-31 06:01Z', '{}', '{}', '', ${number})`,
  // Ends of yesterday, by how long after them they were told; of a claim, of one that is too old, and of one that is not known to have ended.
  `INSERT INTO projection.calls (account, call_sid, created_at, ended_at, ended_told_at, ended_told_by, verified, conflicts, state, digest, version)
   SELECT '${account}', sid, now() - age, ended, ended + delay, by, verified, '{}', '{}', '', ${number} FROM (VALUES
     ('r1', interval '1 day', now() - interval '1 day', interval '1 minute', 'webhook', true), ('r2', interval '1 day', now() - interval '1 day', interval '5 minutes', 'webhook', true),
     ('r3', interval '1 day', now() - interval '1 day', interval '9 minutes', 'poll', true), ('r4', interval '1 day', now() - interval '1 day', interval '50 minutes', 'webhook', false),
     ('r5', interval '401 days', now() - interval '401 days', interval '60 minutes', 'webhook', true), ('r6', interval '1 day', NULL, NULL, 'webhook', true)) AS t (sid, age, ended, delay, by, verified)`,
  `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, event, source, received_at, ce_id, payload_sha256, outcome, scan_id) VALUES
     (${number}, 8, '${account}', 'c1', 'call-list', NULL, '/rollcall/reconciler/a', '2026-01-30 18:40Z', 'o8', 'bb', 'facts', '00000000-0000-4000-8000-000000000001'),
     (${number}, 7, '${account}', 'c1', 'status-callback', 'status-callback/terminal', '/rollcall/ingest/a', '2026-01-30 18:31Z', 'o7', 'aa', 'facts', NULL),
     (${number}, 9, '${account}', 'c2', 'call-list', NULL, '/rollcall/reconciler/a', '2026-01-31 06:09Z', 'o9', 'cc', 'facts', '00000000-0000-4000-8000-000000000001')`,
  // The 30th is whole; the 31st lacks its last window, has a gap, and one that is not closed. December and February are not asked for.
  `INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail)
   SELECT '${account}', at, CASE at WHEN '2026-01-31 03:00Z' THEN 'gap' WHEN '2026-01-31 03:05Z' THEN 'settling' ELSE 'final' END, 'equal-scans', now() - interval '3 days 03:00', '{}'::jsonb
   FROM generate_series(timestamptz '2026-01-29 18:30Z', '2026-01-31 18:20Z', interval '5 minutes') AS at
   UNION ALL SELECT '${account}', at, 'open', 'begun', now(), '{}'::jsonb FROM (VALUES (timestamptz '2025-12-31 18:00Z'), ('2026-01-31 18:30Z')) AS t (at)`,
  `INSERT INTO rollcall.day_measures SELECT '${account}', day::date, now() - interval '4 days 03:00', format('{"completeness":{"answer":"%s","windowsExpected":288,"closed":{"windows":%s,"listed":%s,"exact":%s}}}', answer, closed, listed, exact)::jsonb
   FROM (VALUES ('2026-01-31', 'unproven', 285, 3, 3), ('2026-01-30', 'complete', 288, 9, 9), ('2026-01-29', 'incomplete', 288, 7, 5), ('2025-12-15', 'complete', 288, 1, 1)) AS t (day, answer, closed, listed, exact)`,
  // The 30th still is as it was signed, the 29th is not.
  `INSERT INTO rollcall.sign_offs (account, day, log_offset, ce_id, at, actor, windows_final, windows_amended, calls_listed, calls_exact, calls_unlisted, calls_claimed, digest)
   SELECT '${account}', day, at, '${account}s' || at, '2026-02-05 00:00Z', 'asha', 288, 0, 9, 9, 0, 0, digest
   FROM (VALUES (date '2026-01-30', 10 * ${number} + 3, rollcall.day_digest('${account}', '2026-01-30')), ('2026-01-29', 10 * ${number} + 4, 'd')) AS t (day, at, digest)`,
  `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at)
   SELECT '${account}', sid, expectation, 'r', outcome, reason, now() - ago FROM (VALUES
     ('c2', 'status-callback', 'missing', 'never-arrived', interval '2 days 03:00'), ('c3', 'status-callback', 'missing', 'never-arrived', interval '1 day 03:00'),
     ('c3', 'passthru', 'missing', 'never-arrived', interval '9 days'), ('c1', 'status-callback', 'arrived', 'late', interval '6 days 03:00')) AS t (sid, expectation, outcome, reason, ago)`,
  `INSERT INTO rollcall.exception_actions (account, kind, subject, log_offset, ce_id, at, actor, action, assignee, resolution) VALUES
     ('${account}', 'missing-webhook', '["c3", "status-callback"]', 1, '${account}1', now(), 'asha', 'assign', 'ravi', NULL), ('${account}', 'missing-webhook', '["c3", "passthru"]', 2, '${account}2', now(), 'asha', 'close', NULL, 'vendor')`,
  `INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, lease_epoch, outcome, stop_reason) VALUES
     (gen_random_uuid(), '${account}', 'cron', now(), '2026-01-31 06:00Z', ${number}, 'complete', NULL), (gen_random_uuid(), '${account}', 'cron', now(), '2026-01-31 06:35Z', 1, 'gaps-remain', 'one window is a gap'),
     (gen_random_uuid(), '${account}', 'cron', now(), '2026-01-31 06:05Z', 1, 'failed', 'Exotel answered 500')`,
  `INSERT INTO rollcall.window_certificates (account, window_from, sequence, state, certified_at, root, leaves, sha256, value)
   SELECT '${account}', at::timestamptz, sequence, state, now(), 'r', ours, sha, format('{"totals":{"calls":%s},"listed":{"calls":%s},"difference":{"calls":%s}}', ours, listed, ours - listed)
   FROM (VALUES ('2026-01-31 06:00Z', 1, 'provisional', 1, 1, 's1'), ('2026-01-31 06:00Z', 2, 'final', 2, 2, 's2'), ('2026-01-30 18:30Z', 1, 'amended', 1, 2, 's3'), ('2026-01-31 18:30Z', 1, 'final', 1, 1, 's4')) AS t (at, sequence, state, ours, listed, sha)`,
  `INSERT INTO rollcall.audit_leaves (leaf, account, type, subject, ce_id, value_sha256) VALUES (10 * ${number}, '${account}', 'certificate', '2026-01-31T06:00:00.000Z', '1', 's1'), (10 * ${number} + 1, '${account}', 'certificate', '2026-01-31T06:00:00.000Z', '2', 's2')`,
  // Two deeds of January and one of February; a token that is valid, one that was revoked, one that has ended, and one of all accounts, which both see.
  `INSERT INTO rollcall.accounts (account, first_window) VALUES ('${account}', now())`,
  `INSERT INTO rollcall.reveals (account, log_offset, ce_id, at, actor, call_sid, reason) VALUES ('${account}', 10 * ${number} + 5, '${account}r1', '2026-01-15 06:00Z', 'asha', 'c1', 'complaint 7'), ('${account}', 10 * ${number} + 6, '${account}r2', '2026-01-31 18:30Z', 'asha', 'c1', 'complaint 8')`,
  `INSERT INTO rollcall.exports (account, log_offset, ce_id, at, actor, range_from, range_to, format, calls, as_told) VALUES ('${account}', 10 * ${number} + 7, '${account}e', '2026-01-20 06:00Z', 'ops', '2026-01-01 00:00Z', '2026-01-02 00:00Z', 'csv', 2, true)`,
  `INSERT INTO rollcall.token_actions (account, log_offset, ce_id, at, actor, type, token_id, holder, scopes, expires_at)
   SELECT of, 100 * ${number} + nth, '${account}t' || nth, at::timestamptz, 'ops', type, token, holder, '{audit:read}', now() + days * interval '1 day' FROM (VALUES
     (1, '${account}', '2026-01-10 06:00Z', 'token-created', 't1', 'asha', 10), (2, '${account}', '2026-01-10 07:00Z', 'token-created', 't2', 'ravi', 10), (3, '${account}', '2026-01-11 06:00Z', 'token-revoked', 't2', 'ravi', 10),
     (4, '${account}', '2026-01-10 08:00Z', 'token-created', 't3', 'mira', -1), (5, CASE ${number} WHEN 1 THEN '' ELSE 'nobody' END, '2026-01-12 06:00Z', 'token-created', 't4', 'noor', 10)) AS t (nth, of, at, type, token, holder, days)`,
  `INSERT INTO rollcall.day_checks (check_id, account, day, started_at, ended_at, observations, refused, calls_told, calls_stored, told_sha256, stored_sha256, differing, differences)
   SELECT gen_random_uuid(), '${account}', day::date, at::timestamptz, at::timestamptz + interval '1 minute', 9, 0, told, stored, 't', 's', differing, differences::jsonb FROM (VALUES
     ('2026-01-31', '2026-02-02 00:00Z', 3, 3, 0, '[]'), ('2026-01-30', '2026-02-03 00:00Z', 9, 9, 0, '[]'), ('2026-01-31', '2026-02-01 00:00Z', 3, 2, 1, '[{"callSid":"c1","kind":"missing"}]'),
     ('2026-01-29', '2026-02-04 00:00Z', 7, 6, 2, '[{"callSid":"c8","kind":"other","columns":["price"]},{"callSid":"c9","kind":"missing"}]')) AS t (day, at, told, stored, differing, differences)`,
]

/** Of a time that is counted from now: the days and hours, without what passes while this runs. */
const daysAgo = (days: number) => expect.stringMatching(new RegExp(`^${days} days? 03:0`))

/** By the number of the question: rows, in order where the question has one, columns in its order. */
const ROWS: Readonly<Record<number, readonly (readonly unknown[])[]>> = {
  1: [
    ['2026-01-31', 'unproven', 285, 288, 3, 3, 0],
    ['2026-01-30', 'complete', 288, 288, 9, 9, 0],
    ['2026-01-29', 'incomplete', 288, 288, 7, 5, 2],
    ['2025-12-15', 'complete', 288, 288, 1, 1, 0],
  ],
  2: [['2026-01-31', 287, 1, 2]],
  3: [
    ['c2', '2026-01-31T06:00:00+00:00', 'completed', '2026-01-31T06:09:00+00:00', 'poll'],
    ['c3', '2026-01-31T18:29:59+00:00', 'busy', '2026-01-31T18:39:00+00:00', 'lookup'],
  ],
  4: [
    ['busy', 1, 0, 0, 0],
    ['completed', 2, 90, 1.75, 1],
    [null, 3, 90, 1.75, 1],
  ],
  5: [
    ['day-differs', 'high', 'open', null, 1, expect.any(String)],
    ['late-webhook', 'low', 'open', null, 1, daysAgo(6)],
    ['not-held', 'high', 'open', null, 1, daysAgo(4)],
    ['gap', 'high', 'open', null, 1, daysAgo(3)],
    ['missing-webhook', 'medium', 'open', null, 1, daysAgo(2)],
    ['missing-webhook', 'medium', 'assigned', 'ravi', 1, daysAgo(1)],
  ],
  6: [
    ['never-arrived', 'status-callback', 2],
    ['never-arrived', 'passthru', 1],
  ],
  7: [
    ['2026-01-30T18:31:00+00:00', 'status-callback', 'status-callback/terminal', '/rollcall/ingest/a', null, 'facts', 1, 7, 'aa'],
    ['2026-01-30T18:40:00+00:00', 'call-list', null, '/rollcall/reconciler/a', '00000000-0000-4000-8000-000000000001', 'facts', 1, 8, 'bb'],
  ],
  8: [
    ['acme', '2026-01-31T06:35:00+00:00', '00:30:00', 'gaps-remain', 'one window is a gap'],
    ['acme', '2026-01-31T06:05:00+00:00', '00:05:00', 'failed', 'Exotel answered 500'],
    ['acme', '2026-01-31T06:00:00+00:00', null, 'complete', null],
  ],
  9: [
    ['2026-01-30T18:30:00+00:00', 1, 'amended', null, '1', '2', { calls: -1 }],
    ['2026-01-31T06:00:00+00:00', 2, 'final', 11, '2', '2', { calls: 0 }],
  ],
  10: [
    ['poll', 1, '00:09:00', '00:09:00'],
    ['webhook', 2, '00:05:00', '00:05:00'],
  ],
  11: [
    ['2026-01-29', '2026-02-04T00:01:00+00:00', false, 7, 6, 2, 'c8', 'other', ['price']],
    ['2026-01-29', '2026-02-04T00:01:00+00:00', false, 7, 6, 2, 'c9', 'missing', null],
    ['2026-01-31', '2026-02-02T00:01:00+00:00', true, 3, 3, 0, null, null, null],
    ['2026-01-30', '2026-02-03T00:01:00+00:00', true, 9, 9, 0, null, null, null],
  ],
  12: [
    ['acme', '2026-01-29', 'asha', '2026-02-05T00:00:00+00:00', 'false'],
    ['acme', '2025-12-15', null, null, 'nobody signed it'],
  ],
  13: [
    ['2026-01-20T06:00:00+00:00', 'export', 'ops', true, null, { range_from: '2026-01-01T00:00:00+00:00', range_to: '2026-01-02T00:00:00+00:00', format: 'csv', calls: 2 }],
    ['2026-01-15T06:00:00+00:00', 'reveal', 'asha', false, 'c1', { observation: null, reason: 'complaint 7' }],
  ],
  14: [
    ['noor', 't4', ['audit:read'], true, '2026-01-12T06:00:00+00:00', 'ops', expect.any(String)],
    ['asha', 't1', ['audit:read'], false, '2026-01-10T06:00:00+00:00', 'ops', expect.any(String)],
  ],
}
/** Whose rows the question does not put in order. */
const UNORDERED = [10]

const auditor = `auditor_${randomBytes(4).toString('hex')}`
let database: TestDatabase
let client: pg.Client

const connect = async (url: string, name?: string): Promise<pg.Client> => {
  const at = new URL(url)
  at.pathname = new URL(database.databaseUrl).pathname
  if (name !== undefined) [at.username, at.password] = [name, 'secret']
  const connected = new pg.Client({ connectionString: at.href, options: '-c timezone=UTC' })
  await connected.connect()
  return connected
}

beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  const superuser = await connect(inject('superuserUrl'))
  await superuser.query(`CREATE ROLE ${auditor} LOGIN PASSWORD 'secret' IN ROLE rollcall_auditor`)
  await superuser.end()
  const owner = await connect(database.databaseUrl)
  await owner.query(`GRANT CONNECT ON DATABASE "${new URL(database.databaseUrl).pathname.slice(1)}" TO rollcall_auditor`)
  await owner.query(`INSERT INTO rollcall.auditor_accounts VALUES ($1, 'acme')`, [auditor])
  for (const [nth, account] of ['acme', 'other'].entries()) for (const statement of seedOf(account, nth + 1)) await owner.query(statement)
  await owner.end()
  client = await connect(database.databaseUrl, auditor)
})
afterAll(async () => {
  await client?.end()
  await database?.drop()
  const superuser = new pg.Client({ connectionString: inject('superuserUrl') })
  await superuser.connect()
  await superuser.query(`DROP ROLE IF EXISTS ${auditor}`)
  await superuser.end()
})

it('is all asked: fourteen questions, each with the rows that answer it', () => {
  expect(QUESTIONS.map(([, number]) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  expect(Object.keys(ROWS).map(Number)).toEqual(QUESTIONS.map(([, number]) => number))
})

it.each(QUESTIONS)('%s', async (_, number, sql) => {
  const { fields } = await client.query(sql)
  const { rows } = await client.query<{ readonly row: Readonly<Record<string, unknown>> }>(`SELECT to_jsonb(asked) AS row FROM (${sql}) AS asked`)
  const found = rows.map(({ row }) => fields.map(({ name }) => row[name]))
  expect(UNORDERED.includes(number) ? found.toSorted() : found).toEqual(ROWS[number])
})
