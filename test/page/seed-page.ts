import type { Installation } from '@rollcall/audit/testing/installation'
import { seedCertificate, seedCheckpoint } from '@rollcall/audit/testing/seed-evidence'
import type { Subject } from '@rollcall/audit-web/testing/views'
import { exceptionId } from '@rollcall/contracts/audit-api/exception-id'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime, DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import type { Pool } from '@rollcall/store/pool'
import { fillCalls } from '../bench/audit/fill-calls.ts'
import { seedCalls } from './seed-calls.ts'

/** Of fillCalls. */
const ACCOUNT = 'acme'
const DAYS = 330
const CALLS_PER_DAY = 240
const POOR_DAYS_AGO = 24
const CHANGED_DAYS_AGO = 40
/** It has nothing yet. */
const QUIET_ACCOUNT = 'quiet'
const CALLS_APART_MS = 40 * MINUTE
const CALLS_OF_WINDOW = 9
const RUNS = 12

/**
 * An account with most of a year behind it, as the page shows it: every day of `DAYS` full of calls, one of them with calls that are not held and windows that were never closed, and yesterday and
 * today up to `now` with calls of every kind, windows in every state, exceptions of most kinds, runs, and certificates that are signed.
 */
export const seedPage = async (its: Pick<Installation, 'pool' | 'log' | 'keeperDirectory'>, now: Instant, onLine: (line: string) => void): Promise<Subject> => {
  const { pool } = its
  const yesterday = istDayRange(istDayOf(now - DAY))
  const filledFrom = yesterday.from - DAYS * DAY
  await fillCalls(pool, { cdrs: DAYS * CALLS_PER_DAY, days: DAYS, from: filledFrom, busy: 0, onLine })
  const poorDay = yesterday.from - POOR_DAYS_AGO * DAY
  await makePoor(pool, poorDay)
  const changedDay = istDayOf(yesterday.from - CHANGED_DAYS_AGO * DAY)
  await seedDeeds(pool, changedDay, now)

  const window = windowAt(yesterday.from + 12 * HOUR)
  const inWindow = Array.from({ length: CALLS_OF_WINDOW }, (_, nth) => window.from + nth * 20 * SECOND)
  const others = Array.from({ length: Math.ceil((now - yesterday.from) / CALLS_APART_MS) }, (_, nth) => yesterday.from + (nth + 0.4) * CALLS_APART_MS)
  const sids = await seedCalls(its, ACCOUNT, [...inWindow, ...others.filter((at) => at < now - 6 * MINUTE)])
  await seedWindows(pool, yesterday.from, now)
  await seedOddities(pool, sids[0] ?? '', now)
  const run = await seedRuns(pool, window.from, now)
  for (const from of [window.from - WINDOW_MS, window.from, window.to]) await seedCertificate(its, ACCOUNT, from)
  await seedCheckpoint(its)
  await pool.query('ANALYZE')
  const found = sids[4] ?? ''
  return {
    account: ACCOUNT,
    day: istDayOf(yesterday.from),
    poorDay: istDayOf(poorDay),
    changedDay,
    knownAt: canonicalTime(yesterday.from + 15 * HOUR),
    window: canonicalTime(window.from),
    callSid: sids[6] ?? '',
    exception: exceptionId({ kind: 'missing-webhook', subject: [found, 'status-callback'] }),
    run,
    quietAccount: QUIET_ACCOUNT,
  }
}

/** A day that is not any more as it was signed off, and what else people did. */
const seedDeeds = async (pool: Pool, signedDay: string, now: Instant): Promise<void> => {
  await pool.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)`, [QUIET_ACCOUNT, new Date(now)])
  await pool.query(
    `INSERT INTO rollcall.sign_offs VALUES ($1, $2, 3000000, 'signed', $3, 'Ravi, internal audit', 288, 0, 240, 240, 0, 0, repeat('d', 64), 'Totals compared with the bill.')`,
    [ACCOUNT, signedDay, new Date(now - 30 * DAY)],
  )
  await pool.query(`INSERT INTO rollcall.reveals VALUES ($1, 3000001, 'seen', $2, 'Ravi, internal audit', 'c1', NULL, 'complaint 7')`, [ACCOUNT, new Date(now - 5 * HOUR)])
  await pool.query(
    `INSERT INTO rollcall.token_actions VALUES ('', 3000002, 'made', $1, 'operations', 'token-created', '4f2a91c0', 'Ravi, internal audit', '{audit:read,pii:read}', $2)`,
    [new Date(now - 31 * DAY), new Date(now + 30 * DAY)],
  )
}

/** Two hours of which Exotel listed more than is held, and half an hour of which it told nothing in time. */
const makePoor = async (pool: Pool, from: Instant): Promise<void> => {
  await pool.query('UPDATE rollcall.window_scans SET calls_listed = calls_listed + 2 WHERE account = $1 AND window_from >= $2 AND window_from < $3', [
    ACCOUNT,
    new Date(from + 9 * HOUR),
    new Date(from + 11 * HOUR),
  ])
  for (const table of ['windows SET state', 'window_changes SET to_state'])
    await pool.query(`UPDATE rollcall.${table} = 'gap', reason = 'beyond-history' WHERE account = $1 AND window_from >= $2 AND window_from < $3`, [
      ACCOUNT,
      new Date(from + 14 * HOUR),
      new Date(from + 14 * HOUR + 30 * MINUTE),
    ])
}

/** Every window from `from` up to `now` in the state that its age gives it, with what moved it there and the scans that did. */
const seedWindows = async (pool: Pool, from: Instant, now: Instant): Promise<void> => {
  await pool.query(
    `INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail)
     SELECT $1, w, state, CASE state WHEN 'open' THEN 'made' WHEN 'settling' THEN 'ended' WHEN 'provisional' THEN 'sound-scan' ELSE 'equal-scans' END,
       w + CASE state WHEN 'open' THEN interval '0' WHEN 'settling' THEN interval '5 minutes' WHEN 'provisional' THEN interval '8 minutes' ELSE interval '270 minutes' END, '{}'
     FROM generate_series($2::timestamptz, $3::timestamptz, interval '5 minutes') AS w,
       LATERAL (SELECT CASE WHEN w > $3::timestamptz - interval '5 minutes' THEN 'open' WHEN w > $3::timestamptz - interval '14 minutes' THEN 'settling'
         WHEN w > $3::timestamptz - interval '275 minutes' THEN 'provisional' ELSE 'final' END AS state) AS aged`,
    [ACCOUNT, new Date(from), new Date(now)],
  )
  const moves: readonly (readonly [string | null, string, string, number, readonly string[]])[] = [
    [null, 'open', 'made', 0, ['open', 'settling', 'provisional', 'final']],
    ['open', 'settling', 'ended', 5, ['settling', 'provisional', 'final']],
    ['settling', 'provisional', 'sound-scan', 8, ['provisional', 'final']],
    ['provisional', 'final', 'equal-scans', 270, ['final']],
  ]
  for (const [nth, [before, state, reason, minutes, states]] of moves.entries())
    await pool.query(
      `INSERT INTO rollcall.window_changes (account, window_from, log_offset, ce_id, noted_at, at, from_state, to_state, reason, evidence)
       SELECT account, window_from, 2000000 + $1::int + 10 * row_number() OVER (ORDER BY window_from), gen_random_uuid()::text, window_from + $2::int * interval '1 minute', window_from + $2::int * interval '1 minute', $3, $4, $5,
         '{"scans":[],"difference":null}' FROM rollcall.windows WHERE account = $6 AND window_from >= $7 AND state = ANY ($8)`,
      [nth, minutes, before, state, reason, ACCOUNT, new Date(from), states],
    )
  for (const [lane, minutes, states] of [
    ['trailing', 8, ['provisional', 'final']],
    ['finalise', 255, ['final']],
    ['finalise', 270, ['final']],
  ] as const) {
    await pool.query(
      `WITH scanned AS (
         INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, pages, requests, calls_listed, digest, clock_skew_ms)
         SELECT gen_random_uuid(), gen_random_uuid(), account, $1, window_from, window_from + interval '5 minutes', window_from + $2::int * interval '1 minute', window_from + $2::int * interval '1 minute' + interval '2 seconds',
           'complete', 1, 1, 0, repeat('d', 64), 120 FROM rollcall.windows WHERE account = $3 AND window_from >= $4 AND state = ANY ($5)
         RETURNING scan_id, account, range_from, range_to, started_at, digest)
       INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at)
       SELECT s.account, range_from, scan_id, s.started_at, s.digest, true, 0, calls, calls, 0, s.started_at
       FROM scanned s, LATERAL (SELECT count(*) AS calls FROM projection.calls c WHERE c.account = s.account AND c.created_at >= range_from AND c.created_at < range_to AND c.listed_at IS NOT NULL) AS held`,
      [lane, minutes, ACCOUNT, new Date(from), states],
    )
  }
}

/** A dead letter, and a word that is not known. */
const seedOddities = async (pool: Pool, callSid: string, now: Instant): Promise<void> => {
  await pool.query(`INSERT INTO projection.dead_letters VALUES (11, 9000000, $1, 'passthru', 'not JSON', '{}', 'x', $2)`, [ACCOUNT, new Date(now - 3 * HOUR)])
  await pool.query(
    `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome, exceptions)
     VALUES (11, 9000001, $1, $2, 'popup', 's', $3, 'odd', 'h', 'facts', '[{"field":"Status","kind":"unknown-word","value":"odd"}]')`,
    [ACCOUNT, callSid, new Date(now - 5 * HOUR)],
  )
}

/** Runs up to `now`, one of them stopped and one failed. @returns the one that made the scans of the window */
const seedRuns = async (pool: Pool, window: Instant, now: Instant): Promise<string> => {
  await pool.query(
    `INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, ended_at, lease_epoch, outcome, scans, requests, windows_closed, calls_found, webhooks_missing, stop_reason, lanes)
     SELECT gen_random_uuid(), $1, 'cron', at, at + interval '1 second', at + interval '23 seconds', 1,
       CASE nth WHEN 3 THEN 'failed' WHEN 5 THEN 'gaps-remain' WHEN 7 THEN 'stopped' ELSE 'complete' END, 4, 9 + nth, 3, nth % 4, nth % 3,
       CASE nth WHEN 3 THEN 'Exotel answered 503 four times in a row' WHEN 7 THEN 'the process was asked to stop' END, '{chase,trailing,long-call-sweep,finalise}'
     FROM generate_series(1, $3::int) AS nth, LATERAL (SELECT $2::timestamptz - nth * interval '5 minutes' AS at) AS planned`,
    [ACCOUNT, new Date(now), RUNS],
  )
  const { rows } = await pool.query<{ run_id: string }>(
    `INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, ended_at, lease_epoch, outcome, scans, requests, windows_closed, calls_found, lanes)
     SELECT run_id, account, 'cron', started_at, started_at, ended_at + interval '20 seconds', 1, 'complete', 1, 1, 1, 1, '{trailing}' FROM rollcall.scans WHERE account = $1 AND range_from = $2 AND lane = 'trailing'
     RETURNING run_id`,
    [ACCOUNT, new Date(window)],
  )
  return rows[0]?.run_id ?? ''
}
