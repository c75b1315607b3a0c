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

/** Of so many days one was found again whole: a list told of its calls, page by page. */
const DAYS_PER_OUTAGE = 30
const OUTAGE_DAY = 7

export interface FilledCalls {
  readonly cdrs: number
  readonly days: number
  readonly from: Instant
  /** Calls of the last day but one, besides those that every day has. */
  readonly busy: number
}

/** Is it a day of which no webhook came? Days are numbered from 0. */
export const isOutage = (day: number): boolean => day % DAYS_PER_OUTAGE === OUTAGE_DAY

/**
 * `cdrs` calls of one account, evenly over `days` days from `from` on, as the projector and the reconciler leave them: every window final, with
 * four scans; one webhook judged for each call, one in a hundred missing; one call in a thousand contradicted; some days told of by lists alone, and a busy one. The two great
 * tables are filled side by side, without their indexes, which are made when all rows are there, and not logged: nothing here outlives the server.
 */
export const fillCalls = async (pool: Pool, { cdrs, days, from, busy, onLine }: FilledCalls & { readonly onLine: (line: string) => void }): Promise<void> => {
  const apartMs = (days * DAY) / cdrs
  // When the call of a number was created: `$1` and `$2` are the numbers.
  const times = {
    sql: `SELECT n, CASE WHEN n < $4 THEN $3::timestamptz + n * $5::float8 * interval '1 millisecond' ELSE $6::timestamptz + (n - $4) * $7::float8 * interval '1 millisecond' END AS at
      FROM generate_series($1::bigint, $2::bigint) AS n`,
    values: [new Date(from), cdrs, apartMs, new Date(from + (days - 2) * DAY), DAY / Math.max(1, busy)],
  }
  const made = `SELECT n, at, mod(floor(extract(epoch FROM at - $3::timestamptz) / 86400)::bigint, ${DAYS_PER_OUTAGE}) = ${OUTAGE_DAY} AS listed,
    date_bin('1 minute', at, timestamptz 'epoch') + interval '10 minutes' AS page_at FROM (${times.sql}) AS numbered`
  const state = sampleState(from)
  await pool.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ('acme', $1)`, [new Date(from)])
  const calls = (numbers: Numbers) =>
    pool.query(
      `INSERT INTO projection.calls (account, call_sid, status, direction, from_number, to_number, exophone, created_at, started_at, ended_at, duration_seconds, price, verified, first_webhook_at, first_api_at,
         conflicts, state, digest, version, ended_told_at, ended_told_by, recording_url, recording_told_at, recording_told_by)
       SELECT 'acme', md5(n::text), 'completed', 'outbound-api', '09876543210', '09876500000', '09000009001', at, at, at + interval '1 minute', 60, 0.45, true, CASE WHEN NOT listed THEN at + interval '62 seconds' END,
         at + interval '3 minutes', CASE WHEN n % 1000 = 0 THEN ARRAY['identity_conflict:from'] ELSE '{}' END, $8::jsonb, sha256(n::text::bytea), 3,
         CASE WHEN listed THEN page_at ELSE at + interval '62 seconds' + mod(n * 7919, 3000) * interval '1 millisecond' END, CASE WHEN listed THEN 'poll' ELSE 'webhook' END,
         'https://recordings.example.com/a.mp3',
         CASE WHEN listed THEN page_at ELSE at + interval '90 seconds' + mod(n * 104729, 9000) * interval '1 millisecond' END, CASE WHEN listed THEN 'poll' ELSE 'webhook' END
       FROM (${made}) AS made`,
      [...numbers, ...times.values, state],
    )
  /** Only what told of the end of calls: what other observations there are no measure reads. */
  const observations = (numbers: Numbers) =>
    pool.query(
      `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome, scan_id)
       SELECT mod(n, 12), n, 'acme', md5(n::text), 'call-list', 'reconciler', page_at, n::text, '', 'facts', md5(date_trunc('hour', page_at)::text)::uuid::text FROM (${made}) AS made WHERE listed`,
      [...numbers, ...times.values],
    )
  const judgements = (numbers: Numbers) =>
    pool.query(
      `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, arrived_at, judged_at, call_created_at)
       SELECT 'acme', md5(n::text), 'status-callback', 'default', CASE WHEN listed OR n % 100 = 0 THEN 'missing' ELSE 'arrived' END, CASE WHEN listed OR n % 100 = 0 THEN 'never-arrived' END, NULL, at, at
       FROM (${made}) AS made`,
      [...numbers, ...times.values],
    )
  const rows = cdrs + busy
  await Promise.all([fillTable(pool, 'projection.calls', rows, calls, onLine), fillTable(pool, 'rollcall.judgements', rows, judgements, onLine)])
  for (let done = 0; done < rows; done += CALLS_AT_ONCE) await observations([done, Math.min(rows, done + CALLS_AT_ONCE) - 1])
  await pool.query(
    `INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, pages, requests, calls_listed)
     SELECT md5(hour::text)::uuid, gen_random_uuid(), 'acme', 'history', hour, hour + interval '1 hour', hour, hour + interval '10 minutes', 'complete', 1, 1, 1
     FROM generate_series(date_trunc('hour', $1::timestamptz), $2::timestamptz + interval '1 hour', interval '1 hour') AS hour`,
    [new Date(from), new Date(from + days * DAY)],
  )
  const windows = [new Date(from), new Date(from + days * DAY - WINDOW_MS), WINDOW_MS]
  await pool.query(
    `INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) SELECT 'acme', w, 'final', 'equal-scans', w + interval '5 hours', '{"state":"final","scans":["a","b"],"digest":"d"}'
     FROM generate_series($1::timestamptz, $2, $3 * interval '1 millisecond') AS w`,
    windows,
  )
  await pool.query(
    `INSERT INTO rollcall.window_changes (account, window_from, log_offset, ce_id, noted_at, at, to_state, reason, evidence)
     SELECT account, window_from, row_number() OVER (ORDER BY window_from), window_from::text, since, since, state, reason, '{}' FROM rollcall.windows`,
  )
  await pool.query(
    `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at)
     SELECT 'acme', w, gen_random_uuid(), w + nth * interval '1 hour', 'd', true, 0, coalesce(held.calls, 0), coalesce(held.calls, 0), 0, w + nth * interval '1 hour'
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
