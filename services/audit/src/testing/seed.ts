/** Rows as the projector and the reconciler write them, for tests of what is answered. */
import { createHash, randomUUID } from 'node:crypto'
import type { Surface } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { CallFacts, Field } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { HOUR, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { Pool } from '@rollcall/store/pool'
import { upsertCalls } from '@rollcall/store/projection/upsert-calls'
import type { Installation } from './installation.ts'

export interface SeedObservation {
  readonly surface?: Surface
  readonly event?: string | null
  readonly receivedAt: Instant
  readonly vendorTime?: Instant | null
  readonly values: Readonly<Partial<Record<Field, string>>>
  readonly body?: string
  readonly query?: string
  readonly scanId?: string | null
}

/** Appends what was told of one call to the log, and writes what the projector would. Gives the places, in order. */
export const seedCall = async (
  { log, pool }: Pick<Installation, 'log' | 'pool'>,
  account: string,
  callSid: string,
  told: readonly SeedObservation[],
): Promise<readonly { partition: number; offset: bigint }[]> => {
  const places: { partition: number; offset: bigint }[] = []
  let record: CallRecord | null = null
  for (const { surface = 'status-callback', event = null, receivedAt, vendorTime = null, values, body = JSON.stringify(values), query = null, scanId = null } of told) {
    const payload = Buffer.from(body)
    const payloadSha256 = createHash('sha256').update(payload).digest('hex')
    const before = await log.bounds(OBSERVATIONS_TOPIC)
    const id = randomUUID()
    await log.append(
      OBSERVATIONS_TOPIC,
      [
        toLogRecord({
          id,
          account,
          surface,
          callSid,
          receivedAt,
          source: '/rollcall/test',
          method: surface.startsWith('call-') ? null : 'POST',
          query,
          contentType: 'application/json',
          scanId,
          leaseEpoch: null,
          payloadSha256,
          traceparent: null,
          utcOffsetMinutes: 330,
          payload,
        }),
      ],
      { deadlineMs: 10_000 },
    )
    const after = await log.bounds(OBSERVATIONS_TOPIC)
    const partition = [...after.keys()].find((one) => after.get(one)?.next !== before.get(one)?.next) as number
    const offset = before.get(partition)?.next as bigint
    places.push({ partition, offset })
    const source: CallFacts['source'] = surface === 'call-list' ? 'poll' : surface === 'call-lookup' ? 'lookup' : 'webhook'
    const facts: CallFacts = { account, callSid, source, receivedAt, vendorTime, event, values }
    const known: CallRecord | null = record
    record = merge(known, [facts]) as CallRecord
    await pool.query(
      `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, event, source, received_at, ce_id, payload_sha256, outcome, facts, scan_id)
       VALUES ($1, $2, $3, $4, $5, $6, '/rollcall/test', $7, $8, $9, 'facts', $10, $11)`,
      [partition, offset.toString(), account, callSid, surface, event, new Date(receivedAt), id, payloadSha256, JSON.stringify({ vendorTime, values }), scanId],
    )
  }
  if (record !== null) await upsertCalls(pool, [{ record, baseVersion: 0n }])
  return places
}

const windowScan = (pool: Pool, account: string, from: Instant, scan: string, startedAt: Instant, listed: number, held = listed) =>
  pool.query(
    `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at) VALUES ($1, $2, $3, $4, 'd', true, 0, $5, $6, 0, $4)`,
    [account, new Date(from), scan, new Date(startedAt), listed, held],
  )

/** A window in a state, as the audit topic has told unless it is not `told`, with one scan of it where `listed` is given. */
export const seedWindow = async (
  { pool }: Pick<Installation, 'pool'>,
  account: string,
  from: Instant,
  { state, listed, scannedAt = from + HOUR, told = true }: { readonly state: string; readonly listed?: number; readonly scannedAt?: Instant; readonly told?: boolean },
): Promise<string> => {
  const scan = randomUUID()
  await pool.query(`INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) VALUES ($1, $2, $3, 'equal-scans', $4, '{}')`, [
    account,
    new Date(from),
    state,
    new Date(scannedAt),
  ])
  if (told)
    await pool.query(
      `INSERT INTO rollcall.window_changes (account, window_from, log_offset, ce_id, noted_at, at, to_state, reason, evidence) VALUES ($1, $2, 1000000, $3, $4, $4, $5, 'equal-scans', '{"scans":[],"difference":null}')`,
      [account, new Date(from), randomUUID(), new Date(scannedAt), state],
    )
  if (listed === undefined) return scan
  await pool.query(
    `INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, pages, requests, calls_listed) VALUES ($1, $1, $2, 'finalise', $3, $4, $5, $5, 'complete', 1, 1, $6)`,
    [scan, account, new Date(from), new Date(from + WINDOW_MS), new Date(scannedAt), listed],
  )
  await windowScan(pool, account, from, scan, scannedAt, listed)
  return scan
}

/** The account is taken on from its first window on. */
export const seedAccount = async ({ pool }: Pick<Installation, 'pool'>, account: string, firstWindow: Instant): Promise<void> => {
  await pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)', [account, new Date(firstWindow)])
}

/** What was judged of a webhook. */
export const seedJudgement = async (
  { pool }: Pick<Installation, 'pool'>,
  account: string,
  callSid: string,
  outcome: string,
  reason: string | null,
  judgedAt: Instant,
): Promise<void> => {
  await pool.query(`INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at) VALUES ($1, $2, 'status-callback', 'r', $3, $4, $5)`, [
    account,
    callSid,
    outcome,
    reason,
    new Date(judgedAt),
  ])
}

/** A run that ended. */
export const seedRun = async ({ pool }: Pick<Installation, 'pool'>, account: string, startedAt: Instant): Promise<string> => {
  const run = randomUUID()
  await pool.query(
    `INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, ended_at, lease_epoch, outcome, lanes) VALUES ($1, $2, 'cron', $3, $3, $3, 1, 'complete', '{trailing}')`,
    [run, account, new Date(startedAt)],
  )
  return run
}
