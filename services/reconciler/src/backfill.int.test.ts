/** Backfills and --until-final as operators meet them: processes with arguments, an exit code and a summary, which are killed and come again. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BackfillSummary } from './run-backfill.ts'
import type { OnceSummary } from './run-once.ts'
import { createInstallation, type Installation, writeAccounts } from './testing/installation.ts'
import { type SpawnedService, spawnService, stopService } from './testing/service-process.ts'
import { until } from './testing/until.ts'

const NOW = Date.now()
/** Windows are made from here to now, so it is not long ago. */
const FROM = windowAt(NOW - 54 * HOUR).from
const SEED = Number(process.env.BACKFILL_SEED ?? NOW % 1_000_000)
const PAGE_ROWS = 100

let world: Installation
let directory: string
let account: string
let accountsFile: string
let accounts = 0
const spawned: SpawnedService[] = []

beforeAll(async () => {
  const realTime = {
    get now() {
      return Date.now()
    },
  }
  world = await createInstallation(realTime as { now: number })
  world.startProjector()
  directory = await mkdtemp(join(tmpdir(), 'rollcall-backfill-'))
})
beforeEach(async () => {
  accounts += 1
  account = `past-${accounts}`
  accountsFile = await writeAccounts(await mkdtemp(join(directory, 'accounts-')), world.exotel.url, [account])
})
afterEach(async () => {
  for (const { child, exited } of spawned.splice(0)) {
    child.kill('SIGKILL')
    await exited
  }
  world.exotel.faults.clear()
})
afterAll(async () => {
  await world?.close()
  await rm(directory, { recursive: true, force: true })
})

const spawn = (args: readonly string[], env: Readonly<Record<string, string>> = {}): SpawnedService => {
  const service = spawnService('reconciler', args, { ...world.env, ROLLCALL_ACCOUNTS_FILE: accountsFile, ...env })
  spawned.push(service)
  return service
}
const setAccount = async (settings: object): Promise<void> => {
  const file = JSON.parse(await readFile(accountsFile, 'utf8')) as { accounts: object[] }
  await writeFile(accountsFile, JSON.stringify({ accounts: file.accounts.map((one) => ({ ...one, ...settings })) }))
}
/** Exotel tells of six months; windows of so many days are quicker made. */
const tellsOnlyOf = (historyDays: number) => setAccount({ historyDays })
const text = (at: Instant): string => new Date(at).toISOString()
const backfillArgs = (from: Instant, to: Instant, ...more: string[]) => ['backfill', '--account', account, '--from', text(from), '--to', text(to), '--json', ...more]
const ended = async <T>({ exited, said }: SpawnedService): Promise<{ exitCode: number | null; summary: T; notices: string; message: string }> => {
  const exitCode = await exited
  const lines = said.err.split('\n').filter(Boolean)
  return { exitCode, summary: said.out === '' ? (null as T) : JSON.parse(said.out), notices: said.err, message: lines.filter((line) => !line.startsWith('{')).join('\n') }
}
const backfill = (from: Instant, to: Instant, ...more: string[]) => ended<BackfillSummary>(spawn(backfillArgs(from, to, ...more)))
const theirCalls = (count: number, from: Instant, every: number) => {
  for (let nth = 0; nth < count; nth += 1) {
    const createdAt = from + nth * every
    world.exotel.calls.push({ account, callSid: `${account}-${nth}`, createdAt, endedAt: createdAt + MINUTE })
  }
}
const lapseLease = () => world.pool.query(`UPDATE rollcall.leases SET expires_at = now() - interval '1 second' WHERE job = $1`, [`reconcile:${account}`])
const states = async (from: Instant, to: Instant): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await world.pool.query<{ state: string; windows: number }>(
    'SELECT state, count(*)::int AS windows FROM rollcall.windows WHERE account = $1 AND window_from >= $2 AND window_from < $3 GROUP BY 1',
    [account, new Date(from), new Date(to)],
  )
  return Object.fromEntries(rows.map((row) => [row.state, row.windows]))
}
/** How often each call was listed in a page that was sent whole. */
const countListed = (onPage: () => void): ReadonlyMap<string, number> => {
  const listed = new Map<string, number>()
  world.exotel.faults.set(account, (url, response) => {
    if (!url.pathname.endsWith('/Calls.json') || url.searchParams.get('PageSize') === '1' || url.searchParams.has('Sid')) return false
    const end = response.end.bind(response) as (body: string) => typeof response
    response.end = ((body: string) => {
      for (const { Sid } of (JSON.parse(body) as { Calls: { Sid: string }[] }).Calls) listed.set(Sid, (listed.get(Sid) ?? 0) + 1)
      onPage()
      return end(body)
    }) as typeof response.end
    return false
  })
  return listed
}
const numbers = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}

describe('a backfill', () => {
  it('that is killed at random goes on where it was: every call is there, and a kill costs a page', async () => {
    const random = numbers(SEED)
    // Windows that were read whole are not read a second time for now.
    await setAccount({ finalScansApartSeconds: 3_600 })
    const kills = 4
    const calls = 2_000
    theirCalls(calls, FROM + 13 * SECOND, 80 * SECOND)
    const to = FROM + 2 * DAY
    let untilKill = 0
    let onKill = (): void => {}
    const listed = countListed(() => {
      untilKill -= 1
      if (untilKill === 0) setTimeout(onKill, Math.floor(random() * 25))
    })
    for (let kill = 0; kill < kills; kill += 1) {
      untilKill = 1 + Math.floor(random() * 5)
      const { child, exited } = spawn(backfillArgs(FROM, to))
      onKill = () => child.kill('SIGKILL')
      expect(await exited).toBeNull()
      await lapseLease()
    }
    untilKill = 0
    const last = await backfill(FROM, to)
    expect(last).toMatchObject({ exitCode: 0, summary: { outcome: 'done', callsExpected: calls, callsAtRisk: 0 } })
    // Windows in which it was interrupted have their proof from the finalise lane.
    const { rows: others } = await world.pool.query<{ calls: string | null }>(`SELECT sum(calls_listed) AS calls FROM rollcall.scans WHERE account = $1 AND lane <> 'history'`, [
      account,
    ])
    const twice = [...listed.values()].reduce((sum, times) => sum + times - 1, 0) - Number(others[0]?.calls ?? 0)
    console.info(
      `seed ${SEED}: ${kills} kills, ${listed.size} calls listed, ${twice} of them listed again (${(twice / PAGE_ROWS / kills).toFixed(2)} pages a kill), ${last.summary.requests} requests`,
    )
    // A page that was under way, and two seconds more on each side of a cut than is asked for.
    expect(twice).toBeLessThanOrEqual(kills * (PAGE_ROWS + 4))
    const { rows } = await world.pool.query<{ call_sid: string }>(`SELECT call_sid FROM projection.calls WHERE account = $1 AND verified AND status = 'completed'`, [account])
    expect(rows.map((row) => row.call_sid).toSorted()).toEqual(
      world.exotel.calls
        .filter((call) => call.account === account)
        .map((call) => call.callSid)
        .toSorted(),
    )

    world.exotel.faults.clear()
    await setAccount({ finalScansApartSeconds: 0 })
    const final = await ended<OnceSummary>(spawn(['once', '--account', account, '--from', text(FROM), '--to', text(to), '--until-final', '--timeout', '120', '--json']))
    expect(final).toMatchObject({ exitCode: 0, summary: { outcome: 'complete', reason: null, windows: { final: 2 * 288 } } })
  }, 300_000)

  it('says before it begins what it takes, and with --dry-run does nothing', async () => {
    theirCalls(250, FROM, 5 * MINUTE)
    const { exitCode, summary, notices } = await backfill(FROM, FROM + DAY, '--dry-run')
    expect({ exitCode, summary }).toMatchObject({
      exitCode: 0,
      summary: { outcome: 'planned', callsExpected: 250, estimate: { requests: 4, closingRequests: 4 }, readTo: null, requests: 1 },
    })
    expect(notices).toContain('about 250 calls, as Exotel counts them')
    expect((await world.pool.query('SELECT FROM rollcall.backfills WHERE account = $1', [account])).rowCount).toBe(0)
    expect(await states(FROM, FROM + DAY)).toEqual({})
  })

  it('told to stop ends with 3 and what was done', async () => {
    theirCalls(500, FROM, 2 * MINUTE)
    const asked = new Promise<void>((resolve) => {
      let pages = 0
      world.exotel.faults.set(account, (url) => {
        if (!url.pathname.endsWith('/Calls.json') || url.searchParams.get('PageSize') === '1') return false
        pages += 1
        if (pages === 3) resolve()
        return pages >= 3
      })
    })
    const service = spawn(backfillArgs(FROM, FROM + DAY))
    await asked
    service.child.kill('SIGTERM')
    expect(await ended<BackfillSummary>(service)).toMatchObject({
      exitCode: 3,
      summary: { outcome: 'stopped', reason: expect.stringContaining('goes on with it'), callsListed: 200 },
    })
  })

  it('watches a daemon that reads it', async () => {
    theirCalls(250, FROM, 5 * MINUTE)
    const daemon = spawn([], { RECONCILE_CRON: '* * * * * *', RECONCILE_CLOSING_CRON: '* * * * * *', RECONCILE_HISTORY_CRON: '* * * * * *' })
    await until('the daemon has run', async () => (await world.pool.query('SELECT FROM rollcall.schedules WHERE account = $1', [account])).rowCount === 3)
    const { exitCode, summary, notices } = await backfill(FROM, FROM + DAY)
    expect({ exitCode, summary }).toMatchObject({ exitCode: 0, summary: { outcome: 'done', callsListed: 250, callsFound: 250 } })
    expect(notices).toContain('A reconciler runs, and reads it in its own time')
    expect(await stopService(daemon)).toBe(0)
    const { rows } = await world.pool.query(`SELECT DISTINCT r.kind FROM rollcall.scans s JOIN rollcall.runs r USING (run_id) WHERE s.account = $1 AND s.lane = 'history'`, [
      account,
    ])
    expect(rows).toEqual([{ kind: 'cron' }])
  })

  it('of more than Exotel tells of reads the rest, records the gap, and ends with 3', async () => {
    await tellsOnlyOf(3)
    const cliff = windowAt(Date.now() - 3 * DAY).to
    theirCalls(3, cliff + HOUR, HOUR)
    const { exitCode, summary } = await backfill(cliff - DAY, cliff + DAY)
    expect({ exitCode, summary }).toMatchObject({ exitCode: 3, summary: { outcome: 'gaps-remain', reason: expect.stringContaining('older than Exotel tells of'), callsListed: 3 } })
    expect((await states(cliff - DAY, cliff)).gap).toBe(288)
  })

  it('of nothing that Exotel tells of records the gap alone', async () => {
    await tellsOnlyOf(3)
    const to = windowAt(Date.now() - 4 * DAY).from
    expect(await backfill(to - HOUR, to)).toMatchObject({ exitCode: 3, summary: { outcome: 'beyond-history', callsListed: 0 } })
    expect(await states(to - HOUR, to)).toEqual({ gap: 12 })
  })

  it.each<[string, () => string[], RegExp]>([
    ['a range that is still to come', () => backfillArgs(NOW - DAY, NOW + DAY), /^--to is .*, which is still to come; needed is a time that has passed/],
    ['a range in which no window has ended', () => backfillArgs(Date.now() - SECOND, Date.now()), /hold no window that has ended; needed are at least five minutes/],
    ['a range that ends before it begins', () => backfillArgs(NOW, NOW - DAY), /is not before --to/],
  ])('of %s is refused with what is needed', async (_case, args, message) => {
    const result = await ended<null>(spawn(args()))
    expect(result).toMatchObject({ exitCode: 2, summary: null })
    expect(result.message).toMatch(message)
  })
})

describe('--until-final', () => {
  it('gives up when its time is up, and says what is not final', async () => {
    const now = windowAt(Date.now()).from
    const result = await ended<OnceSummary>(
      spawn(['once', '--account', account, '--from', text(now - WINDOW_MS), '--to', text(now + HOUR), '--until-final', '--timeout', '3', '--json']),
    )
    expect(result).toMatchObject({ exitCode: 3, summary: { outcome: 'gaps-remain', reason: expect.stringMatching(/^1[23] windows are not final after 3 seconds/) } })
  })
})
