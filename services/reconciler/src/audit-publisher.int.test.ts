/** What the audit topic tells of an account's runs: against a real log, a real projector and Postgres, with time in the test's hand. */
import { randomUUID } from 'node:crypto'
import { fromAuditLogRecord, type ReadAuditRecord } from '@rollcall/contracts/audit-log-record'
import type { WindowChanged } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { watermarkOf } from '@rollcall/domain/window/watermark'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { type EventLog, LogUnavailableError } from '@rollcall/event-log/event-log'
import { AUDIT_RECORDS_WAITING_MAX, readAuditBacklog } from '@rollcall/store/reconcile/read-audit-backlog'
import { readWatermark } from '@rollcall/store/reconcile/read-watermark'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { RunResult } from './run-result.ts'
import { createInstallation, type Installation, POLICY } from './testing/installation.ts'
import { rowOf, type ScriptedCall, send } from './testing/scripted-exotel.ts'

const W = windowAt(Date.UTC(2026, 0, 14, 18, 30))
const LONGEST = POLICY.maximumCallMs + POLICY.settleMs
const never = new AbortController().signal

let world: Installation
let account: string
let deps: ReconcilerDeps

beforeAll(async () => {
  world = await createInstallation({ now: W.to + MINUTE })
  world.startProjector()
})
afterAll(() => world.close())
beforeEach(() => {
  account = `a-${randomUUID().slice(0, 8)}`
  deps = world.dependencies(account)
})

const theirCall = (callSid: string, of: Partial<ScriptedCall> = {}): ScriptedCall => {
  const call = { account, callSid, createdAt: W.from + 10 * SECOND, endedAt: W.from + MINUTE, ...of }
  world.exotel.calls.push(call)
  return call
}
const runAt = (after: number, range = W, using = deps): Promise<RunResult> => {
  world.time.now = W.to + after
  return reconcileAccount(using, { kind: 'one-shot', plannedAt: world.time.now, range, lanes: ALL_LANES }, 'test', never)
}
/** Dependencies whose log does something else when audit records are appended. */
const withAppend = (append: (log: EventLog, ...args: Parameters<EventLog['append']>) => Promise<void>): ReconcilerDeps => ({
  ...deps,
  log: { ...world.log, append: (topic, ...args) => (topic === AUDIT_TOPIC ? append(world.log, topic, ...args) : world.log.append(topic, ...args)) },
})
/** Every audit record of the account in the log, in order, repeats too. */
const told = async (): Promise<readonly ReadAuditRecord[]> => {
  const records: ReadAuditRecord[] = []
  const bounds = (await world.log.bounds(AUDIT_TOPIC)).get(0) ?? { low: 0n, next: 0n }
  for (let at = bounds.low; at < bounds.next; ) {
    const read = (await world.log.read(AUDIT_TOPIC, new Map([[0, at]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).get(0) ?? []
    records.push(...read.filter(({ key }) => key === account).map(fromAuditLogRecord))
    at = (read.at(-1)?.offset ?? bounds.next) + 1n
  }
  return records
}
const once = (records: readonly ReadAuditRecord[]): readonly ReadAuditRecord[] => [...new Map(records.toReversed().map((record) => [record.id, record])).values()].toReversed()
const changesOf = (records: readonly ReadAuditRecord[], from: number = W.from): readonly WindowChanged[] =>
  records.flatMap(({ entry }) => (entry.type === 'window-changed' && Date.parse(entry.window.from) === from ? [entry] : []))
const waiting = async (): Promise<number> => (await readAuditBacklog(world.pool, account)).waiting

/** What a reader who begins at the beginning makes of the topic, against what the database says. */
const expectReplayed = async (): Promise<void> => {
  const replayed = new Map(
    once(await told()).flatMap(({ entry }) => (entry.type === 'window-changed' ? [[Date.parse(entry.window.from), { state: entry.to, reason: entry.reason }] as const] : [])),
  )
  const { rows } = await world.pool.query<{ window_from: Date; detail: object; reason: string }>(
    'SELECT window_from, detail, reason FROM rollcall.windows WHERE account = $1 ORDER BY window_from',
    [account],
  )
  expect(new Map([...replayed].sort(([a], [b]) => a - b))).toEqual(new Map(rows.map(({ window_from, detail, reason }) => [window_from.getTime(), { state: detail, reason }])))
  const windows = [...replayed].map(([from, { state }]) => ({ from, state: state.state })).sort((a, b) => a.from - b.from)
  expect(await readWatermark(world.pool, account)).toEqual(watermarkOf(windows))
}

describe('the audit topic', () => {
  it('tells, read from its beginning, exactly the states of all windows, each with its reason and its evidence', async () => {
    theirCall('c1')
    await runAt(MINUTE)
    theirCall('c2', { createdAt: W.from + MINUTE, endedAt: W.from + 2 * MINUTE, listedFrom: W.to + 2 * MINUTE })
    await runAt(3 * MINUTE)
    await runAt(LONGEST)
    await runAt(LONGEST + POLICY.finalScansApartMs)
    expect(await waiting()).toBe(0)
    await expectReplayed()
    const changes = changesOf(await told())
    expect(changes.map(({ from, to, reason }) => [from?.state ?? null, to.state, reason])).toEqual([
      [null, 'open', 'made'],
      ['open', 'provisional', 'sound-scan'],
      ['provisional', 'provisional', 'listing-differs'],
      ['provisional', 'final', 'equal-scans'],
    ])
    expect(changes.map(({ evidence: { difference } }) => difference)).toEqual([null, null, { appeared: 1, disappeared: 0, changed: 0 }, null])
    const scans = changes[3]?.evidence.scans
    expect(scans).toMatchObject([
      { startedAt: new Date(W.to + LONGEST).toISOString(), listed: 2, held: 2, found: 0, unresolved: 0 },
      { startedAt: new Date(W.to + LONGEST + POLICY.finalScansApartMs).toISOString(), listed: 2 },
    ])
    const projected = Object.entries(scans?.[1]?.projectedTo ?? {})
    expect(projected.length).toBe((await world.log.bounds('rollcall.observations.v1')).size)
    expect(projected.reduce((sum, [, next]) => sum + BigInt(next), 0n)).toBeGreaterThan(0n)
  })

  it('tells of every scan, the incomplete ones with their reason, and of every run', async () => {
    world.exotel.faults.set(account, (_url, response) => send(response, 502, ''))
    await runAt(MINUTE)
    world.exotel.faults.delete(account)
    await runAt(2 * MINUTE)
    const entries = (await told()).map(({ entry }) => entry).filter(({ type }) => type === 'scan' || type === 'run')
    expect(entries).toMatchObject([
      { type: 'scan', outcome: 'incomplete', reason: expect.stringContaining('502'), digest: null, lane: 'on-demand' },
      { type: 'run', outcome: 'gaps-remain', tally: { scans: 1 } },
      { type: 'scan', outcome: 'complete', reason: null, digest: expect.any(String), rows: 0 },
      { type: 'run', outcome: 'complete', reason: null, tally: { scans: 1 } },
    ])
    await expectReplayed()
  })

  it('tells nothing personal: no number and no name of a call', async () => {
    const call = theirCall('a-sid-that-is-looked-for')
    await runAt(MINUTE)
    const values = (await told()).map(({ entry }) => JSON.stringify(entry)).join('')
    const row = rowOf(call, world.time.now) as { readonly From: string; readonly To: string; readonly PhoneNumberSid: string }
    for (const secret of [call.callSid, row.From, row.To, row.PhoneNumberSid]) expect(values).not.toContain(secret)
  })

  it('keeps what amends a final window, which calls appeared, disappeared and changed, and what it was before', async () => {
    const [c1, c2] = [theirCall('c1'), theirCall('c2', { createdAt: W.from + 20 * SECOND })]
    await runAt(LONGEST)
    await runAt(LONGEST + POLICY.finalScansApartMs)
    world.exotel.calls = world.exotel.calls.filter((call) => call !== c1 && call !== c2)
    theirCall('c2', { createdAt: W.from + 20 * SECOND, price: '9.99' })
    theirCall('c3', { createdAt: W.from + 30 * SECOND })
    await runAt(LONGEST + DAY)
    await runAt(LONGEST + DAY + HOUR)
    expect(changesOf(await told()).at(-1)).toMatchObject({
      from: { state: 'final' },
      to: { state: 'amended', times: 1 },
      reason: 'listing-differs',
      evidence: { difference: { appeared: 1, disappeared: 1, changed: 1 } },
    })
    const { rows } = await world.pool.query('SELECT state, reason FROM rollcall.window_history WHERE account = $1 AND window_from = $2', [account, new Date(W.from)])
    expect(rows).toEqual([{ state: 'final', reason: 'equal-scans' }])
    await expectReplayed()
  })

  it('shows windows that Exotel does not answer for any more as gaps, and closes them by no listing, however often it is empty', async () => {
    deps = world.dependencies(account, { policy: { ...POLICY, historyMs: DAY } })
    const range = { from: W.from - 2 * DAY, to: W.from - 2 * DAY + 2 * WINDOW_MS }
    await runAt(LONGEST)
    await runAt(LONGEST + MINUTE, range)
    await runAt(LONGEST + HOUR, range)
    expect(changesOf(await told(), range.from)).toMatchObject([{ from: null, to: { state: 'gap' }, reason: 'made', watermark: new Date(range.from).toISOString() }])
    expect(await readWatermark(world.pool, account)).toEqual({ at: range.from, heldBy: { from: range.from, state: 'gap' } })
    await expectReplayed()
  })
})

describe('audit records that could not be published', () => {
  it('are published again under the same ids where the run was killed between appending and forgetting', async () => {
    let appends = 0
    const killed = withAppend(async (log, ...args) => {
      appends += 1
      await log.append(...args)
      throw new Error('killed')
    })
    await runAt(MINUTE, W, killed)
    expect(appends).toBe(1)
    const before = await told()
    expect(before.length).toBeGreaterThan(0)
    await runAt(2 * MINUTE)
    const after = await told()
    expect(after.length).toBeGreaterThan(once(after).length)
    expect(after.slice(before.length, 2 * before.length)).toEqual(before)
    expect(await waiting()).toBe(0)
    await expectReplayed()
  })

  it('wait while the log takes none, and nothing else does', async () => {
    const away = withAppend(() => Promise.reject(new LogUnavailableError('away')))
    theirCall('c1')
    expect(await runAt(LONGEST, W, away)).toMatchObject({ outcome: 'complete', callsFound: 1 })
    expect(await runAt(LONGEST + POLICY.finalScansApartMs, W, away)).toMatchObject({ outcome: 'complete', windowsClosed: 1 })
    expect(await told()).toEqual([])
    expect(await readAuditBacklog(world.pool, account)).toMatchObject({ waiting: expect.any(Number), oldestAt: W.to + LONGEST })
    expect(await waiting()).toBeGreaterThan(4)
    await runAt(LONGEST + HOUR)
    expect(await waiting()).toBe(0)
    await expectReplayed()
    expect(changesOf(await told()).map(({ to }) => to.state)).toEqual(['open', 'provisional', 'final'])
  })

  it('are never more than may wait: no run is made that could not be told of, until the log takes some', async () => {
    await world.pool.query(
      `INSERT INTO rollcall.audit_outbox (account, type, subject, noted_at, lease_epoch, value) SELECT $1, 'run', 'r', now(), 1, 'x' FROM generate_series(1, $2)`,
      [account, AUDIT_RECORDS_WAITING_MAX],
    )
    const away = withAppend(() => Promise.reject(new LogUnavailableError('away')))
    await expect(runAt(MINUTE, W, away)).rejects.toThrow(`${AUDIT_RECORDS_WAITING_MAX} audit records wait`)
    expect(world.exotel.requests(account)).toEqual([])
    expect(await waiting()).toBe(AUDIT_RECORDS_WAITING_MAX)
    await world.pool.query('DELETE FROM rollcall.audit_outbox WHERE account = $1', [account])
  })

  it('are left alone by a run that lost its lease, and published by the one after it', async () => {
    let appends = 0
    const fenced = withAppend(async (log, ...args) => {
      appends += 1
      await log.append(...args)
      await world.pool.query(`UPDATE rollcall.leases SET token = token + 1, owner = 'another' WHERE job = $1`, [`reconcile:${account}`])
    })
    expect(await runAt(MINUTE, W, fenced)).toMatchObject({ outcome: 'lease-lost' })
    const before = await told()
    expect(appends).toBe(1)
    expect(await waiting()).toBeGreaterThanOrEqual(before.length)
    await world.pool.query('UPDATE rollcall.leases SET expires_at = now() - interval $$1 second$$ WHERE job = $1', [`reconcile:${account}`])
    await runAt(2 * MINUTE)
    expect(await waiting()).toBe(0)
    expect(once(await told()).flatMap(({ entry }) => (entry.type === 'run' ? [entry.outcome] : []))).toEqual(['lease-lost', 'complete'])
    await expectReplayed()
  })
})
