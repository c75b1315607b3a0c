import { recordOf } from '@rollcall/domain/call/merge'
import { storedState } from '@rollcall/domain/call/state'
import { canonicalTime, DAY, type Instant, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { type Pool, takeConnection } from '@rollcall/store/pool'

const CALLS_AT_ONCE = 100_000
const SCANS_PER_WINDOW = 4
const SORT_MEGABYTES = 512

/** As wide as a call is that webhooks and the API told of. */
const sampleState = (at: Instant): string => {
  const values = {
    status: 'completed',
    direction: 'outbound-api',
    from: '09876543210',
    to: '09876500000',
    exophone: '09000009001',
    createdAt: canonicalTime(at),
    startedAt: canonicalTime(at),
    endedAt: canonicalTime(at + MINUTE),
    durationSeconds: '60',
    conversationSeconds: '55',
    price: '0.45',
    leg1Status: 'completed',
    leg2Status: 'completed',
    recordingUrl: 'https://recordings.example.com/acme/0123456789abcdef.mp3',
    customField: 'order-12345',
  } as const
  return JSON.stringify(storedState(recordOf({ account: 'acme', callSid: 'c', source: 'poll', receivedAt: at, vendorTime: at, event: null, values })))
}

/**
 * `cdrs` calls of one account, evenly over `days` days from `from` on, as the projector and the reconciler leave them: every window final, with
 * four scans; one webhook judged for each call, one in a hundred missing; one call in a thousand contradicted. The two great tables are filled
 * side by side, without their indexes, which are made when all rows are there, and not logged: nothing here outlives the server.
 */
export const fillCalls = async (
  pool: Pool,
  { cdrs, days, from, onLine }: { readonly cdrs: number; readonly days: number; readonly from: Instant; readonly onLine: (line: string) => void },
): Promise<void> => {
  const apartMs = (days * DAY) / cdrs
  const state = sampleState(from)
  await pool.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ('acme', $1)`, [new Date(from)])
  const calls = (numbers: Numbers) =>
    pool.query(
      `INSERT INTO projection.calls (account, call_sid, status, direction, from_number, to_number, exophone, created_at, started_at, ended_at, duration_seconds, price, verified, first_webhook_at, first_api_at,
         conflicts, state, digest, version, ended_told_at, ended_told_by, recording_url, recording_told_at, recording_told_by)
       SELECT 'acme', md5(n::text), 'completed', 'outbound-api', '09876543210', '09876500000', '09000009001', at, at, at + interval '1 minute', 60, 0.45, true, at + interval '62 seconds', at + interval '3 minutes',
         CASE WHEN n % 1000 = 0 THEN ARRAY['identity_conflict:from'] ELSE '{}' END, $3::jsonb, sha256(n::text::bytea), 3, at + interval '62 seconds', 'webhook', 'https://recordings.example.com/a.mp3', at + interval '90 seconds', 'webhook'
       FROM (SELECT n, $4::timestamptz + n * $5::float8 * interval '1 millisecond' AS at FROM generate_series($1::bigint, $2::bigint) AS n) AS made`,
      [...numbers, state, new Date(from), apartMs],
    )
  const judgements = (numbers: Numbers) =>
    pool.query(
      `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, arrived_at, judged_at, call_created_at)
       SELECT 'acme', md5(n::text), 'status-callback', 'default', CASE WHEN n % 100 = 0 THEN 'missing' ELSE 'arrived' END, CASE WHEN n % 100 = 0 THEN 'never-arrived' END, NULL, at, at
       FROM (SELECT n, $3::timestamptz + n * $4::float8 * interval '1 millisecond' AS at FROM generate_series($1::bigint, $2::bigint) AS n) AS made`,
      [...numbers, new Date(from), apartMs],
    )
  await Promise.all([fillTable(pool, 'projection.calls', cdrs, calls, onLine), fillTable(pool, 'rollcall.judgements', cdrs, judgements, onLine)])
  const windows = [new Date(from), new Date(from + days * DAY - WINDOW_MS), WINDOW_MS]
  await pool.query(
    `INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) SELECT 'acme', w, 'final', 'equal-scans', w + interval '5 hours', '{"state":"final","scans":["a","b"],"digest":"d"}'
     FROM generate_series($1::timestamptz, $2, $3 * interval '1 millisecond') AS w`,
    windows,
  )
  await pool.query(
    `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found)
     SELECT 'acme', w, gen_random_uuid(), w + nth * interval '1 hour', 'd', true, 0, coalesce(held.calls, 0), coalesce(held.calls, 0), 0
     FROM generate_series($1::timestamptz, $2, $3 * interval '1 millisecond') AS w CROSS JOIN generate_series(1, $4::int) AS nth
     LEFT JOIN (SELECT date_bin($3 * interval '1 millisecond', created_at, timestamptz 'epoch') AS w, count(*) AS calls FROM projection.calls GROUP BY 1) held USING (w)`,
    [...windows, SCANS_PER_WINDOW],
  )
  await pool.query('VACUUM ANALYZE')
}

/** The first and the last of calls, which are numbered from 0. */
type Numbers = readonly [number, number]

const fillTable = async (pool: Pool, table: string, cdrs: number, insert: (numbers: Numbers) => Promise<unknown>, onLine: (line: string) => void): Promise<void> => {
  const { rows: indexes } = await pool.query<{ constraint: string | null; name: string; definition: string; key: string | null }>(
    `SELECT c.conname AS constraint, i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition, pg_get_constraintdef(c.oid) AS key
     FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'p' WHERE i.indrelid = $1::regclass`,
    [table],
  )
  await pool.query(`ALTER TABLE ${table} SET UNLOGGED`)
  for (const { constraint, name } of indexes) await pool.query(constraint === null ? `DROP INDEX ${name}` : `ALTER TABLE ${table} DROP CONSTRAINT ${constraint}`)
  for (let done = 0; done < cdrs; done += CALLS_AT_ONCE) {
    await insert([done, Math.min(cdrs, done + CALLS_AT_ONCE) - 1])
    if (done % (CALLS_AT_ONCE * 10) === 0) onLine(`${table}: ${done} of ${cdrs}`)
  }
  const db = await takeConnection(pool)
  try {
    await db.query(`SET maintenance_work_mem = '${SORT_MEGABYTES}MB'`)
    for (const { constraint, definition, key } of indexes) await db.query(constraint === null ? definition : `ALTER TABLE ${table} ADD CONSTRAINT ${constraint} ${key}`)
  } finally {
    db.release(true)
  }
  onLine(`${table}: all, with ${indexes.length} indexes`)
}
