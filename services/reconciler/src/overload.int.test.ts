/** A share of the rate limit that cannot hold the RPO: refused before the schedule begins, and told before it breaks. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccountConfig } from '@rollcall/contracts/accounts-file'
import { CALM_FOR_MS } from '@rollcall/domain/schedule/rpo-risk'
import { DAY, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { firstWindow } from '@rollcall/store/reconcile/first-window'
import { saveListFeatures } from '@rollcall/store/reconcile/list-features'
import { saveWindowScans } from '@rollcall/store/reconcile/save-window-scans'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refuseOverload } from './refuse-overload.ts'
import { createInstallation, type Installation, writeAccounts } from './testing/installation.ts'
import { type SpawnedService, spawnService } from './testing/service-process.ts'
import { until } from './testing/until.ts'
import { createCapacityWatch, LOOKS_AVERAGED } from './watch-capacity.ts'

const NOW = Date.UTC(2026, 0, 15)
const time = { now: NOW }
let world: Installation
let nth = 0
let sid: string

beforeAll(async () => {
  world = await createInstallation(time)
})
afterAll(() => world.close())
beforeEach(() => {
  nth += 1
  sid = `overload${nth}`
  time.now = NOW
})

const account = (changes: object = {}): AccountConfig =>
  AccountConfig.parse({
    sid,
    cluster: 'mumbai',
    apiKeyFile: 'key',
    apiTokenFile: 'token',
    webhookSecretFiles: ['secret'],
    ...changes,
  })
const listed = (at: number, calls: number) =>
  saveWindowScans(
    world.pool,
    sid,
    [
      {
        windowFrom: windowAt(at).from,
        startedAt: at + WINDOW_MS,
        callsListed: calls,
        scan: '00000000-0000-4000-8000-000000000000',
        digest: '',
        projected: true,
        unresolved: 0,
        callsHeld: 0,
        callsFound: 0,
      },
    ],
    at + WINDOW_MS,
  )
const refused = (changes: object = {}) =>
  refuseOverload([{ account: account(changes), deps: world.dependencies(sid) }]).then(
    () => null,
    (error: Error) => error.message,
  )

describe('before the schedule begins', () => {
  it('nothing is refused where nobody knows how many calls there are', async () => expect(await refused({ rateShare: 0.01 })).toBeNull())

  it('the busiest window of the last week counts', async () => {
    await listed(NOW - 8 * DAY, 90_000)
    await listed(NOW - DAY, 4_500)
    expect(await refused()).toBeNull()
    await listed(NOW - 2 * DAY, 9_000)
    expect(await refused()).toMatch(/^account overload\d+: rateShare is 0.25 .* The busiest five minutes of the last days had 30 calls\/s, and that takes rateShare 0\.\d+/)
  })

  it('what the account is said to expect counts more than what was seen', async () => {
    await listed(NOW - DAY, 9_000)
    expect(await refused({ expectedCallsPerSecond: 10 })).toBeNull()
    expect(await refused({ expectedCallsPerSecond: 30 })).toContain('expectedCallsPerSecond is 30')
  })

  it('a list that was found to take no Duration filter holds fewer calls', async () => {
    await firstWindow(world.pool, sid, NOW)
    expect(await refused({ expectedCallsPerSecond: 15 })).toBeNull()
    await saveListFeatures(world.pool, sid, { features: { duration: false }, askedAt: NOW })
    expect(await refused({ expectedCallsPerSecond: 15 })).toContain('takes no Duration filter')
  })

  it('an account may be run all the same', async () => expect(await refused({ expectedCallsPerSecond: 30, rpoRefusal: 'warn' })).toBeNull())
})

describe('while it runs', () => {
  /** So many in each second of `[from, to)`, in minutes from now. */
  const calls = (perSecond: number, from: number, to: number) =>
    world.pool.query(
      `INSERT INTO projection.calls (account, call_sid, created_at, verified, conflicts, state, digest, version)
       SELECT $1, 'c' || n, $2::timestamptz + (n - 1) * $3::float8 * interval '1 second', true, '{}', '{}', '', 1 FROM generate_series(1, $4::int) n`,
      [sid, new Date(NOW + from * MINUTE), 1 / perSecond, (to - from) * 60 * perSecond],
    )
  const watched = () => {
    const monotonic = () => time.now
    const budget = createRequestBudget({ ratePerMinute: 50, monotonic, sleep })
    const watch = createCapacityWatch({ ...world.dependencies(sid), budget }, account(), monotonic)
    const lookFor = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await watch.look()
        time.now += MINUTE
      }
      return watch.status()
    }
    return { budget, watch, lookFor }
  }

  it('the calls of the last minutes tell what is needed', async () => {
    await calls(9, -25, 0)
    expect(await watched().lookFor(1)).toMatchObject({ atRisk: false, callsPerSecond: 9, availablePerMinute: 49 })
  })

  it('more calls than the share can follow are told at once, whoever told of them, and for as long as they come', async () => {
    await calls(30, -10, 0)
    const { lookFor } = watched()
    expect(await lookFor(1)).toMatchObject({ atRisk: true, callsPerSecond: 30 })
    expect(await lookFor(CALM_FOR_MS / MINUTE)).toMatchObject({ atRisk: true })
    expect(await lookFor(25)).toMatchObject({ atRisk: false, callsPerSecond: 0 })
  })

  it('429s are told where they last, and not one by one', async () => {
    await calls(13, -25, 60)
    const { budget, lookFor } = watched()
    expect(await lookFor(LOOKS_AVERAGED)).toMatchObject({ atRisk: false })
    budget.slowDown()
    expect(await lookFor(5)).toMatchObject({ atRisk: false })
    for (let minute = 0; minute < 10; minute += 1) {
      budget.slowDown()
      await lookFor(1)
    }
    expect(await lookFor(1)).toMatchObject({ atRisk: true })
  })

  it('a silence is told where it lasts', async () => {
    await calls(13, -25, 30)
    const { budget, lookFor } = watched()
    await lookFor(LOOKS_AVERAGED)
    budget.pause(10 * MINUTE)
    expect(await lookFor(5)).toMatchObject({ atRisk: true })
  })

  it('without the database what was seen last stays', async () => {
    const { watch, lookFor } = watched()
    await lookFor(1)
    const gone = createCapacityWatch({ ...world.dependencies(sid), pool: { query: () => Promise.reject(new Error('gone')) } as never }, account(), () => 0)
    await gone.look()
    expect([watch.status()?.atRisk, gone.status()]).toEqual([false, null])
  })
})

describe('a process', () => {
  const spawned: SpawnedService[] = []
  const directories: string[] = []
  afterEach(async () => {
    for (const { child, exited } of spawned.splice(0)) {
      child.kill('SIGKILL')
      await exited
    }
    for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true })
  })
  const spawn = async (changes: object) => {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-overload-'))
    directories.push(directory)
    const file = await writeAccounts(directory, world.exotel.url, [sid])
    const { accounts } = JSON.parse(await readFile(file, 'utf8')) as { accounts: object[] }
    await writeFile(file, JSON.stringify({ accounts: accounts.map((each) => ({ ...each, ...changes })) }))
    const service = spawnService('reconciler', [], { ...world.env, ROLLCALL_ACCOUNTS_FILE: file })
    spawned.push(service)
    return service
  }
  const overload = { expectedCallsPerSecond: 30, rateLimitPerMinute: 200, rateShare: 0.25 }

  it('ends with 2 and says what to change', async () => {
    const { said, exited } = await spawn(overload)
    expect(await exited).toBe(2)
    expect(said.err).toMatch(/rateShare is 0.25 .* expectedCallsPerSecond is 30, and that takes rateShare \d\.\d+/)
  })

  it('starts all the same where the account says so, and says it', async () => {
    const { said } = await spawn({ ...overload, rpoRefusal: 'warn' })
    await until('it runs', () => said.out.includes('service.started'))
    expect(said.out).toContain('rpo.not-held')
  })
})
