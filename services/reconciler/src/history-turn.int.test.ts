/** Backfills, worked off by runs against a real log, a real projector and Postgres, with time in the test's hand and Exotel by script. */
import { randomUUID } from 'node:crypto'
import { cliffAt } from '@rollcall/domain/schedule/backfill'
import { ALL_LANES, LANE_GROUPS, type Lane } from '@rollcall/domain/schedule/lane'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { type Backfill, readBackfill, requestBackfill } from '@rollcall/store/reconcile/backfills'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { RunDone } from './run-result.ts'
import { createInstallation, type Installation, POLICY } from './testing/installation.ts'
import { send } from './testing/scripted-exotel.ts'

const NOW = Date.UTC(2026, 5, 30, 18, 32)
const never = new AbortController().signal

let world: Installation
let account: string
let deps: ReconcilerDeps

beforeAll(async () => {
  world = await createInstallation({ now: NOW })
  world.startProjector()
})
afterAll(() => world.close())
beforeEach(() => {
  account = `a-${randomUUID().slice(0, 8)}`
  world.time.now = NOW
  deps = world.dependencies(account)
})

const theirCall = (callSid: string, createdAt: Instant) => world.exotel.calls.push({ account, callSid, createdAt, endedAt: createdAt + MINUTE })
const theirCalls = (count: number, from: Instant, every: number) => Array.from({ length: count }, (_, nth) => theirCall(`c${nth}`, from + nth * every))
const run = async (lanes: ReadonlySet<Lane> = ALL_LANES, signal = never): Promise<RunDone> => {
  const result = await reconcileAccount(deps, { kind: 'cron', plannedAt: world.time.now, range: null, lanes }, 'test', signal)
  if (result.outcome === 'lease-held') throw new Error('the lease is held')
  return result
}
const HISTORY: ReadonlySet<Lane> = new Set(LANE_GROUPS.history)
const request = (from: Instant, to: Instant, requestedFrom = from) =>
  requestBackfill(world.pool, {
    id: randomUUID(),
    account,
    requestedAt: world.time.now,
    requestedFrom,
    from,
    to,
    aloneTo: Math.min(to, windowAt(world.time.now - POLICY.maximumCallMs - POLICY.settleMs).from),
    callsExpected: null,
    requests: 0,
  })
const backfill = async (id: string): Promise<Backfill> => (await readBackfill(world.pool, id)) as Backfill
const statesBetween = async (from: Instant, to: Instant): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await world.pool.query<{ state: string; windows: number }>(
    'SELECT state, count(*)::int AS windows FROM rollcall.windows WHERE account = $1 AND window_from >= $2 AND window_from < $3 GROUP BY 1',
    [account, new Date(from), new Date(to)],
  )
  return Object.fromEntries(rows.map((row) => [row.state, row.windows]))
}
const listed = async (): Promise<readonly string[]> => (await world.observationsOf(account)).filter(({ surface }) => surface === 'call-list').map(({ call_sid }) => call_sid)

const FROM = windowAt(NOW - 3 * DAY).from
const TO = FROM + DAY

describe('a backfill', () => {
  it('is read oldest first, each call once, and its windows are then half way to final', async () => {
    theirCalls(250, FROM, 5 * MINUTE)
    const id = await request(FROM, TO)
    const result = await run(HISTORY)
    expect(result).toMatchObject({ outcome: 'complete', callsFound: 250 })
    expect(await backfill(id)).toMatchObject({ state: 'done', readTo: TO, callsListed: 250, callsFound: 250, requests: result.requests, windowsSkipped: 0, trouble: null })
    expect(await listed()).toEqual(Array.from({ length: 250 }, (_, nth) => `c${nth}`).toSorted())
    expect(await statesBetween(FROM, TO)).toEqual({ provisional: 288 })
    world.time.now += POLICY.finalScansApartMs
    for (let nth = 0; nth < 3; nth += 1) await run()
    expect(await statesBetween(FROM, TO)).toEqual({ final: 288 })
    expect(await listed()).toHaveLength(250)
  })

  it('leaves no other lane anything of what it has not read yet, and lets what has a deadline go first', async () => {
    // More slices than one run makes scans.
    const id = await request(windowAt(NOW - 30 * DAY).from, windowAt(NOW).from)
    await run(new Set(LANE_GROUPS.closing))
    const { rows } = await world.pool.query('SELECT DISTINCT lane FROM rollcall.scans WHERE account = $1', [account])
    expect(rows).toEqual([])
    theirCall('recent', NOW - 8 * MINUTE)
    const { reports } = await run()
    expect(reports.map(({ lane }) => lane).at(0)).toBe('trailing')
    expect(reports.map(({ lane }) => lane)).toContain('history')
    const { state, readTo, aloneTo } = await backfill(id)
    expect(state).toBe('reading')
    const { rows: others } = await world.pool.query(`SELECT lane FROM rollcall.scans WHERE account = $1 AND lane <> 'history' AND range_to > $2 AND range_from < $3`, [
      account,
      new Date(readTo),
      new Date(aloneTo),
    ])
    expect(others).toEqual([])
  })

  it('goes on with the page after the last one stored, wherever it was stopped', async () => {
    theirCalls(250, FROM + 7 * SECOND, 5 * MINUTE)
    const id = await request(FROM, TO)
    const stopping = new AbortController()
    let pages = 0
    world.exotel.faults.set(account, (url) => {
      if (!url.pathname.endsWith('/Calls.json')) return false
      pages += 1
      if (pages === 3) stopping.abort()
      return pages === 3
    })
    expect(await run(HISTORY, stopping.signal)).toMatchObject({ outcome: 'stopped' })
    world.exotel.faults.delete(account)
    expect(await backfill(id)).toMatchObject({ state: 'reading', readTo: FROM + 7 * SECOND + 199 * 5 * MINUTE, callsListed: 200 })
    const before = world.exotel.requests(account).length
    await run(HISTORY)
    const asked = world.exotel.requests(account).slice(before)
    expect(asked.filter((path) => path.includes('/Calls.json') && !path.includes('Sid='))).toHaveLength(1)
    expect(await listed()).toHaveLength(250)
    // Windows before the interruption have no scan yet, nor has the one in whose middle it was.
    expect(await statesBetween(FROM, TO)).toMatchObject({ provisional: 88 })
    for (let nth = 0; nth < 6; nth += 1) {
      await run()
      world.time.now += POLICY.finalScansApartMs / 2
    }
    expect(await statesBetween(FROM, TO)).toEqual({ final: 288 })
    expect(await listed()).toHaveLength(250)
  })

  it('skips a window that is refused alone, and reads what stands around it', async () => {
    theirCalls(24, FROM, HOUR)
    const bad = FROM + 5 * HOUR
    const badRow = (url: URL): boolean => {
      const [from, to] = [...(url.searchParams.get('DateCreated') ?? '').matchAll(/te:([^;]+)/g)].map(([, text]) => Date.parse(`${text?.trim().replace(' ', 'T')}+05:30`))
      return from !== undefined && to !== undefined && from <= bad && to >= bad
    }
    world.exotel.faults.set(
      account,
      (url, response) => url.pathname.endsWith('/Calls.json') && badRow(url) && send(response, 400, '{"RestException":{"Status":400,"Message":"Bad"}}'),
    )
    const id = await request(FROM, TO)
    for (let nth = 0; nth < 3; nth += 1) await run(HISTORY)
    expect(await backfill(id)).toMatchObject({ state: 'done', callsListed: 23 })
    expect((await backfill(id)).windowsSkipped).toBeGreaterThanOrEqual(1)
    expect((await backfill(id)).windowsSkipped).toBeLessThanOrEqual(2)
    world.exotel.faults.delete(account)
    expect(await listed()).toHaveLength(23)
  })

  it('that Exotel does not answer stays where it is, and says why', async () => {
    theirCalls(5, FROM, HOUR)
    world.exotel.faults.set(account, (url, response) => url.pathname.endsWith('/Calls.json') && send(response, 502, '<html></html>'))
    const id = await request(FROM, TO)
    expect(await run(HISTORY)).toMatchObject({ outcome: 'gaps-remain', stopReason: expect.stringContaining('502') })
    expect(await backfill(id)).toMatchObject({ state: 'reading', readTo: FROM, trouble: expect.stringContaining('502') })
    world.exotel.faults.delete(account)
    await run(HISTORY)
    expect(await backfill(id)).toMatchObject({ state: 'done', callsFound: 5, trouble: null })
  })

  it('says what Exotel forgot before it was read, and reads the rest', async () => {
    const cliff = cliffAt(NOW, POLICY.historyMs)
    theirCall('forgotten', cliff - MINUTE)
    theirCall('kept', cliff + MINUTE)
    const id = await request(cliff - HOUR, cliff + HOUR)
    await run(HISTORY)
    expect(await backfill(id)).toMatchObject({ state: 'done', lostTo: cliff, callsFound: 1 })
    expect(await listed()).toEqual(['kept'])
  })

  it('asked for again while it is open is the same', async () => {
    const id = await request(FROM, TO)
    expect(await request(FROM, TO)).toBe(id)
    await run(HISTORY)
    expect(await request(FROM, TO)).not.toBe(id)
  })

  it('of six months makes its windows at once, and runs of other lanes end beside it', async () => {
    const from = cliffAt(NOW, POLICY.historyMs) + HOUR
    theirCall('old', from + 5 * SECOND)
    await request(from, windowAt(NOW).from)
    await run(HISTORY)
    expect(Object.values(await statesBetween(from, NOW)).reduce((sum, each) => sum + each, 0)).toBe((windowAt(NOW).to - from) / WINDOW_MS)
    expect(await run(new Set(LANE_GROUPS.rpo))).toMatchObject({ outcome: 'complete' })
  })
})
