/** The reconciler as operators and schedulers meet it: a process with arguments, an environment, an exit code, signals and an admin port. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { OnceSummary } from './run-once.ts'
import { createInstallation, type Installation, writeAccounts } from './testing/installation.ts'
import { REFUSAL, send } from './testing/scripted-exotel.ts'
import { type SpawnedService, spawnService, stopService } from './testing/service-process.ts'
import { until } from './testing/until.ts'

/** The latest midnight in India that is over for an hour. */
const MIDNIGHT = Math.floor((Date.now() - HOUR - 18.5 * HOUR) / DAY) * DAY + 18.5 * HOUR
const W = windowAt(MIDNIGHT)
const text = (at: number): string => new Date(at).toISOString()

let world: Installation
const spawned: SpawnedService[] = []

beforeAll(async () => {
  const realTime = {
    get now() {
      return Date.now()
    },
  }
  world = await createInstallation(realTime as { now: number })
  world.startProjector()
})
afterEach(async () => {
  for (const { child, exited } of spawned.splice(0)) {
    child.kill('SIGKILL')
    await exited
  }
  world.exotel.faults.clear()
})
afterAll(() => world.close())

const spawn = (args: readonly string[], env: Readonly<Record<string, string>> = {}): SpawnedService => {
  const service = spawnService('reconciler', args, { ...world.env, ...env })
  spawned.push(service)
  return service
}
const rangeOf = (windows: number): string[] => ['--from', text(W.from - WINDOW_MS), '--to', text(W.from + (windows - 1) * WINDOW_MS)]
const once = async (account: string, env: Readonly<Record<string, string>> = {}, range = rangeOf(3)) => {
  const { said, exited } = spawn(['once', '--account', account, ...range, '--json'], env)
  const exitCode = await exited
  return { exitCode, said, summary: said.out === '' ? null : (JSON.parse(said.out) as OnceSummary), message: messageIn(said.err) }
}
/** What an operator reads: not the log. */
const messageIn = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{'))
    .join('\n')
const runRows = async (account: string) =>
  (await world.pool.query<{ outcome: string; stop_reason: string | null }>('SELECT outcome, stop_reason FROM rollcall.runs WHERE account = $1 ORDER BY started_at', [account])).rows
const theirCall = (account: string, callSid: string, createdAt: number) => world.exotel.calls.push({ account, callSid, createdAt, endedAt: createdAt + MINUTE })

describe('once', () => {
  it('ends with 0 when the range is complete, in whatever zone the host lives', async () => {
    theirCall('acme', 'last-of-the-day', MIDNIGHT - SECOND)
    theirCall('acme', 'first-of-the-day', MIDNIGHT)
    const first = await once('acme', { TZ: 'America/New_York' })
    expect(first).toMatchObject({ exitCode: 0, message: '', summary: { outcome: 'complete', callsFound: 2, webhooksMissing: 2, windows: { provisional: 3 } } })
    const second = await once('acme', { TZ: 'Pacific/Auckland' })
    expect(second).toMatchObject({ exitCode: 0, summary: { callsFound: 0, webhooksMissing: 0, windows: { final: 3 }, windowsClosed: 3 } })
    const { rows } = await world.pool.query(`SELECT window_from, max(calls_listed) AS listed FROM rollcall.window_scans WHERE account = 'acme' GROUP BY 1 ORDER BY 1`)
    expect(rows).toEqual([-1, 0, 1].map((nth) => ({ window_from: new Date(W.from + nth * WINDOW_MS), listed: nth === 1 ? 0 : 1 })))
  })

  it('ends with 3 when gaps remain, and says why', async () => {
    world.exotel.faults.set('acme', (url, response) => url.pathname.endsWith('/Calls.json') && send(response, 401, REFUSAL))
    const result = await once('acme', {}, ['--from', text(W.from - HOUR), '--to', text(W.from)])
    expect(result).toMatchObject({ exitCode: 3, summary: { outcome: 'gaps-remain', reason: expect.stringMatching(/HTTP 401.*apiKeyFile/), windows: { settling: 11 } } })
  })

  it('ends with 4 when another one is running', async () => {
    await world.pool.query(`INSERT INTO rollcall.leases VALUES ('reconcile:watched', 'another', 7, now() + interval '1 minute')`)
    expect(await once('watched')).toMatchObject({ exitCode: 4, summary: { outcome: 'lease-held' } })
    await world.pool.query(`DELETE FROM rollcall.leases WHERE job = 'reconcile:watched'`)
  })

  describe('ends with 2 and one message', () => {
    it.each<[string, string, Record<string, string>, RegExp]>([
      ['an account that is not in the file', 'acne', {}, /^--account is acne; needed is one of acme, stopped, killed, watched, the accounts in .*accounts\.json$/],
      ['a database that does not answer', 'acme', { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' }, /^DATABASE_URL names 127\.0\.0\.1:9\/none, which does not answer/],
      ['an event log that does not answer', 'acme', { EMBEDDED_LOG_URL: '', KAFKA_BROKERS: '127.0.0.1:9' }, /127\.0\.0\.1:9/],
      [
        'a schedule that is none',
        'acme',
        { RECONCILE_CRON: 'now and then' },
        /^RECONCILE_CRON is "?now and then"?; needed is a cron expression .* Set the environment variable RECONCILE_CRON\.$/,
      ],
      ['a missing setting', 'acme', { DATABASE_URL: '' }, /^DATABASE_URL is .*needed is a Postgres connection string/],
    ])('for %s', async (_case, account, env, message) => {
      const result = await once(account, env)
      expect(result).toMatchObject({ exitCode: 2, summary: null })
      expect(result.message).toMatch(message)
      expect(result.message.split('\n')).toHaveLength(1)
    })

    it('for an API that cannot be reached, naming its address', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'rollcall-unreachable-'))
      try {
        const result = await once('acme', { ROLLCALL_ACCOUNTS_FILE: await writeAccounts(directory, 'http://127.0.0.1:9') })
        expect(result).toMatchObject({ exitCode: 2, summary: null })
        expect(result.message).toMatch(/^account acme: baseUrl is http:\/\/127\.0\.0\.1:9, where Exotel cannot be asked: .*ECONNREFUSED.* Check the network and the DNS/)
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    })

    it('for credentials that open nothing, naming the files to check', async () => {
      world.exotel.faults.set('acme', (_url, response) => send(response, 401, REFUSAL))
      const result = await once('acme')
      expect(result).toMatchObject({ exitCode: 2, summary: null })
      expect(result.message).toMatch(/^account acme: .*HTTP 401\. Check the account sid, the files named by apiKeyFile and apiTokenFile/)
    })
  })

  it('that is told to stop ends its row as stopped, and the next one finishes the job', async () => {
    theirCall('stopped', 's1', MIDNIGHT)
    const asked = neverAnswer('stopped')
    const { child, exited, said } = spawn(['once', '--account', 'stopped', ...rangeOf(3), '--json'])
    await asked
    child.kill('SIGTERM')
    expect(await exited).toBe(3)
    expect(JSON.parse(said.out)).toMatchObject({ outcome: 'gaps-remain', reason: 'the process was asked to stop' })
    expect(await runRows('stopped')).toEqual([{ outcome: 'stopped', stop_reason: 'the process was asked to stop' }])
    world.exotel.faults.clear()
    expect(await once('stopped')).toMatchObject({ exitCode: 0, summary: { callsFound: 1 } })
  })

  it('that is killed leaves a lease that lapses, and the next one finishes the job', async () => {
    theirCall('killed', 'k1', MIDNIGHT)
    const asked = neverAnswer('killed')
    const { child, exited } = spawn(['once', '--account', 'killed', ...rangeOf(3), '--json'])
    await asked
    child.kill('SIGKILL')
    await exited
    world.exotel.faults.clear()
    expect(await once('killed')).toMatchObject({ exitCode: 4 })
    await world.pool.query(`UPDATE rollcall.leases SET expires_at = now() - interval '1 second' WHERE job = 'reconcile:killed'`)
    expect(await once('killed')).toMatchObject({ exitCode: 0, summary: { callsFound: 1 } })
    expect(await runRows('killed')).toEqual([
      { outcome: 'failed', stop_reason: expect.stringContaining('killed') },
      { outcome: 'complete', stop_reason: null },
    ])
  })
})

describe('on its schedule', () => {
  it('finds calls, shows how it fares, is not ready while an account is refused, and drains when told to', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-watched-'))
    const port = await freePort()
    const accounts = await writeAccounts(directory, world.exotel.url, ['watched'])
    // Windows from a day ago on, so that there is something due.
    expect((await once('watched', {}, rangeOf(1))).exitCode).toBe(0)
    theirCall('watched', 'w1', MIDNIGHT + 20 * MINUTE)
    const service = spawn([], { ROLLCALL_ACCOUNTS_FILE: accounts, RECONCILE_CRON: '* * * * * *', RECONCILE_CLOSING_CRON: '* * * * * *', RECONCILER_ADMIN_PORT: String(port) })
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
      return { status: answer?.status ?? 0, body: (await answer?.text()) ?? '' }
    }
    const metric = async (name: string): Promise<number | null> => {
      const line = (await ask('/metrics')).body.split('\n').find((each) => each.startsWith(name))
      return line === undefined ? null : Number(line.split(' ').at(1))
    }
    try {
      await until('the call is found', async () => (await metric('rollcall_reconciler_calls_found_total{account="watched"')) === 1)
      await until('all that can be final is', async () => ((await metric('rollcall_reconciler_oldest_unclosed_window_seconds{account="watched"')) ?? HOUR) < 660)
      // None is open from the end of a window until the next run.
      await until('a window is open', async () => (await metric('rollcall_reconciler_windows{account="watched",state="open"')) === 1)
      expect((await ask('/readyz')).status).toBe(200)
      expect(await metric('rollcall_reconciler_requests_total{account="watched"')).toBeGreaterThan(1)
      expect(await metric('rollcall_exotel_request_seconds_count{account="watched",endpoint="calls",outcome="answered"')).toBeGreaterThan(0)
      expect(await metric('rollcall_exotel_available{account="watched"')).toBe(1)
      expect(await metric('rollcall_timeliness_burn_rate{account="watched",fact="ended",window="5m"')).not.toBeNull()
      expect(await metric('rollcall_exotel_rate_per_minute{account="watched",rate="configured"')).toBe(60_000)
      expect(await metric('rollcall_exotel_paused_seconds{account="watched"')).toBe(0)
      expect(await metric('rollcall_exotel_slowdowns_total{account="watched"')).toBe(0)
      expect(await metric('rollcall_reconciler_runs_total{account="watched",outcome="complete"')).toBeGreaterThan(0)
      expect(await metric('rollcall_reconciler_scans_total{account="watched",lane="finalise",outcome="complete"')).toBeGreaterThan(0)
      expect(await metric('rollcall_reconciler_seconds_since_success{account="watched"')).toBeLessThan(60)
      expect(await metric('rollcall_reconciler_slots_total{account="watched",group="rpo",outcome="on-time"')).toBeGreaterThan(0)
      expect(await metric('rollcall_reconciler_slots_total{account="watched",group="closing",outcome="missed"')).toBe(0)
      expect(await metric('rollcall_reconciler_slot_overdue_seconds{account="watched",group="rpo"')).toBeLessThan(60)
      expect(Math.abs((await metric('rollcall_reconciler_clock_skew_seconds{account="watched"')) ?? 99)).toBeLessThan(2)
      const status = JSON.parse((await ask('/statusz')).body)
      expect(status).toMatchObject({
        crons: { rpo: '* * * * * *', closing: '* * * * * *', history: '*/20 * * * * *' },
        accounts: [
          {
            status: { account: 'watched', refusal: null, failuresInARow: 0, callsFound: 1, lastRun: { outcome: 'complete' } },
            budget: { configuredPerMinute: 60_000 },
            breaker: { state: 'closed' },
          },
        ],
      })

      world.exotel.faults.set('watched', (url, response) => url.pathname.endsWith('/Calls.json') && send(response, 401, REFUSAL))
      await reopenWindows()
      await until('it is not ready', async () => (await ask('/readyz')).status === 503)
      expect((await ask('/readyz')).body).toMatch(/^not ready: account watched: Exotel answered HTTP 401\. Check the account sid/)
      expect(await metric('rollcall_exotel_request_seconds_count{account="watched",endpoint="calls",outcome="not-authenticated"')).toBeGreaterThan(0)
      world.exotel.faults.clear()
      await until('it is ready again', async () => (await ask('/readyz')).status === 200)

      const asked = neverAnswer('watched')
      await reopenWindows()
      await asked
      expect(await stopService(service)).toBe(0)
      expect((await runRows('watched')).at(-1)).toEqual({ outcome: 'stopped', stop_reason: 'the process was asked to stop' })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})

/** Makes everything due again. */
async function reopenWindows(): Promise<void> {
  await world.pool.query(`UPDATE rollcall.windows SET state = 'settling', detail = '{"state":"settling"}' WHERE account = 'watched' AND state = 'final'`)
  await world.pool.query(`DELETE FROM rollcall.window_scans WHERE account = 'watched'`)
}

/** From now on the list is asked for in vain; resolves when it was. */
function neverAnswer(account: string): Promise<void> {
  return new Promise((resolve) => {
    world.exotel.faults.set(account, (url) => {
      if (!url.pathname.endsWith('/Calls.json')) return false
      resolve()
      return true
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
