/** Webhooks that stop while calls go on, with a real log, projector and Postgres, and time in the test's hand. */
import { randomUUID } from 'node:crypto'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { noteReceived } from '@rollcall/store/ingest-hosts/note-received'
import { readClock } from '@rollcall/store/ingest-hosts/read-clock'
import { readProgress } from '@rollcall/store/reconcile/read-progress'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { createInstallation, type Installation } from './testing/installation.ts'
import { watchWebhooks } from './watch-webhooks.ts'

const W = windowAt(Date.UTC(2026, 0, 14, 18, 30))
const RUN_EVERY_MS = 20 * SECOND
const never = new AbortController().signal

let world: Installation
let account: string
let deps: ReconcilerDeps
let told: { readonly event: string; readonly at: number }[]

beforeAll(async () => {
  world = await createInstallation({ now: W.from })
  world.startProjector()
})
afterAll(() => world.close())
beforeEach(() => {
  account = `a-${randomUUID().slice(0, 8)}`
  world.time.now = W.from
  told = []
  deps = world.dependencies(account, { logger: logger() })
})
const logger = () => {
  const say = ({ event }: { readonly event: string }) => event.startsWith('webhooks.') && told.push({ event, at: world.time.now })
  return { error: say, warn: () => {}, info: say } as never
}

/** A call of ten seconds that Exotel lists at its end, and whether it tells of itself. */
const call = async (endedAt: number, tells: boolean): Promise<void> => {
  const callSid = randomUUID()
  world.exotel.calls.push({ account, callSid, createdAt: endedAt - 10 * SECOND, endedAt })
  if (tells) await world.deliver(account, callSid, endedAt + SECOND)
}
const runsUntil = async (at: number): Promise<void> => {
  for (; world.time.now <= at; world.time.now += RUN_EVERY_MS) {
    const result = await reconcileAccount(deps, { kind: 'cron', plannedAt: world.time.now, range: null, lanes: ALL_LANES }, 'test', never)
    if (result.outcome === 'lease-held') throw new Error('the lease is held')
  }
}
const silentSince = async () => (await readProgress(world.pool, account)).webhooksSilentSince
const scansOf = async (from: number, to: number): Promise<number> =>
  Number(
    (await world.pool.query('SELECT count(*) FROM rollcall.scans WHERE account = $1 AND started_at >= $2 AND started_at < $3', [account, new Date(from), new Date(to)])).rows[0]
      .count,
  )

describe('webhooks that stop while calls go on', () => {
  it('raise an alarm once, have the list read every minute, and end it with the first that comes', async () => {
    for (let nth = 0; nth < 20; nth += 1) await call(W.from + nth * 15 * SECOND, nth < 10)
    const lastAt = W.from + 9 * 15 * SECOND + SECOND
    await runsUntil(W.to + 3 * MINUTE)
    expect(told.map(({ event }) => event)).toEqual(['webhooks.silent'])
    expect(await silentSince()).toBe(lastAt)
    expect(told[0]?.at).toBeLessThanOrEqual(W.to + MINUTE + 2 * MINUTE)
    const from = world.time.now
    await runsUntil(from + 5 * MINUTE)
    expect(await scansOf(from, from + 5 * MINUTE)).toBeGreaterThanOrEqual(5)
    await call(world.time.now, true)
    await noteReceived(world.pool, new Map([[account, await readClock(world.pool)]]))
    await runsUntil(world.time.now + RUN_EVERY_MS)
    expect(told.map(({ event }) => event)).toEqual(['webhooks.silent', 'webhooks.back'])
    expect(await silentSince()).toBeNull()
  })

  it('do not have the list read more often than the budget allows: every reading would come late', async () => {
    const many = { calls: 3 * 25 * 60, from: new Date(W.to + 2 * MINUTE - 25 * MINUTE) }
    await world.pool.query(
      `INSERT INTO projection.calls (account, call_sid, created_at, verified, conflicts, state, digest, version)
       SELECT $1, 'c' || n, $2::timestamptz + n * interval '333 milliseconds', true, '{}', '{}', '', 1 FROM generate_series(1, $3::int) n`,
      [account, many.from, many.calls],
    )
    const silent = async (perMinute: number) => {
      const budget = createRequestBudget({ ratePerMinute: perMinute, monotonic: () => world.time.now, sleep })
      return (await watchWebhooks({ ...deps, budget })).trailingPassesMs.length
    }
    deps.vendorClock.learn(0)
    world.time.now = W.to + 2 * MINUTE
    await world.pool.query(
      `INSERT INTO rollcall.judgements (account, call_sid, expectation, rule, outcome, reason, judged_at)
       SELECT $1, 'c' || n, 'status-callback', 'r', 'missing', 'never-arrived', $2 FROM generate_series(1, 5) n`,
      [account, new Date(world.time.now)],
    )
    await world.pool.query(`UPDATE projection.calls SET ended_at = $2, status = 'completed' WHERE account = $1 AND call_sid IN ('c1', 'c2', 'c3', 'c4', 'c5')`, [
      account,
      new Date(world.time.now - 5 * MINUTE),
    ])
    expect(await silent(1_000)).toBeGreaterThan(deps.policy.trailingPassesMs.length)
    expect(await silent(14)).toBe(deps.policy.trailingPassesMs.length)
  })

  it('raise none where no webhook is expected, nor where webhooks come that no rule expects', async () => {
    deps = world.dependencies(account, { logger: logger(), coverage: coveragePolicyOf({ coverage: [{ name: 'nothing', expects: [] }], webhookGraceSeconds: 60 }) })
    for (let nth = 0; nth < 10; nth += 1) await call(W.from + nth * 15 * SECOND, false)
    await runsUntil(W.to + 4 * MINUTE)
    expect(told).toEqual([])
  })

  it('raise none where ingest received one a moment ago, whatever was judged', async () => {
    for (let nth = 0; nth < 10; nth += 1) await call(W.from + nth * 15 * SECOND, false)
    world.time.now = W.to + MINUTE
    await noteReceived(world.pool, new Map([[account, await readClock(world.pool)]]))
    await runsUntil(W.to + MINUTE + RUN_EVERY_MS)
    expect(told).toEqual([])
  })

  it('raise none at night, long after the last call told of itself', async () => {
    for (let nth = 0; nth < 5; nth += 1) await call(W.from + nth * 15 * SECOND, true)
    await runsUntil(W.to + 2 * MINUTE)
    world.time.now = W.to + 3 * HOUR
    await runsUntil(W.to + 3 * HOUR + MINUTE)
    expect(told).toEqual([])
  })
})
