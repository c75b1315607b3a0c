import { ExotelError } from '@rollcall/exotel/client/exotel-error'
import { describe, expect, it } from 'vitest'
import { evaluateFacts } from './evaluate-facts.ts'
import type { Facts } from './facts.ts'
import { renderDoctor } from './render-doctor.ts'

const GIB = 1_024 ** 3
const log = { description: 'kafka at kafka-1:9092', problems: [], missingTopics: [], clusterId: 'log-1' }
const database = {
  address: 'db:5432/rollcall',
  version: '18.4',
  role: 'rollcall',
  roleProblems: [],
  serverProblems: [],
  foldedFrom: 'log-1',
  pendingMigrations: [],
  clockAheadMs: 12,
  ingestSpools: 2,
  auditRoleProblem: null,
}
const account = {
  sid: 'acme',
  baseUrl: 'https://api.in.exotel.com',
  check: { kind: 'ok' as const, clockSkewMs: 300 },
  list: { kind: 'ok' as const, total: 0 },
  exoPhones: { kind: 'ok' as const, exoPhones: [{ sid: 'e1', phoneNumber: '08000000000' }] },
  health: { e1: { incoming: 'active' as const, outgoing: 'active' as const } },
  listFeatures: { details: true, duration: false },
}
const problem = { topic: 'rollcall.observations.v1', setting: 'replication factor', value: '1', needed: '3 or more', howToFix: 'Add brokers.' }
const found = <T>(value: T) => ({ kind: 'found' as const, value })
const facts: Facts = {
  nodeVersion: '20.20.0',
  eventLog: found(log),
  unsafeTopicsAllowed: false,
  database: found(database),
  accounts: found({ file: '/etc/rollcall/accounts.json', accounts: [account], sharedSecrets: [] }),
  dataDirectory: found({ path: '/var/lib/rollcall', freeBytes: 50 * GIB, inMemory: false }),
  spoolDirectory: null,
}
const notOk = (changes: Partial<Facts>) =>
  evaluateFacts({ ...facts, ...changes })
    .filter(({ outcome }) => outcome !== 'ok')
    .map(({ name, outcome, advice }) => ({ name, outcome, advice }))
const accounts = (changes: object) => ({ accounts: found({ file: 'f', sharedSecrets: [], accounts: [{ ...account, ...changes }] }) })

describe('an installation', () => {
  it('that is as it should be has nothing to do', () => {
    expect(notOk({})).toEqual([])
    expect(evaluateFacts(facts).map(({ name }) => name)).toEqual([
      'Node',
      'event log',
      'topics',
      'Postgres',
      'role',
      'durability of commits',
      'migrations',
      "clock against Postgres's",
      'ingest spools',
      'roles of auditors',
      'accounts file',
      'account acme',
      'list of calls (acme)',
      'ExoPhones (acme)',
      "clock against Exotel's (acme)",
      'data folder',
    ])
  })

  it.each([
    ['Node is too old', { nodeVersion: '20.18.1' }, 'Node', 'failed', 'Install Node 20.19'],
    ['the log does not answer', { eventLog: { kind: 'failed', why: 'no answer' } }, 'event log', 'failed', 'KAFKA_BROKERS'],
    ['the database belongs to another log', { database: found({ ...database, foldedFrom: 'log-2' }) }, 'event log', 'failed', 'folded from the log log-2'],
    ['topics are unsafe', { eventLog: found({ ...log, problems: [problem] }) }, 'topics', 'failed', 'Add brokers.'],
    ['topics are unsafe and allowed', { unsafeTopicsAllowed: true, eventLog: found({ ...log, problems: [problem] }) }, 'topics', 'warning', 'For real calls: Add brokers.'],
    ['topics are not there yet', { eventLog: found({ ...log, missingTopics: ['rollcall.calls.v1'] }) }, 'topics', 'warning', 'creates them'],
    ['Postgres does not answer', { database: { kind: 'failed', why: 'no answer' } }, 'Postgres', 'failed', 'DATABASE_URL'],
    ['the role is a superuser', { database: found({ ...database, roleProblems: ['Run: CREATE ROLE'] }) }, 'role', 'failed', 'CREATE ROLE'],
    ['commits may be lost', { database: found({ ...database, serverProblems: ['fsync is off; ALTER SYSTEM'] }) }, 'durability of commits', 'failed', 'ALTER SYSTEM'],
    [
      'commits may be lost and that is allowed',
      { unsafeTopicsAllowed: true, database: found({ ...database, serverProblems: ['fsync is off; ALTER SYSTEM'] }) },
      'durability of commits',
      'warning',
      'ALTER SYSTEM',
    ],
    ['two accounts share a secret', { accounts: found({ file: 'f', accounts: [account], sharedSecrets: ['a and b'] }) }, 'webhook secrets', 'warning', 'of its own'],
    ['the spool is in memory', { dataDirectory: found({ path: '/dev/shm', freeBytes: 50 * GIB, inMemory: true }) }, 'data folder', 'failed', 'local disk'],
    [
      'the spool is in memory and that is allowed',
      { unsafeTopicsAllowed: true, dataDirectory: found({ path: '/dev/shm', freeBytes: 0, inMemory: true }) },
      'data folder',
      'warning',
      'local disk',
    ],
    ['the spool lies elsewhere, in memory', { spoolDirectory: found({ path: '/dev/shm/spool', freeBytes: 50 * GIB, inMemory: true }) }, 'spool folder', 'failed', 'local disk'],
    ['the disk of a spool that lies elsewhere is full', { spoolDirectory: found({ path: '/s', freeBytes: 0, inMemory: false }) }, 'spool folder', 'failed', 'Free some space'],
    ['the spool lies elsewhere and cannot be written', { spoolDirectory: { kind: 'failed', why: 'EACCES' } }, 'spool folder', 'failed', 'INGEST_SPOOL_DIR'],
    ['migrations are pending', { database: found({ ...database, pendingMigrations: ['rollcall/000003'] }) }, 'migrations', 'warning', 'migrates first'],
    ['the clock is ten seconds behind', { database: found({ ...database, clockAheadMs: 10_000 }) }, "clock against Postgres's", 'warning', 'NTP'],
    ['the clock is ten minutes ahead', { database: found({ ...database, clockAheadMs: -600_000 }) }, "clock against Postgres's", 'failed', 'NTP'],
    ['auditors have no roles', { database: found({ ...database, auditRoleProblem: 'Run: CREATE ROLE rollcall_auditor' }) }, 'roles of auditors', 'warning', 'rollcall_auditor'],
    ['nobody knows what ingest has spooled', { database: found({ ...database, ingestSpools: 0 }) }, 'ingest spools', 'warning', 'DATABASE_URL'],
    ['the accounts file cannot be used', { accounts: { kind: 'failed', why: 'mode 0644' } }, 'accounts file', 'failed', 'ROLLCALL_ACCOUNTS_FILE'],
    ['credentials are refused', accounts({ check: { kind: 'failed', error: new ExotelError('not-authenticated', '401') } }), 'account acme', 'failed', 'apiKeyFile'],
    ['credentials go in the clear', accounts({ baseUrl: 'http://proxy.example' }), 'account acme', 'warning', 'Use https'],
    ['calls may not be listed', accounts({ list: { kind: 'failed', error: new ExotelError('not-enabled', '401') } }), 'list of calls (acme)', 'failed', 'bulk call details'],
    ['a number is out', accounts({ health: { e1: { incoming: 'major-outage', outgoing: 'active' } } }), 'ExoPhones (acme)', 'warning', 'Exotel knows'],
    ["Exotel's clock is far from ours", accounts({ check: { kind: 'ok', clockSkewMs: 7_200_000 } }), "clock against Exotel's (acme)", 'failed', 'NTP'],
    ['the disk is filling', { dataDirectory: found({ path: '/d', freeBytes: 5 * GIB, inMemory: false }) }, 'data folder', 'warning', 'Free some space'],
    ['the disk is full', { dataDirectory: found({ path: '/d', freeBytes: 0, inMemory: false }) }, 'data folder', 'failed', 'Free some space'],
    ['the folder cannot be written', { dataDirectory: { kind: 'failed', why: 'EACCES' } }, 'data folder', 'failed', 'ROLLCALL_DATA_DIR'],
  ] as [string, Partial<Facts>, string, string, string][])('is told what to do when %s', (_, changes, name, outcome, advice) =>
    expect(notOk(changes)).toEqual([{ name, outcome, advice: expect.stringContaining(advice) }]),
  )
})

describe('of an account', () => {
  const said = (changes: object, name: string) => evaluateFacts({ ...facts, ...accounts(changes) }).find((check) => check.name === name)

  it.each([
    [{ details: true, duration: true, recordingUrlValidity: true }, 'can be read; takes details=true, Duration, RecordingUrlValidity'],
    [{ details: true, duration: false }, 'can be read; takes details=true; does not take Duration; not known yet whether it takes RecordingUrlValidity'],
    [null, 'can be read; not known yet whether it takes details=true, Duration, RecordingUrlValidity'],
  ])('what its list takes is told: %j', (listFeatures, found) => expect(said({ listFeatures }, 'list of calls (acme)')?.found).toBe(found))

  it('a simulator on this machine may be spoken to in the clear', () => expect(said({ baseUrl: 'http://127.0.0.1:4010' }, 'account acme')?.outcome).toBe('ok'))

  it('numbers that cannot be listed are no fault', () => {
    const check = said({ exoPhones: { kind: 'failed', error: new ExotelError('not-found', 'Exotel answered HTTP 404') } }, 'ExoPhones (acme)')
    expect(check).toEqual({ name: 'ExoPhones (acme)', outcome: 'ok', found: 'cannot be listed (Exotel answered HTTP 404); nothing depends on it', advice: null })
  })

  it.each([
    ['https://api.in.exotel.com', 'not-authenticated', / Asked was the cluster mumbai; the other one is singapore\.$/],
    ['https://api.exotel.com', 'not-found', / Asked was the cluster singapore; the other one is mumbai\.$/],
    ['https://api.exotel.com', 'forbidden', /must be allowed\.$/],
    ['https://proxy.example', 'not-authenticated', /the one this account lives in\.$/],
  ] as const)('refused by %s as %s it may live in the other cluster', (baseUrl, kind, advice) =>
    expect(said({ baseUrl, check: { kind: 'failed', error: new ExotelError(kind, 'no') } }, 'account acme')?.advice).toMatch(advice),
  )

  it('of a refused account nothing more is said', () => {
    const refused = { check: { kind: 'failed', error: new ExotelError('not-authenticated', '401') }, list: null, exoPhones: null, health: {} }
    expect(evaluateFacts({ ...facts, ...accounts(refused) }).filter(({ name }) => name.includes('acme'))).toHaveLength(1)
  })
})

describe('as a person reads it', () => {
  it('every check is a line, with what to do below it, and the sum comes last', () => {
    const checks = evaluateFacts({ ...facts, nodeVersion: '18.0.0', dataDirectory: found({ path: '/d', freeBytes: 5 * GIB, inMemory: false }) })
    const lines = renderDoctor(checks, false)
    expect(lines.slice(0, 3)).toEqual(['failed   Node: 18.0.0', '           → Install Node 20.19 or newer.', 'ok       event log: kafka at kafka-1:9092'])
    expect(lines.at(-1)).toBe('16 checks: 14 ok, 1 warning, 1 failed')
  })
})
