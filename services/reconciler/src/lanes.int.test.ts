/** The lanes beside trailing and finalise, as scheduled runs work them off. Time is in the test's hand, Exotel by script. */
import { randomUUID } from 'node:crypto'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { RunDone } from './run-result.ts'
import { createInstallation, type Installation, POLICY } from './testing/installation.ts'
import { type Fault, type ScriptedCall, send } from './testing/scripted-exotel.ts'

const W = windowAt(Date.UTC(2026, 0, 14, 12))
const never = new AbortController().signal

let world: Installation
let account: string
let deps: ReconcilerDeps

beforeAll(async () => {
  world = await createInstallation({ now: W.to })
  world.startProjector()
})
afterAll(() => world.close())
beforeEach(() => {
  account = `l-${randomUUID().slice(0, 8)}`
  deps = world.dependencies(account)
})

const call = (callSid: string, createdAfter: number, lastsMs: number): ScriptedCall => {
  const createdAt = W.from + createdAfter
  const made = { account, callSid, createdAt, endedAt: createdAt + lastsMs }
  world.exotel.calls.push(made)
  return made
}
/** A scheduled run so long after the end of W. */
const runAt = async (after: number): Promise<RunDone> => {
  world.time.now = W.to + after
  const result = await reconcileAccount(deps, { kind: 'cron', plannedAt: world.time.now, range: null, lanes: ALL_LANES }, 'test', never)
  if (result.outcome === 'lease-held') throw new Error('the lease is held')
  return result
}
const lanesOf = ({ reports }: RunDone): string[] => reports.map(({ lane, outcome }) => `${lane} ${outcome}`)
const sids = async (): Promise<string[]> => (await world.observationsOf(account)).flatMap(({ surface, call_sid }) => (surface === 'call-list' ? [call_sid] : []))
const scansOfW = async (): Promise<number> =>
  Number((await world.pool.query('SELECT count(*) FROM rollcall.window_scans WHERE account = $1 AND window_from = $2', [account, new Date(W.from)])).rows[0].count)
const filtersAsked = (): string[] =>
  world.exotel.requests(account).flatMap((path) => {
    const { searchParams } = new URL(path, 'http://127.0.0.1')
    const duration = searchParams.get('Duration')
    return duration === null || searchParams.has('Sid') ? [] : [duration]
  })
const fault = (does: Fault): void => void world.exotel.faults.set(account, does)
const stateOfW = async (): Promise<string | undefined> => (await world.windowStates(account))[new Date(W.from).toISOString()]
/** The first passes, by whose calls the account's list is found to filter. */
const begin = async (): Promise<void> => {
  call('short', 10 * SECOND, 30 * SECOND)
  await runAt(MINUTE)
  await runAt(4 * MINUTE)
}

describe('the sweep', () => {
  it('finds a call that ends long after its window did, and proves nothing of the window by it', async () => {
    world.exotel.filtering.add(account)
    await begin()
    call('long', 20 * SECOND, 30 * MINUTE)
    await world.deliver(account, 'only-ours', W.from + MINUTE, { EventType: 'terminal', Status: 'completed', DateCreated: '2026-01-14 17:30:30', Direction: 'outbound-api' })
    const made = await scansOfW()
    for (let after = 9 * MINUTE; after < 29 * MINUTE; after += 5 * MINUTE) expect((await runAt(after)).callsFound).toBe(0)
    const found = await runAt(29 * MINUTE)
    expect(found).toMatchObject({ outcome: 'complete', callsFound: 1 })
    expect(lanesOf(found)).toContain('sweep complete')
    expect(await sids()).toEqual(['short', 'long'])
    expect(await scansOfW()).toBe(made)
    const { rows } = await world.pool.query('SELECT kind FROM rollcall.verdicts WHERE account = $1 AND call_sid = $2', [account, 'only-ours'])
    expect(rows).toEqual([])
  })

  it('is made once an interval, and after a break asks for shorter calls too', async () => {
    world.exotel.filtering.add(account)
    await begin()
    await runAt(9 * MINUTE)
    const made = filtersAsked().length
    expect(lanesOf(await runAt(9 * MINUTE + 20 * SECOND))).toEqual([])
    expect(filtersAsked()).toHaveLength(made)
    deps = world.dependencies(account)
    await runAt(64 * MINUTE)
    const least = Math.min(
      ...filtersAsked()
        .slice(made)
        .map((filter) => Number(/\d+/.exec(filter)?.[0])),
    )
    // The youngest window that was swept was looked at 55 minutes ago, four minutes after its end.
    expect(least).toBeLessThanOrEqual((9 * MINUTE - POLICY.listLagMs) / SECOND)
  })

  it('that was not projected in time is made again', async () => {
    world.exotel.filtering.add(account)
    await begin()
    call('long', 20 * SECOND, 10 * MINUTE)
    // The run begins with a projector that has caught up; from then on the log is ahead of it.
    let asked = 0
    const bounds: ReconcilerDeps['log']['bounds'] = async (topic) => {
      asked += 1
      const ahead = asked > 1 ? 1_000n : 0n
      return new Map([...(await world.log.bounds(topic))].map(([partition, { low, next }]) => [partition, { low, next: next + ahead }]))
    }
    const good = deps
    deps = { ...deps, projectionWaitMs: SECOND, log: { ...world.log, bounds } }
    expect(await runAt(14 * MINUTE)).toMatchObject({ outcome: 'gaps-remain', callsFound: 0 })
    expect(filtersAsked()).not.toEqual([])
    deps = good
    expect(await runAt(14 * MINUTE + 20 * SECOND)).toMatchObject({ outcome: 'complete', callsFound: 1 })
  })

  it('reads whole ages where the list does not filter, which then count for their windows', async () => {
    await begin()
    call('long', 20 * SECOND, 10 * MINUTE)
    const made = await scansOfW()
    expect(lanesOf(await runAt(14 * MINUTE))).toContain('sweep complete')
    expect(filtersAsked()).toEqual([])
    expect(await sids()).toEqual(['short', 'long'])
    expect(await scansOfW()).toBe(made + 1)
  })

  it('reads whole ages before it looks anything up, also when it was history’s turn and there is none', async () => {
    fault((url, response) => url.pathname.includes('/Calls/') && send(response, 500, ''))
    await begin()
    world.exotel.faults.delete(account)
    // The turns go round four places, of which the last is history's.
    for (let turn = 0; turn % 4 !== 3; turn = deps.turns.spare()) deps.turns.readHistory()
    while (deps.turns.mayLookUp()) deps.turns.lookedUp(1)
    const before = world.exotel.requests(account).length
    expect(lanesOf(await runAt(14 * MINUTE))).toContain('sweep complete')
    const asked = world.exotel.requests(account).slice(before)
    const lastScan = asked.findLastIndex((path) => path.includes('DateCreated='))
    const firstLookup = asked.findIndex((path) => path.includes('/Calls/short'))
    expect(firstLookup).toBeGreaterThan(lastScan)
  })

  it('reads whole ages from when the list refuses to filter, and asks whether it does', async () => {
    world.exotel.filtering.add(account)
    await begin()
    call('long', 20 * SECOND, 10 * MINUTE)
    fault((url, response) => url.searchParams.has('Duration') && send(response, 400, '{"RestException":{"Status":400,"Message":"Invalid parameter"}}'))
    await runAt(14 * MINUTE)
    await runAt(14 * MINUTE + 20 * SECOND)
    expect(await sids()).toEqual(['short', 'long'])
    const { rows } = await world.pool.query('SELECT list_features FROM rollcall.accounts WHERE account = $1', [account])
    expect(rows[0].list_features).toMatchObject({ duration: false })
  })
})

describe('a window that is final', () => {
  const FINAL_AFTER = POLICY.maximumCallMs + POLICY.settleMs

  it('is read again when a day has passed, and amended where Exotel then says something else', async () => {
    const listed = call('c1', 10 * SECOND, MINUTE)
    await runAt(4 * MINUTE)
    await runAt(FINAL_AFTER)
    await runAt(FINAL_AFTER + POLICY.finalScansApartMs)
    expect(await stateOfW()).toBe('final')
    const made = await scansOfW()
    await runAt(FINAL_AFTER + DAY - MINUTE)
    expect(await scansOfW()).toBe(made)
    world.exotel.calls[world.exotel.calls.indexOf(listed)] = { ...listed, price: '0.75' }
    // Whatever else is due has to be done first; after a day without runs that is a few of them.
    for (let nth = 0; nth < 40 && (await scansOfW()) === made; nth += 1) await runAt(FINAL_AFTER + DAY + nth * 20 * SECOND)
    expect(await scansOfW()).toBe(made + 1)
    expect(await stateOfW()).toBe('amended')
    const { rows } = await world.pool.query(`SELECT lane FROM rollcall.scans WHERE account = $1 AND lane = 'ageing'`, [account])
    expect(rows).not.toEqual([])
    await runAt(FINAL_AFTER + DAY + HOUR)
    expect(await scansOfW()).toBe(made + 1)
  })
})
