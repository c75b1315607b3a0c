import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCommandLine } from './run-command-line.ts'

const NEVER = new AbortController().signal
const directory = mkdtempSync(join(tmpdir(), 'rollcall-cli-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Runs a command line in an empty data folder; nothing here gets far enough to start anything. */
const run = async (line: string | readonly string[], env: Record<string, string> = {}) => {
  const said = { out: '', err: '' }
  const exitCode = await runCommandLine(
    typeof line === 'string' ? line.split(' ').filter(Boolean) : line,
    {
      env: { ROLLCALL_DATA_DIR: directory, ...env },
      root: directory,
      clock: Date.now,
      out: (text) => {
        said.out += text
      },
      err: (text) => {
        said.err += text
      },
      screen: null,
    },
    () => ({ stop: NEVER, force: NEVER }),
  )
  return { exitCode, ...said }
}

describe('help', () => {
  it('names every command', async () => {
    const { exitCode, out } = await run('--help')
    expect(exitCode).toBe(0)
    for (const command of ['start', 'status', 'doctor', 'reconcile', 'backfill', 'runs', 'rebuild', 'coverage', 'quarantine', 'ingest', 'replay', 'simulator'])
      expect(out).toContain(`\n  ${command} `)
  })

  it.each([
    'start',
    'status',
    'doctor',
    'reconcile',
    'backfill',
    'runs',
    'rebuild',
    'coverage',
    'coverage explain',
    'coverage suggest',
    'quarantine',
    'quarantine list',
    'quarantine show',
    'quarantine replay',
    'ingest',
    'ingest retire',
    'replay',
    'simulator',
    'check',
    'erase',
    'export',
    'verify',
    'key',
    'key create',
    'key show',
    'token',
    'token create',
    'measures',
    'timeline',
  ])('of %s shows examples, and exits with 0', async (command) => {
    const { exitCode, out } = await run(`${command} --help`)
    expect(exitCode).toBe(0)
    expect(out).toMatch(/Examples?:\n {2}rollcall/)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})

it('the simulator names every setting with its default', async () => {
  const { exitCode, out } = await run('simulator --list-settings')
  expect(exitCode).toBe(0)
  expect(out).toContain('webhooks.retries = "none"\n    one of none, twice-at-once,')
  expect(out).toContain('traffic.longCalls.maxSeconds = 14400\n')
  expect(out).toContain('api.unknownCall = 404\n    one of 404, 400, 200.')
})

describe('a mistake on the command line', () => {
  it.each([
    ['', 'Usage: rollcall'],
    ['frobnicate', "unknown command 'frobnicate'"],
    ['coverage explain', "missing required argument 'CallSid'"],
    ['coverage suggest', "required option '--account <sid>' not specified"],
    ['status --frob', "unknown option '--frob'"],
    ['start --drop-rate 2', "option '--drop-rate <share>' argument '2' is invalid. Needed is a number from 0 to 1, such as 0.2."],
    ['start --drop-rate=-1', 'Needed is a number from 0 to 1'],
    ['start --for 1.5', 'Needed is a whole number from 1 to 86400, such as 60.'],
    ['start --event-log rabbit', 'Allowed choices are auto, kafka, embedded.'],
    ['start --kafka-nodes 2', 'Allowed choices are 1, 3.'],
    ['start --workers many', 'Needed is a whole number from 1 to 64'],
    ['simulator --port 0', 'Needed is a whole number from 1 to 65535'],
    ['simulator --webhook-url ftp://x', 'Needed is an http address'],
    ['simulator --mix campaign', 'Needed are kinds of call with weights'],
    ['simulator --clock lunar', 'Allowed choices are real, accelerated, virtual.'],
    ['simulator --speed 1', 'Needed is a number from 1.1 to 10000'],
    ['simulator --set faults', 'Needed is a setting and its value'],
    ['simulator --set seed=1', 'seed has an option of its own: --seed.'],
    ['simulator --settings nowhere.json', 'Needed is a file with a JSON object of settings'],
    ['quarantine show', "missing required argument 'id'"],
    ['quarantine show letter', 'Needed is a name as quarantine list shows it, such as 3:1042.'],
    ['quarantine show 3:-1', 'Needed is a name'],
    ['quarantine replay 3:1 4', 'Needed is a name'],
    ['quarantine replay', 'No dead letter is chosen'],
    ['quarantine list --limit 0', 'Needed is a whole number from 1 to 10000'],
    ['reconcile --account a --from 2026-01-01 --to 2026-01-02 --until-final --timeout 0', 'Needed is a whole number from 1 to 9999999, such as 21600.'],
    ['backfill --from 2026-01-01 --to 2026-01-02', "required option '--account <sid>' not specified"],
    ['backfill --account a --from 2026-01-02 --to 2026-01-01', 'needed is a span that begins before it ends'],
    ['runs --last 0', 'Needed is a whole number from 1 to 10000'],
    ['export --account a --from 2026-01-01 --to 2026-04-03T00:00:00.001+05:30 --out x --by Asha', '93 days; needed are at most 92 of a pack. Export one range after another.'],
    ['export --account a --from 2024-01-01 --to 2025-01-01T00:00:00.001+05:30 --out x --format csv --by Asha', '367 days; needed are at most 366 of a table.'],
    ['export --account a --from 2024-01-02 --to 2024-01-02 --out x --by Asha', 'needed is a --to after --from'],
    ['replay', "required option '--since <time>' not specified"],
    ['replay --since 2026-01-02 --until 2026-01-01', 'needed is an --until after --since'],
    ['quarantine burn', "unknown command 'burn'"],
    ['reconcile --from 2026-01-01 --to 2026-01-02', "required option '--account <sid>' not specified"],
    ['reconcile --account a --from yesterday --to 2026-01-02', `Needed is a time such as "2026-01-31 09:30" (IST)`],
    ['reconcile --account a --from 2026-01-02 --to 2026-01-01', 'needed is a span that begins before it ends'],
  ])('%j exits with 2 and says what is needed', async (line, message) => {
    const { exitCode, out, err } = await run(line)
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain(message)
  })
})

describe('a wrong setting', () => {
  const badAccounts = join(directory, 'accounts.json')
  writeFileSync(badAccounts, '{"accounts":[]}')

  it.each([
    ['status', {}, 'Nothing is configured, and no npm start is running'],
    ['doctor', {}, 'Nothing is configured'],
    ['reconcile --account a --from 2026-01-01 --to 2026-01-02', {}, 'Nothing is configured'],
    ['coverage explain c1', {}, 'Nothing is configured'],
    ['coverage suggest --account a', {}, 'Nothing is configured'],
    ['coverage explain c1', { DATABASE_URL: 'postgres://db/x', KAFKA_BROKERS: 'kafka:9092' }, 'ROLLCALL_ACCOUNTS_FILE is not set; needed is the path of the accounts file'],
    ['backfill --account a --from 2026-01-01 --to 2026-01-02 --dry-run', {}, 'Nothing is configured'],
    ['export --account a --from 2026-01-01 --to 2026-04-03 --out x --by Asha', {}, 'Nothing is configured'],
    ['export --account a --from 2024-01-01 --to 2025-01-01 --out x --format csv --by Asha', {}, 'Nothing is configured'],
    ['runs', {}, 'Nothing is configured'],
    ['quarantine list', {}, 'Nothing is configured'],
    ['quarantine show 3:1042', {}, 'Nothing is configured'],
    ['quarantine replay --all', {}, 'Nothing is configured'],
    ['rebuild', {}, 'Nothing is configured'],
    ['status', { DATABASE_URL: 'mysql://db' }, 'DATABASE_URL is "mysql://db"; needed is a Postgres connection string'],
    ['status', { DATABASE_URL: 'postgres://db/x' }, 'KAFKA_BROKERS or EMBEDDED_LOG_URL: neither is set; needed is exactly one.'],
    ['start', { KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS is "kafka"; needed is a comma-separated list of host:port. Set the environment variable KAFKA_BROKERS.'],
    ['start', { DATABASE_URL: 'nonsense' }, 'DATABASE_URL is "nonsense"; needed is a Postgres connection string'],
    ['start', { INGEST_WORKERS: 'abc' }, 'INGEST_WORKERS is "abc"; needed is a number of processes, 1 to 64'],
    ['start', { INGEST_PORT: '99999' }, 'INGEST_PORT is "99999"; needed is a TCP port'],
    ['start', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud"; needed is one of fatal'],
    ['start', { ROLLCALL_ACCOUNTS_FILE: '/no/such/file' }, '/no/such/file: cannot be read (ENOENT); needed is an accounts file'],
    ['start', { ROLLCALL_ACCOUNTS_FILE: badAccounts }, 'accounts.json: accounts: '],
    ['start', { ROLLCALL_DATA_DIR: badAccounts }, 'where nothing can be kept (EEXIST); needed is a folder'],
  ])('%s with %j exits with 2 and one message', async (line, env, message) => {
    const { exitCode, out, err } = await run(line, env)
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain(message)
    expect(err).not.toContain('    at ')
  })

  it('shows no password', async () => expect((await run('status', { DATABASE_URL: 'mysql://user:hunter2@db' })).err).not.toContain('hunter2'))
})
