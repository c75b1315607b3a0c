/** Why a webhook is not there: with a real log, projector and Postgres, and ingest hosts as the database knows them. */
import { randomUUID } from 'node:crypto'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { anObservation } from '@rollcall/exotel/testing/an-observation'
import { addRefusals } from '@rollcall/store/ingest-hosts/add-refusals'
import { readClock } from '@rollcall/store/ingest-hosts/read-clock'
import { saveSignOfLife } from '@rollcall/store/ingest-hosts/save-sign-of-life'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { markLogEnd } from './mark-log-end.ts'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { RunDone } from './run-result.ts'
import { createInstallation, GRACE_MS, type Installation } from './testing/installation.ts'

const W = windowAt(Date.UTC(2026, 0, 14, 18, 30))
const never = new AbortController().signal
const END = W.from + 70 * SECOND
const DEADLINE = END + GRACE_MS

let world: Installation
let account: string
let deps: ReconcilerDeps

beforeAll(async () => {
  world = await createInstallation({ now: W.to + MINUTE })
  world.startProjector()
})
afterAll(() => world.close())
beforeEach(async () => {
  account = `a-${randomUUID().slice(0, 8)}`
  world.time.now = W.to + MINUTE
  await world.pool.query('TRUNCATE rollcall.ingest_hosts, rollcall.ingest_refusals')
  deps = world.dependencies(account)
  world.exotel.calls.push({ account, callSid: 'c1', createdAt: W.from + 10 * SECOND, endedAt: END })
})

const runAt = async (now: number): Promise<RunDone> => {
  world.time.now = now
  const result = await reconcileAccount(deps, { kind: 'one-shot', plannedAt: now, range: { from: W.from, to: W.from + WINDOW_MS }, lanes: ALL_LANES }, 'test', never)
  if (result.outcome === 'lease-held') throw new Error('the lease is held')
  return result
}
const said = async (): Promise<readonly string[]> =>
  (await world.pool.query(`SELECT concat_ws(' ', outcome, reason) AS said FROM rollcall.judgements WHERE account = $1`, [account])).rows.map((row) => row.said)
const saidBefore = async (): Promise<readonly string[]> =>
  (await world.pool.query(`SELECT concat_ws(' ', outcome, reason) AS said FROM rollcall.judgement_history WHERE account = $1 ORDER BY replaced_at`, [account])).rows.map(
    (row) => row.said,
  )
/** A host that tells at once, by the tests' clock, up to when its spool is drained. */
const drainedTo = async (at: number, of: { instance?: string; state?: 'running' | 'stopped'; records?: number } = {}): Promise<void> => {
  const { instance = 'host', state = 'running', records = 1 } = of
  const spools = [{ spool: '0', drainedTo: (await readClock(world.pool)) - (world.time.now - at), records, bytes: 0, oldestAt: null }]
  await saveSignOfLife(world.pool, { instance, host: 'host-1', state, spools })
}

describe('a webhook that may lie in a spool', () => {
  it('is awaited until its spool is drained, and only then missing', async () => {
    await drainedTo(END)
    expect(await runAt(W.to + MINUTE)).toMatchObject({ webhooksMissing: 0 })
    expect(await said()).toEqual(['pending spooled'])
    expect(await runAt(W.to + 2 * MINUTE)).toMatchObject({ webhooksMissing: 0 })
    await drainedTo(DEADLINE + SECOND)
    expect(await runAt(W.to + 3 * MINUTE)).toMatchObject({ webhooksMissing: 1 })
    expect(await said()).toEqual(['missing never-arrived'])
    expect(await saidBefore()).toEqual([])
  })

  it('is awaited where one of several hosts is silent, and in time when it comes out of there', async () => {
    await drainedTo(W.to + MINUTE)
    await drainedTo(END, { instance: 'silent' })
    await world.pool.query(`UPDATE rollcall.ingest_hosts SET seen_at = clock_timestamp() - interval '23 hours' WHERE instance = 'silent'`)
    await runAt(W.to + MINUTE)
    expect(await said()).toEqual(['pending spooled'])
    await world.deliver(account, 'c1', DEADLINE)
    await runAt(W.to + 2 * MINUTE)
    expect(await said()).toEqual(['arrived'])
  })

  it('is judged all the same when its host has been silent for too long, and told aloud', async () => {
    const told: unknown[] = []
    const logger = { error: (fields: { event: string }) => told.push(fields.event), info: () => {}, warn: () => {} }
    deps = world.dependencies(account, { spoolGivenUpMs: HOUR, logger: logger as never })
    await drainedTo(END)
    await world.pool.query(`UPDATE rollcall.ingest_hosts SET seen_at = clock_timestamp() - interval '61 minutes'`)
    await runAt(W.to + MINUTE)
    await runAt(W.to + 2 * MINUTE)
    expect(await said()).toEqual(['missing never-arrived'])
    expect(told).toEqual(['spool.given-up'])
  })

  it('is judged where hosts stopped with nothing left', async () => {
    await drainedTo(END, { state: 'stopped', records: 0 })
    await runAt(W.to + MINUTE)
    expect(await said()).toEqual(['missing never-arrived'])
  })

  it('is never judged by a spool that drained after the log’s end was noted', async () => {
    await drainedTo(END)
    // Between the two the spool drains: what it held is behind the end that was noted, or before it; nobody knows.
    const bounds: ReconcilerDeps['log']['bounds'] = async (topic) => {
      await drainedTo(W.to)
      return deps.log.bounds(topic)
    }
    const log = { ...deps.log, bounds }
    expect((await markLogEnd({ ...deps, log })).drainedTo).toBeLessThanOrEqual(END + SECOND)
    expect((await markLogEnd(deps)).drainedTo).toBeGreaterThan(END + SECOND)
  })
})

describe('a webhook that no reader understood', () => {
  const unreadable = async (callSid = 'c1'): Promise<void> => {
    const record = toLogRecord(anObservation({ account, callSid, surface: 'status-callback', payload: 'not a callback', receivedAt: END + SECOND }))
    await world.log.append(OBSERVATIONS_TOPIC, [record], { deadlineMs: 5 * SECOND })
  }

  it('makes its call miss one that is quarantined, whenever it came, and no other call', async () => {
    world.exotel.calls.push({ account, callSid: 'c2', createdAt: W.from + 10 * SECOND, endedAt: END })
    await runAt(W.to + MINUTE)
    expect(await said()).toEqual(['missing never-arrived', 'missing never-arrived'])
    await unreadable()
    expect(await runAt(W.to + 2 * MINUTE)).toMatchObject({ webhooksMissing: 0 })
    expect((await said()).toSorted()).toEqual(['missing never-arrived', 'missing quarantined'])
    expect(await saidBefore()).toEqual(['missing never-arrived'])
  })

  it('counts as arrived once it can be read, and what was said stays known', async () => {
    await unreadable()
    await runAt(W.to + MINUTE)
    expect(await said()).toEqual(['missing quarantined'])
    // A replay takes the letter away and folds what it says.
    await world.pool.query(`DELETE FROM projection.dead_letters WHERE headers ->> 'ce_account' = $1`, [account])
    await world.deliver(account, 'c1', END + SECOND)
    await runAt(W.to + 2 * MINUTE)
    expect(await said()).toEqual(['arrived'])
    expect(await saidBefore()).toEqual(['missing quarantined'])
  })
})

describe('a webhook that was due while ingest refused some', () => {
  const minute = (at: number) => Math.floor(at / MINUTE) * MINUTE
  it.each([
    ['in its time', () => DEADLINE, 'missing refused'],
    ['before its time', () => END - 2 * MINUTE, 'missing never-arrived'],
    ['after its time', () => DEADLINE + 2 * MINUTE, 'missing never-arrived'],
  ])('is judged by when they were refused: %s', async (_case, at, expected) => {
    await addRefusals(world.pool, [{ account, minute: minute(at()), reason: 'too-large', count: 1 }])
    // Those of another account explain nothing.
    await addRefusals(world.pool, [{ account: 'another', minute: minute(DEADLINE), reason: 'too-large', count: 1 }])
    await runAt(W.to + MINUTE)
    expect(await said()).toEqual([expected])
  })

  it('that comes late after all is late, and what was said stays known', async () => {
    await addRefusals(world.pool, [{ account, minute: minute(END), reason: 'spool-full', count: 3 }])
    await runAt(W.to + MINUTE)
    await world.deliver(account, 'c1', DEADLINE + SECOND)
    await runAt(W.to + 2 * MINUTE)
    expect(await said()).toEqual(['arrived late'])
    expect(await saidBefore()).toEqual(['missing refused'])
  })
})
