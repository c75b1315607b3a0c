/** One account's runs against a real log, a real projector and Postgres, with time in the test's hand and Exotel by script. */

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { ABSENCES_APART_MS, ABSENCES_NEEDED } from '@rollcall/domain/window/only-ours'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { readWebhookFindings } from '@rollcall/store/status/read-webhook-findings'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyPolicy, POLICY_APPLIED_AGE_MS_MAX, POLICY_APPLIED_PER_RUN_MAX } from './apply-policy.ts'
import { CHASE_TURNS } from './chase-calls.ts'
import { holdLease } from './hold-lease.ts'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { RunDone } from './run-result.ts'
import { createInstallation, GRACE_MS, type Installation, POLICY } from './testing/installation.ts'
import { type Fault, REFUSAL, rowOf, type ScriptedCall, send } from './testing/scripted-exotel.ts'

/** Midnight in India: windows, days and filters all have an edge here. */
const MIDNIGHT = Date.UTC(2026, 0, 14, 18, 30)
const W = windowAt(MIDNIGHT)
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
  world.time.now = W.to + MINUTE
  world.time.setMs = 0
  world.exotel.skewMs = 0
  deps = world.dependencies(account)
})

/** A call that Exotel lists once it has ended: a minute, from some time after the window's begin. */
const theirCall = (callSid: string, after = 10 * SECOND, of: Partial<ScriptedCall> = {}): ScriptedCall => {
  const call = { account, callSid, createdAt: W.from + after, endedAt: W.from + after + MINUTE, ...of }
  world.exotel.calls.push(call)
  return call
}
const run = async (kind: 'cron' | 'one-shot', windows = 1, from = W.from, owner = 'test'): Promise<RunDone> => {
  const range = kind === 'cron' ? null : { from, to: from + windows * WINDOW_MS }
  const result = await reconcileAccount(deps, { kind, plannedAt: world.time.now, range, lanes: ALL_LANES }, owner, never)
  if (result.outcome === 'lease-held') throw new Error('the lease is held')
  return result
}
/** Reconciles W, whatever is due, at so long after its end. */
const runAt = (after: number, windows = 1): Promise<RunDone> => {
  world.time.now = W.to + after
  return run('one-shot', windows)
}
const stateOfW = async (): Promise<string | undefined> => (await world.windowStates(account))[new Date(W.from).toISOString()]
const judgements = async (): Promise<readonly object[]> =>
  (await world.pool.query('SELECT call_sid, outcome, reason FROM rollcall.judgements WHERE account = $1 ORDER BY call_sid', [account])).rows
const verified = async (callSid: string): Promise<boolean | undefined> =>
  (await world.pool.query<{ verified: boolean }>('SELECT verified FROM projection.calls WHERE account = $1 AND call_sid = $2', [account, callSid])).rows[0]?.verified
const runRows = async (): Promise<readonly { outcome: string; stop_reason: string | null }[]> =>
  (await world.pool.query('SELECT outcome, stop_reason FROM rollcall.runs WHERE account = $1 ORDER BY started_at, lease_epoch', [account])).rows
const count = async (table: string): Promise<number> => Number((await world.pool.query(`SELECT count(*) FROM rollcall.${table} WHERE account = $1`, [account])).rows[0].count)
const fault = (does: Fault): void => void world.exotel.faults.set(account, does)
const mended = (): void => void world.exotel.faults.delete(account)
/** The range that a list request asks for holds this moment. */
const asksAbout = (url: URL, at: number): boolean => {
  const [from, to] = [...(url.searchParams.get('DateCreated') ?? '').matchAll(/te:([^;]+)/g)].map(([, text]) => Date.parse(`${text?.trim().replace(' ', 'T')}+05:30`))
  return from !== undefined && to !== undefined && at >= from + 2 * SECOND && at < to - 2 * SECOND
}

describe('a call whose webhook never came', () => {
  it('is found, appended once, and its window closes only on two equal scans that no call can outlast', async () => {
    theirCall('c1')
    expect(await runAt(MINUTE)).toMatchObject({ outcome: 'complete', callsFound: 1, webhooksMissing: 1 })
    expect(await stateOfW()).toBe('provisional')
    expect(await runAt(2 * MINUTE)).toMatchObject({ callsFound: 0, webhooksMissing: 0 })
    const list = (await world.observationsOf(account)).filter(({ surface }) => surface === 'call-list')
    expect(list).toEqual([{ surface: 'call-list', call_sid: 'c1' }])
    await runAt(LONGEST)
    expect(await stateOfW()).toBe('provisional')
    expect(await runAt(LONGEST + POLICY.finalScansApartMs)).toMatchObject({ windowsClosed: 1 })
    expect(await stateOfW()).toBe('final')
  })

  it('is read by Sid as well, for what the list does not tell', async () => {
    theirCall('c1')
    await runAt(MINUTE)
    expect(await world.observationsOf(account)).toContainEqual({ surface: 'call-lookup', call_sid: 'c1' })
  })

  it('is read by Sid again where it was read before its row was whole', async () => {
    const endedAt = W.from + 2 * MINUTE
    world.exotel.calls.push({ account, callSid: 'c1', createdAt: W.from, endedAt, wholeFrom: endedAt + 3 * MINUTE, talkSeconds: 94 })
    await world.deliver(account, 'c1', W.from + SECOND, { Status: 'in-progress', EventType: 'answered', Direction: 'outbound-api' })
    const talk = async () => (await world.pool.query('SELECT conversation_seconds AS talk FROM projection.calls WHERE account = $1', [account])).rows[0]?.talk
    const seen = new Set<unknown>()
    for (world.time.now = W.from + 90 * SECOND; world.time.now < endedAt + HOUR; world.time.now += 2 * MINUTE) {
      await run('cron')
      seen.add(await talk())
    }
    expect([...seen]).toEqual([null, '94'])
  })

  it('and whose row never tells its talk time is not read by Sid for ever', async () => {
    theirCall('c1')
    for (world.time.now = W.to + MINUTE; world.time.now < W.to + 3 * HOUR; world.time.now += 2 * MINUTE) await run('cron')
    expect(world.exotel.requests(account).filter((path) => path.includes('/Calls/c1')).length).toBeLessThanOrEqual(3)
  })

  it('is read by Sid in the run that finds it, however many there are, while nothing else is due', async () => {
    const sids = Array.from({ length: 3 * CHASE_TURNS.spare.lookups }, (_, nth) => `c${nth}`)
    for (const callSid of sids) theirCall(callSid)
    await run('cron')
    for (const callSid of sids) expect(world.exotel.requests(account).filter((path) => path.includes(`/Calls/${callSid}.`))).toHaveLength(1)
  })

  it('waits for that behind scans that have a deadline', async () => {
    for (let nth = 0; nth < 2 * CHASE_TURNS.spare.lookups; nth += 1) theirCall(`c${nth}`)
    fault((url, response) => url.pathname.includes('/Calls/') && send(response, 500, ''))
    await run('cron')
    mended()
    const before = world.exotel.requests(account).length
    world.time.now = W.to + 4 * MINUTE
    await run('cron')
    const kinds = world.exotel
      .requests(account)
      .slice(before)
      .map((path) => (path.includes('/Calls/') ? 'lookup' : path.includes('Sid=') ? 'batch' : 'scan'))
    const scans = kinds.lastIndexOf('scan') + 1
    expect(kinds[0]).toBe('scan')
    expect(kinds.slice(0, scans).filter((kind) => kind !== 'scan').length).toBeLessThanOrEqual(CHASE_TURNS.pressed.batches + CHASE_TURNS.pressed.lookups)
    expect(kinds.slice(scans).filter((kind) => kind === 'lookup').length).toBeGreaterThan(CHASE_TURNS.spare.lookups)
  })

  it('that the list shows and Exotel denies by Sid is asked for no more often than it takes to deny it', async () => {
    theirCall('v3')
    fault((url, response) => url.pathname.includes('/Calls/') && send(response, 404, '{"RestException":{"Status":404,"Message":"No matching results"}}'))
    for (let nth = 0; nth < 20; nth += 1) {
      world.time.now = W.to + MINUTE + nth * 5 * MINUTE
      await run('cron')
    }
    expect(await judgements()).toEqual([{ call_sid: 'v3', outcome: 'missing', reason: 'never-arrived' }])
    expect(world.exotel.requests(account).filter((path) => path.includes('/Calls/v3')).length).toBe(ABSENCES_NEEDED)
  })

  it('belongs to the day in India that its second belongs to', async () => {
    theirCall('last-of-the-day', -SECOND)
    theirCall('first-of-the-day', 0)
    world.time.now = W.to + 10 * MINUTE
    await run('one-shot', 2, W.from - WINDOW_MS)
    const { rows } = await world.pool.query('SELECT window_from, calls_listed, calls_held FROM rollcall.window_scans WHERE account = $1 ORDER BY window_from', [account])
    expect(rows).toEqual([W.from - WINDOW_MS, W.from].map((from) => ({ window_from: new Date(from), calls_listed: 1, calls_held: 1 })))
  })
})

describe('what the account’s list takes', () => {
  const known = async () => (await world.pool.query('SELECT list_features FROM rollcall.accounts WHERE account = $1', [account])).rows[0]?.list_features
  const lists = (parameter: string) => world.exotel.requests(account).filter((path) => path.includes(`/Calls.json?`) && path.includes(parameter)).length

  it('is asked once, by the first calls that it lists, and remembered', async () => {
    await runAt(MINUTE)
    expect(await known()).toEqual({})
    theirCall('c1')
    await runAt(2 * MINUTE)
    expect(await known()).toEqual({ details: false, duration: false })
    expect([lists('details='), lists('Duration='), lists('RecordingUrlValidity=')]).toEqual([1, 1, 0])
    await runAt(3 * MINUTE)
    expect([lists('details='), lists('Duration=')]).toEqual([1, 1])
  })

  it('is used: where rows have details, no call is asked for one by one', async () => {
    world.exotel.detailed.add(account)
    theirCall('first')
    await runAt(MINUTE)
    expect(await known()).toMatchObject({ details: true })
    theirCall('second')
    await runAt(3 * MINUTE)
    const { rows } = await world.pool.query('SELECT conversation_seconds FROM projection.calls WHERE account = $1 AND call_sid = $2', [account, 'second'])
    expect(Number(rows[0].conversation_seconds)).toBe(12)
    // The first may have been: it was listed before anyone knew.
    const lookups = world.exotel.requests(account).filter((path) => path.includes('/Calls/') && !path.includes('/Calls/first.json'))
    expect(lookups).toEqual([])
  })

  it('is forgotten where it is refused one day: the range is read without', async () => {
    world.exotel.detailed.add(account)
    theirCall('c1')
    await runAt(MINUTE)
    fault(
      (url, response) =>
        url.pathname.endsWith('/Calls.json') && url.searchParams.has('details') && send(response, 400, '{"RestException":{"Status":400,"Message":"Invalid parameter"}}'),
    )
    expect(await runAt(3 * MINUTE)).toMatchObject({ outcome: 'complete' })
    expect(await known()).toMatchObject({ details: false })
    fault((_url, response) => send(response, 400, '{}'))
    expect(await runAt(4 * MINUTE)).toMatchObject({ outcome: 'gaps-remain' })
    expect(await known()).toMatchObject({ details: false })
  })
})

describe('a silence that Exotel asks for', () => {
  it('is kept by whoever runs next, in another process too, until it is over', async () => {
    theirCall('c1')
    fault((_url, response) => {
      response.setHeader('retry-after', '600')
      return send(response, 429, '')
    })
    expect(await runAt(MINUTE)).toMatchObject({ outcome: 'gaps-remain', stopReason: expect.stringMatching(/HTTP 429/) })
    mended()
    deps = world.dependencies(account)
    expect(await runAt(9 * MINUTE)).toMatchObject({ outcome: 'gaps-remain', stopReason: expect.stringMatching(/silence that is not over/), requests: 0 })
    expect(world.exotel.requests(account)).toHaveLength(1)
    await endSilence()
    deps = world.dependencies(account)
    expect(await runAt(11 * MINUTE)).toMatchObject({ outcome: 'complete', callsFound: 1 })
  })

  it('is not prolonged by a clock of ours that is set back', async () => {
    theirCall('c1')
    fault((_url, response) => {
      response.setHeader('retry-after', '600')
      return send(response, 429, '')
    })
    await runAt(2 * HOUR)
    mended()
    await endSilence()
    deps = world.dependencies(account)
    expect(await runAt(11 * MINUTE)).toMatchObject({ outcome: 'complete', callsFound: 1 })
  })

  /** It is kept in the database's time, which no test can set. */
  const endSilence = async (): Promise<void> => {
    const { rowCount } = await world.pool.query(`UPDATE rollcall.accounts SET silent_until = now() - interval '1 second' WHERE account = $1 AND silent_until > now()`, [account])
    expect(rowCount).toBe(1)
  }
})

describe('a scan that is incomplete', () => {
  it.each<[string, Fault, RegExp]>([
    ['a page that is cut off', (_url, response) => send(response, 200, '{"Metadata":{"NextPageUri":null},"Calls":[{"Sid":'), /cut or damaged JSON/],
    [
      'a cursor that leads back',
      (url, response) => send(response, 200, JSON.stringify({ Metadata: { NextPageUri: `${url.pathname}${url.search}` }, Calls: [rowOf(theirCall('c1'), W.to)] })),
      /already read/,
    ],
    ['a gateway that answers in HTML', (_url, response) => send(response, 502, '<html>Bad Gateway</html>'), /HTTP 502/],
    ['credentials that are refused', (_url, response) => send(response, 401, REFUSAL), /HTTP 401.*apiKeyFile/],
    ['a page without its metadata', (_url, response) => send(response, 200, '{"Calls":[]}'), /Metadata/],
    ['a row that cannot be read', (_url, response) => send(response, 200, '{"Metadata":{},"Calls":[{"Sid":"x"}]}'), /row 1 of page 1/],
  ])('by %s closes nothing and says why', async (_case, broken, reason) => {
    theirCall('c1')
    fault(broken)
    const result = await runAt(LONGEST)
    expect(result).toMatchObject({ outcome: 'gaps-remain', stopReason: expect.stringMatching(reason) })
    expect(await stateOfW()).toBe('settling')
    expect(await count('window_scans')).toBe(0)
    expect(await runRows()).toEqual([{ outcome: 'gaps-remain', stop_reason: result.stopReason }])
    mended()
    expect(await runAt(LONGEST + MINUTE)).toMatchObject({ outcome: 'complete', callsFound: 1 })
  })

  it('keeps no other window from being read: the range is halved down to the one that cannot be', async () => {
    const poisoned = W.from + 5 * WINDOW_MS
    world.time.now = W.from + 8 * WINDOW_MS + 10 * MINUTE
    fault((url, response) => asksAbout(url, poisoned) && send(response, 500, ''))
    expect(await run('one-shot', 8)).toMatchObject({ outcome: 'gaps-remain', stopReason: expect.stringMatching(/HTTP 500/) })
    const states = await world.windowStates(account)
    const settling = Object.entries(states).flatMap(([from, state]) => (state === 'settling' && Date.parse(from) < W.from + 8 * WINDOW_MS ? [from] : []))
    expect(settling).toEqual([new Date(poisoned).toISOString()])
  })

  it('asks nothing more of an API that refuses the account', async () => {
    world.time.now = W.from + 60 * WINDOW_MS
    fault((_url, response) => send(response, 401, REFUSAL))
    expect(await run('one-shot', 60)).toMatchObject({ outcome: 'gaps-remain', scans: 1, reports: [{ trouble: 'refused' }] })
  })

  it('stands back, so that the next run does not spend its budget on it again', async () => {
    const poisoned = W.from
    fault((url, response) => asksAbout(url, poisoned) && send(response, 500, ''))
    await run('cron')
    const before = world.exotel.requests(account).length
    world.time.now += 5 * SECOND
    expect(await run('cron')).toMatchObject({ scans: 0 })
    expect(world.exotel.requests(account).length).toBe(before)
    world.time.now += 10 * SECOND
    expect(await run('cron')).toMatchObject({ scans: 1 })
  })
})

describe('a call that only webhooks claim', () => {
  const forge = (fields: object) => world.deliver(account, 'forged', W.from + MINUTE, { ...fields })
  const CLAIM = { EventType: 'terminal', Status: 'completed', DateCreated: '2026-01-15 00:00:30', EndTime: '2026-01-15 00:01:00', Direction: 'outbound-api' }

  it('stays unverified, and keeps its window open until the API has denied it often enough', async () => {
    await forge(CLAIM)
    await runAt(MINUTE)
    const lookups = () => world.exotel.requests(account).filter((path) => path.includes('/Calls/forged')).length
    expect(lookups()).toBe(0)
    await runAt(LONGEST)
    await runAt(LONGEST + 11 * MINUTE)
    expect(lookups()).toBe(1)
    expect(await stateOfW()).not.toBe('final')
    for (let nth = 1; nth < ABSENCES_NEEDED; nth += 1) await runAt(LONGEST + nth * ABSENCES_APART_MS)
    expect(lookups()).toBe(ABSENCES_NEEDED)
    await runAt(LONGEST + 3 * ABSENCES_APART_MS)
    await runAt(LONGEST + 4 * ABSENCES_APART_MS)
    expect(lookups()).toBe(ABSENCES_NEEDED)
    expect(await stateOfW()).toBe('final')
    expect(await verified('forged')).toBe(false)
    expect(await judgements()).toEqual([])
  })

  it('is an exception within forty minutes, and counts as missing nothing', async () => {
    world.time.now = W.to
    const toldAt = world.time.now
    await world.deliver(account, 'forged', toldAt, CLAIM)
    const denied = async () => (await readWebhookFindings(world.pool, account)).callsDenied
    for (; (await denied()) === 0 && world.time.now <= toldAt + HOUR; world.time.now += MINUTE) await run('cron')
    expect(await readWebhookFindings(world.pool, account)).toMatchObject({ callsUnverified: 1, callsDenied: 1, missingByReason: {} })
    expect(world.time.now - toldAt).toBeLessThanOrEqual(40 * MINUTE)
    expect(world.time.now - toldAt).toBeGreaterThanOrEqual(30 * MINUTE)
    expect([await judgements(), await verified('forged')]).toEqual([[], false])
  })

  it('is asked for although no window holds it, and found where Exotel knows it', async () => {
    const call = theirCall('unlisted', 10 * SECOND, { listedFrom: Number.POSITIVE_INFINITY })
    await world.deliver(account, 'unlisted', call.endedAt + SECOND)
    world.time.now = call.endedAt + POLICY.settleMs + 2 * SECOND
    await run('cron')
    expect(await verified('unlisted')).toBe(true)
    expect(await judgements()).toEqual([{ call_sid: 'unlisted', outcome: 'arrived', reason: null }])
  })

  it('without a time of creation is asked for no more often than it takes to deny it', async () => {
    await forge({})
    for (let nth = 0; nth < 20; nth += 1) {
      world.time.now = W.to + POLICY.settleMs + nth * 5 * MINUTE
      await run('cron')
    }
    expect(world.exotel.requests(account).filter((path) => path.includes('/Calls/forged')).length).toBe(ABSENCES_NEEDED)
  })

  it('is not explained by a webhook that says it ended, as long as the API says it runs', async () => {
    const call = theirCall('running', 10 * SECOND, { endedAt: W.to + 100 * HOUR })
    await world.deliver(account, call.callSid, W.from + MINUTE, CLAIM)
    for (const after of [LONGEST, LONGEST + 20 * MINUTE, LONGEST + 40 * MINUTE]) await runAt(after)
    expect(await stateOfW()).toBe('provisional')
  })
})

describe('an expected webhook', () => {
  const END = W.from + 10 * SECOND + MINUTE

  it('that is still awaited at the last scan is judged missing when its time is over, without another scan', async () => {
    theirCall('c1')
    world.time.now = END + 10 * SECOND
    await run('one-shot')
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'pending', reason: null }])
    world.time.now = END + GRACE_MS + SECOND
    expect(await run('cron')).toMatchObject({ webhooksMissing: 1 })
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'missing', reason: 'never-arrived' }])
  })

  it.each([
    ['late', GRACE_MS + SECOND, 'late'],
    ['in time after all, where it was held up between ingest and the log', GRACE_MS, null],
  ])('that was missing and comes is judged to have come %s', async (_case, after, reason) => {
    theirCall('c1')
    expect(await runAt(MINUTE)).toMatchObject({ webhooksMissing: 1 })
    await world.deliver(account, 'c1', END + after)
    world.time.now = W.to + 5 * MINUTE
    expect(await run('cron')).toMatchObject({ webhooksMissing: 0 })
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'arrived', reason }])
  })

  it('is awaited for as long as its rule says', async () => {
    const coverage = [{ name: 'slow ends', direction: 'outbound-api' as const, expects: [{ anyOf: ['status-callback'], withinSeconds: 300 }] }]
    deps = world.dependencies(account, { coverage: coveragePolicyOf({ coverage, webhookGraceSeconds: 60 }) })
    theirCall('c1')
    expect(await runAt(MINUTE)).toMatchObject({ webhooksMissing: 0 })
    world.time.now = END + 5 * MINUTE
    await run('cron')
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'pending', reason: null }])
    world.time.now = END + 5 * MINUTE + SECOND
    expect(await run('cron')).toMatchObject({ webhooksMissing: 1 })
    await world.deliver(account, 'c1', END + 6 * MINUTE, { EventType: 'answered', Status: 'in-progress' })
    world.time.now = END + 7 * MINUTE
    await run('cron')
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'arrived', reason: 'late' }])
  })

  it('is missed no more by a call that proves to be a campaign’s', async () => {
    theirCall('c1')
    expect(await runAt(MINUTE)).toMatchObject({ webhooksMissing: 1 })
    await world.deliver(account, 'c1', END + 2 * MINUTE, { call_sid: 'c1', campaign_sid: 'k1', status: 'completed' }, 'campaign')
    world.time.now = W.to + 5 * MINUTE
    await run('cron')
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'not-expected', reason: 'not-expected' }])
  })

  it('is never judged missing by what the projector has not read yet', async () => {
    theirCall('c1')
    world.time.now = END + 30 * SECOND
    let asked = 0
    deps = world.dependencies(account, {
      projectionWaitMs: 2 * SECOND,
      log: {
        ...world.log,
        bounds: async (topic) => new Map([...(await world.log.bounds(topic))].map(([partition, { low, next }]) => [partition, { low, next: asked > 0 ? next + 1_000n : next }])),
      },
    })
    // While the list is read its time runs out; from then on the log is ahead of the projector.
    fault(() => {
      asked += 1
      world.time.now = END + 10 * MINUTE
      return false
    })
    expect(await run('one-shot')).toMatchObject({ outcome: 'gaps-remain', webhooksMissing: 0, reports: [{ outcome: 'projector-behind' }] })
    expect(await judgements()).not.toContainEqual(expect.objectContaining({ outcome: 'missing' }))
  })
})

describe('a coverage policy that changes', () => {
  const under = (...coverage: { name: string; direction?: 'inbound'; exophones?: string[]; expects: { anyOf: string[] }[] }[]): void => {
    deps = world.dependencies(account, { coverage: coveragePolicyOf({ coverage, webhookGraceSeconds: 60 }) })
  }
  const history = async (): Promise<readonly object[]> =>
    (await world.pool.query('SELECT call_sid, expectation, rule, outcome FROM rollcall.judgement_history WHERE account = $1 ORDER BY replaced_at, call_sid', [account])).rows
  const policies = async (): Promise<readonly object[]> =>
    (await world.pool.query('SELECT jsonb_array_length(rules) AS rules, applied FROM rollcall.coverage_policies WHERE account = $1 ORDER BY policy_id', [account])).rows
  const applyOnce = () => holdLease(deps, 'test', never, (lease) => applyPolicy(deps, { at: world.time.now, drainedTo: null }, lease))
  const WAS = { call_sid: 'c1', expectation: 'status-callback', rule: 'default: api calls report their end', outcome: 'missing' }

  it('is applied to what was judged before, without a scan, and what was said stays known', async () => {
    theirCall('c1')
    expect(await runAt(MINUTE)).toMatchObject({ webhooksMissing: 1 })
    under({ name: 'nothing is promised', expects: [] })
    world.time.now += SECOND
    await run('cron')
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'not-expected', reason: 'not-expected' }])
    expect(await history()).toEqual([WAS])
    expect(await policies()).toEqual([
      { rules: 3, applied: true },
      { rules: 4, applied: true },
    ])
    under({ name: 'a Passthru', expects: [{ anyOf: ['passthru'] }] })
    world.time.now += SECOND
    expect(await run('cron')).toMatchObject({ webhooksMissing: 1 })
    expect(await history()).toEqual([WAS, { call_sid: 'c1', expectation: 'none', rule: 'nothing is promised', outcome: 'not-expected' }])
  })

  it('only in how a number is spelt is the same; one with another condition is not', async () => {
    theirCall('c1')
    under({ name: 'a line', exophones: ['04000000003'], expects: [] })
    await runAt(MINUTE)
    under({ name: 'a line', exophones: ['+91 40 0000 0003'], expects: [] })
    await run('cron')
    expect(await policies()).toHaveLength(1)
    under({ name: 'a line', direction: 'inbound', exophones: ['+914000000003'], expects: [] })
    await run('cron')
    expect(await policies()).toHaveLength(2)
  })

  it('is not applied to a call so old that its day was answered for', async () => {
    theirCall('c1')
    await runAt(MINUTE)
    under({ name: 'nothing is promised', expects: [] })
    world.time.now = W.from + POLICY_APPLIED_AGE_MS_MAX + HOUR
    await applyOnce()
    expect(await history()).toEqual([])
    expect(await policies()).not.toContainEqual(expect.objectContaining({ applied: false }))
  })

  it('is applied to the rest by the runs after, however many calls there are', async () => {
    theirCall('c1')
    await runAt(MINUTE)
    const calls = POLICY_APPLIED_PER_RUN_MAX + 1
    // Of one moment, so that a page ends among equals.
    await world.pool.query(
      `INSERT INTO projection.calls (account, call_sid, created_at, verified, conflicts, state, digest, version)
       SELECT account, 'd' || nth, created_at, verified, conflicts, state, digest, version FROM projection.calls, generate_series(1, $2) nth WHERE account = $1 AND call_sid = 'c1'`,
      [account, calls - 1],
    )
    under({ name: 'nothing is promised', expects: [] })
    world.time.now = W.to + 2 * MINUTE
    const appliedTo = async (): Promise<number> => (await judgements()).filter((row) => 'outcome' in row && row.outcome === 'not-expected').length
    await applyOnce()
    expect(await appliedTo()).toBe(POLICY_APPLIED_PER_RUN_MAX)
    expect(await policies()).toContainEqual({ rules: 4, applied: false })
    await applyOnce()
    expect(await appliedTo()).toBe(calls)
    expect(await policies()).not.toContainEqual(expect.objectContaining({ applied: false }))
  })
})

describe('a projector that is down', () => {
  it('lets nothing close and nothing be asked', async () => {
    await world.stopProjector()
    theirCall('c1')
    await world.deliver(account, 'c2', W.from + MINUTE)
    deps = world.dependencies(account, { projectionWaitMs: SECOND })
    expect(await runAt(LONGEST)).toMatchObject({ outcome: 'gaps-remain', stopReason: 'the projector did not reach the end of the log in time', scans: 0 })
    expect(world.exotel.requests(account)).toEqual([])
    expect(new Set(Object.values(await world.windowStates(account)))).toEqual(new Set(['open']))
    world.startProjector()
    deps = world.dependencies(account)
    expect(await runAt(LONGEST)).toMatchObject({ outcome: 'complete', callsFound: 1 })
  })
})

describe('the lease', () => {
  const lease = () => `reconcile:${account}`

  it('lets one run at a time', async () => {
    await world.pool.query(`INSERT INTO rollcall.leases VALUES ($1, 'another', 7, now() + interval '1 minute')`, [lease()])
    expect(await reconcileAccount(deps, { kind: 'cron', plannedAt: 0, range: null, lanes: ALL_LANES }, 'test', never)).toEqual({ outcome: 'lease-held' })
    expect(world.exotel.requests(account)).toEqual([])
    expect(await runRows()).toEqual([])
  })

  it.each(['complete', 'incomplete'])('that is taken over during a scan stops the run, which then writes nothing, were the scan %s', async (scan) => {
    theirCall('c1')
    fault((_url, response) => {
      // A paused process: another one has taken over by the time the answer is read.
      void world.pool
        .query(`UPDATE rollcall.leases SET token = token + 1, owner = 'another', expires_at = now() + interval '1 minute' WHERE job = $1`, [lease()])
        .then(() => (scan === 'complete' ? send(response, 200, '{"Metadata":{"NextPageUri":null},"Calls":[]}') : send(response, 502, '')))
      return true
    })
    expect(await runAt(LONGEST)).toMatchObject({ outcome: 'lease-lost' })
    expect(await Promise.all(['scans', 'window_scans', 'verdicts', 'judgements'].map(count))).toEqual([0, 0, 0, 0])
    expect(new Set(Object.values(await world.windowStates(account)))).toEqual(new Set(['open']))
    expect(await runRows()).toMatchObject([{ outcome: 'lease-lost' }])
    expect((await world.observationsOf(account)).length).toBe(0)
  })

  it('that lapsed with a killed run is taken by the next, which ends the row of that run and finishes its work', async () => {
    theirCall('c1')
    await world.pool.query(`INSERT INTO rollcall.leases VALUES ($1, 'killed', 7, now() - interval '1 second')`, [lease()])
    await world.pool.query(`INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, lease_epoch) VALUES ($1, $2, 'cron', $3, $3, 7)`, [
      randomUUID(),
      account,
      new Date(W.from),
    ])
    expect(await runAt(MINUTE)).toMatchObject({ outcome: 'complete', callsFound: 1 })
    expect(await runRows()).toEqual([
      { outcome: 'failed', stop_reason: expect.stringContaining('killed') },
      { outcome: 'complete', stop_reason: null },
    ])
  })

  it('is given back when the run ends', async () => {
    await run('one-shot', 1, W.from, 'one')
    await run('one-shot', 1, W.from, 'two')
    expect(await runRows()).toHaveLength(2)
  })
})

describe('a run that is told to stop', () => {
  it('ends its row as stopped, whatever it was waiting for', async () => {
    const stop = new AbortController()
    fault(() => {
      void sleep(50).then(() => stop.abort())
      return true
    })
    const result = await reconcileAccount(deps, { kind: 'one-shot', plannedAt: 0, range: W, lanes: ALL_LANES }, 'test', stop.signal)
    expect(result).toMatchObject({ outcome: 'stopped' })
    expect(await runRows()).toEqual([{ outcome: 'stopped', stop_reason: 'the process was asked to stop' }])
    mended()
    expect(await run('one-shot')).toMatchObject({ outcome: 'complete' })
  })
})

describe('clocks that differ', () => {
  it('by a clock of ours that runs ahead close no window early and judge no webhook early', async () => {
    theirCall('c1')
    world.exotel.skewMs = -10 * MINUTE
    // By our clock the window ended six minutes ago; by Exotel's it has not ended.
    expect(await runAt(6 * MINUTE)).toMatchObject({ outcome: 'complete', webhooksMissing: 0 })
    expect(await stateOfW()).toBe('open')
    // By Exotel's clock it is one minute past the window's end.
    expect(await runAt(11 * MINUTE)).toMatchObject({ webhooksMissing: 1 })
    expect(await stateOfW()).toBe('provisional')
  })

  it('by little are as one, since settling times absorb it', async () => {
    world.exotel.skewMs = -3 * SECOND
    await runAt(MINUTE)
    expect(await stateOfW()).toBe('provisional')
  })

  /** People or NTP set our clock: no time has passed, and Exotel's is as it was. */
  const setOurClock = (byMs: number): void => {
    world.time.now += byMs
    world.time.setMs = byMs
    world.exotel.skewMs = -byMs
  }

  it('since ours was set forward, judge no webhook before its time', async () => {
    theirCall('c1')
    world.time.now = W.from + 75 * SECOND
    await run('one-shot')
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'pending', reason: null }])
    setOurClock(2 * HOUR)
    expect(await run('cron')).toMatchObject({ webhooksMissing: 0 })
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'pending', reason: null }])
    world.time.now += MINUTE
    expect(await run('cron')).toMatchObject({ webhooksMissing: 1 })
  })

  it('unbeknown to a process that Exotel has not answered yet, judge no webhook before its time', async () => {
    theirCall('c1')
    world.time.now = W.from + 75 * SECOND
    await run('one-shot')
    setOurClock(2 * HOUR)
    deps = world.dependencies(account)
    fault((_url, response) => send(response, 503, ''))
    expect(await run('cron')).toMatchObject({ outcome: 'gaps-remain', webhooksMissing: 0 })
    expect(await judgements()).toEqual([{ call_sid: 'c1', outcome: 'pending', reason: null }])
  })

  it('by a year, unbeknown to a process that Exotel has not answered yet, make no window a gap', async () => {
    await run('cron')
    const before = await world.windowStates(account)
    setOurClock(365 * 24 * HOUR)
    deps = world.dependencies(account)
    fault((_url, response) => send(response, 503, ''))
    await run('cron')
    expect(await world.windowStates(account)).toMatchObject(before)
    expect(Object.values(await world.windowStates(account))).not.toContain('gap')
  })

  it('since ours was set back while Exotel listed, close no window early', async () => {
    theirCall('c1')
    await runAt(LONGEST - HOUR)
    // Set back before the first answer: what the scan began by is two hours ahead of what its answers are dated by.
    fault(() => {
      if (world.time.setMs === 0) setOurClock(-2 * HOUR)
      return false
    })
    await runAt(LONGEST - HOUR + MINUTE)
    mended()
    world.time.now = W.to + LONGEST - HOUR + 2 * MINUTE - 2 * HOUR
    await run('one-shot')
    const { rows } = await world.pool.query('SELECT max(started_at) AS latest FROM rollcall.window_scans WHERE account = $1', [account])
    expect(rows[0].latest.getTime()).toBeLessThan(W.to + LONGEST)
  })

  it('are told of once, aloud', async () => {
    const told: string[] = []
    deps = world.dependencies(account, { logger: { error: ({ event }: { event: string }) => told.push(event), info: ({ event }: { event: string }) => told.push(event) } as never })
    world.exotel.skewMs = 6 * SECOND
    await runAt(MINUTE)
    await runAt(2 * MINUTE)
    world.exotel.skewMs = 0
    await runAt(3 * MINUTE)
    expect(told).toEqual(['clock.skewed', 'clock.agrees'])
  })
})

describe('windows', () => {
  it('begin one longest call before the first run and are contiguous ever after, whatever range is asked for', async () => {
    const made = async () =>
      Object.keys(await world.windowStates(account))
        .map((from) => Date.parse(from))
        .sort((one, other) => one - other)
    const since = (from: number) => Array.from({ length: (windowAt(world.time.now).from - from) / WINDOW_MS + 1 }, (_, nth) => from + nth * WINDOW_MS)
    await run('cron')
    const first = windowAt(world.time.now - POLICY.maximumCallMs).from
    expect(await made()).toEqual(since(first))
    world.time.now += HOUR
    await run('cron')
    expect(await made()).toEqual(since(first))
    await run('one-shot', 1, W.from - 24 * HOUR)
    expect(await made()).toEqual(since(W.from - 24 * HOUR))
  })

  it('are scanned as they become due, and not again before', async () => {
    await run('cron')
    const begun = world.exotel.requests(account).length
    expect(begun).toBeGreaterThan(0)
    expect(await run('cron')).toMatchObject({ outcome: 'complete', scans: 0 })
    world.time.now = W.to + 3 * MINUTE
    expect(await run('cron')).toMatchObject({ scans: 1 })
  })
})
