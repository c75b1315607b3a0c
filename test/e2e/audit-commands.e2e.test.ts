/** `rollcall key`, `token`, `export` and `verify` as an auditor and their operator use them: processes, against the keeper and the audit API as they run. */
import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromAuditLogRecord, toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { leafKey } from '@rollcall/domain/certificate/call-leaf'
import { WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { canonicalTime, DAY } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { syntheticEvidence } from '@rollcall/evidence/testing/synthetic-evidence'
import { findJava } from '@rollcall/local/kafka/find-java'
import { saveCertificate } from '@rollcall/store/certificate/save-certificate'
import { unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePorts } from './free-ports.ts'
import { type Ended, rollcallProcess } from './rollcall-process.ts'
import { startWorld, type World } from './start-world.ts'

const WINDOWS = 3
const CALLS = 20
const APPEND_MS_MAX = 30_000
const SIGN_MS_MAX = 30_000
const READ_MS_MAX = 5_000
const { account, from, to, certified } = syntheticEvidence({ windows: WINDOWS, callsPerWindow: CALLS })
const [CALL = ''] = unpackLeaves(certified[0]?.packedLeaves ?? Buffer.alloc(0)).map(leafKey)
const directory = mkdtempSync(join(tmpdir(), 'rollcall-audit-commands-'))
const pack = join(directory, 'acme.zip')
const RANGE = ['--account', account, '--from', canonicalTime(from), '--to', canonicalTime(to)] as const

const kafkaIsPossible = process.env.CI !== undefined || (await findJava()).usable

let world: World
let auditUrl: string
let verifierKey: string
const rollcall = (...args: readonly string[]): Promise<Ended> => rollcallProcess(args, world.env).ended
/** Where the log does not answer when it is opened, and where it does not take a record. */
const LOGS_AWAY = [{ KAFKA_BROKERS: '127.0.0.1:9' }, { EMBEDDED_LOG_URL: 'http://127.0.0.1:9' }]
const rollcallWithoutLog = ({ args, away }: { readonly args: readonly string[]; readonly away: Readonly<Record<string, string>> }): Promise<Ended> => {
  const { KAFKA_BROKERS: _, EMBEDDED_LOG_URL: __, ...env } = world.env
  return rollcallProcess(args, { ...env, ...away }).ended
}
const openLog = () => openEventLog({ kafkaBrokers: world.stack.kafkaBrokers, embeddedLogUrl: world.stack.embeddedLogUrl, clientId: 'rollcall-test' })
/** What the audit topic tells of this type. */
const told = async (type: string) => {
  const log = await openLog()
  const { next } = (await log.bounds(AUDIT_TOPIC)).get(0) ?? { next: 0n }
  const records: StoredRecord[] = []
  for (let at = 0n; at < next; at = (records.at(-1)?.offset ?? -1n) + 1n)
    records.push(...((await log.read(AUDIT_TOPIC, new Map([[0, at]]), { maxBytes: 10_000_000, maxWaitMs: READ_MS_MAX })).get(0) ?? []))
  await log.close()
  return records.map((record) => fromAuditLogRecord(record).entry).filter((entry) => entry.type === type)
}
const ask = (token: string, path = '/v1/accounts') => fetch(auditUrl + path, { headers: { authorization: `Bearer ${token}` } })
const tokens = async () => (await world.pool.query('SELECT token_id, revoked_at FROM rollcall.audit_tokens ORDER BY token_id')).rows
const written = () => readdirSync(directory).sort()

beforeAll(async () => {
  world = await startWorld({ eventLog: kafkaIsPossible ? 'kafka' : 'embedded', accounts: () => [{ sid: account, baseUrl: 'http://127.0.0.1:9' }] })
  await world.pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)', [account, new Date(from)])
  const [auditPort = 0] = await freePorts(1)
  auditUrl = `http://127.0.0.1:${auditPort}`
  const made = await rollcall('key', 'create', '--name', 'rollcall.test/audit')
  verifierKey = made.out.trim()
  await certify()
  await Promise.all([sign(), world.service('audit', { AUDIT_PORT: String(auditPort) }).then((audit) => audit.start())])
})
afterAll(async () => {
  await world?.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** As the reconciler does: each certificate in Postgres and in the log. */
const certify = async (): Promise<void> => {
  const log = await openLog()
  for (const { windowFrom, certificates, packedLeaves } of certified)
    for (const value of certificates) {
      const { sequence, state, tree, window } = WindowCertificate.parse(JSON.parse(value))
      const row = { windowFrom, sequence, state, certifiedAt: windowFrom + WINDOW_MS, root: tree.root, leaves: tree.leaves, sha256: hash('sha256', value), value, packedLeaves }
      await saveCertificate(world.pool, account, row)
      const record = { id: row.sha256, account, type: 'certificate', subject: window.from, notedAt: row.certifiedAt, leaseEpoch: 1n, value }
      await log.append(AUDIT_TOPIC, [toAuditLogRecord(record)], { deadlineMs: APPEND_MS_MAX })
    }
  await log.close()
}

/** The keeper signs every minute, and when it stops. */
const sign = async (): Promise<void> => {
  const keeper = await world.service('keeper')
  await keeper.start()
  const all = certified.flatMap(({ certificates }) => certificates).length
  await vi.waitUntil(async () => (await world.pool.query('SELECT FROM rollcall.audit_leaves')).rowCount === all, { timeout: SIGN_MS_MAX })
  expect(await keeper.stop()).toBe(0)
}

describe('rollcall token', () => {
  it('makes one by which the API answers, lists it without what is secret in it, and ends it at once', async () => {
    const made = await rollcall('token', 'create', '--for', 'Asha, internal audit', '--account', account, '--by', 'Ravi')
    expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' })
    const [token = ''] = made.out.split('\n')
    const [, name = ''] = /Its name is ([0-9a-f]{8})/.exec(made.out) ?? []
    const answer = await ask(token)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ accounts: [{ account }] })

    const secrets = [token.slice('rca_'.length), hash('sha256', token), hash('sha256', token, 'base64')]
    const listed = await rollcall('token', 'list', '--json')
    expect(JSON.parse(listed.out)).toMatchObject([{ id: name, subject: 'Asha, internal audit', accounts: [account], revokedAt: null }])
    for (const secret of secrets) expect(listed.out).not.toContain(secret)

    expect(await rollcall('token', 'revoke', name, '--by', 'Ravi')).toEqual({ code: 0, out: `Token ${name} is revoked.\n`, err: '' })
    expect((await ask(token)).status).toBe(401)
    const { out } = await rollcall('token', 'list')
    expect(out).toMatch(new RegExp(`^${name} {2}revoked .*Asha, internal audit\n$`))
    for (const secret of secrets) expect(out).not.toContain(secret)
  })

  it.each([
    ['an account that is not known', ['create', '--for', 'A', '--account', 'acne', '--by', 'Ravi'], /--account is "acne"; needed is one of acme/],
    ['a token that is not there', ['revoke', 'ffffffff', '--by', 'Ravi'], /There is no token "ffffffff"; rollcall token list shows all/],
  ])('ends with 2 for %s, and changes nothing', async (_, args, said) => {
    const before = await tokens()
    const { code, out, err } = await rollcall('token', ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(said)
    expect(await tokens()).toEqual(before)
  })
})

describe('rollcall export', () => {
  it('writes a pack that rollcall verify passes, by the key that rollcall key shows', async () => {
    const exported = await rollcall('export', ...RANGE, '--out', pack, '--by', 'Asha')
    expect(exported).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`${WINDOWS * CALLS} calls of ${WINDOWS} windows, ${WINDOWS} of them final`) })
    expect((await rollcall('key', 'show')).out.trim()).toBe(verifierKey)
    const { code, out, err } = await rollcall('verify', pack, '--key', verifierKey, ...RANGE)
    expect({ code, err, failed: out.split('\n').filter((line) => line.startsWith('FAIL')) }).toEqual({ code: 0, err: '', failed: [] })
    expect(out.trim().split('\n').at(-1)).toBe('PASS')
  })

  it('writes a table, and a manifest that is of it', async () => {
    const table = join(directory, 'acme.csv')
    expect(await rollcall('export', ...RANGE, '--out', table, '--format', 'csv', '--by', 'Asha')).toMatchObject({ code: 0, err: '' })
    const manifest = JSON.parse(readFileSync(`${table}.manifest.json`, 'utf8'))
    expect(manifest).toMatchObject({ rows: WINDOWS * CALLS, file: { sha256: hash('sha256', readFileSync(table)) } })
    expect(written().filter((name) => name.includes('unfinished'))).toEqual([])
  })

  it('ends with 3 where a window of the range is not certified, and the pack says so', async () => {
    const wider = join(directory, 'wider.zip')
    const range = ['--account', account, '--from', canonicalTime(from), '--to', canonicalTime(to + WINDOW_MS)]
    expect((await rollcall('export', ...range, '--out', wider, '--by', 'Asha')).code).toBe(3)
    const { code, out } = await rollcall('verify', wider, '--key', verifierKey)
    expect(code).toBe(1)
    expect(out).toMatch(/^FAIL {2}complete .*1 windows have no certificate/m)
  })

  it.each([
    ['an account that is not known', ['--account', 'acne', '--from', canonicalTime(from)], /--account is "acne"; needed is one of acme/],
    ['too many days', ['--account', account, '--from', canonicalTime(from), '--to', canonicalTime(from + 93 * DAY)], /93 days; needed are at most 92 of a pack/],
  ])('ends with 2 for %s, and writes nothing', async (_, args, said) => {
    const before = written()
    const { code, out, err } = await rollcall('export', ...args, '--out', join(directory, 'none.zip'), '--by', 'Asha')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(said)
    expect(written()).toEqual(before)
  })
})

describe('what is done on the command line', () => {
  it('stands in the audit log, of an export with its range, its extent and who said that they took it', async () => {
    const before = await told('export')
    await rollcall('export', ...RANGE, '--out', join(directory, 'recorded.csv'), '--format', 'csv', '--by', 'Asha, internal audit')
    expect((await told('export')).slice(before.length)).toEqual([
      {
        type: 'export',
        export: expect.stringMatching(/^[0-9a-f-]{36}$/),
        range: { from: canonicalTime(from), to: canonicalTime(to) },
        format: 'csv',
        windows: WINDOWS,
        calls: WINDOWS * CALLS,
        at: expect.stringMatching(/Z$/),
        by: 'Asha, internal audit',
        asTold: true,
      },
    ])
    expect((await told('token-created')).length).toBeGreaterThan(0)
    expect((await told('token-revoked')).length).toBeGreaterThan(0)
  })

  it.each(LOGS_AWAY.flatMap((away) => ['pack', 'csv'].map((format) => [format, away] as const)))(
    'is not done where that does not take it: no %s is written by %j, nor anything beside it',
    async (format, away) => {
      const before = written()
      const args = ['export', ...RANGE, '--out', join(directory, 'unrecorded'), '--format', format, '--by', 'Asha']
      const { code, out, err } = await rollcallWithoutLog({ args, away })
      expect({ code, out }).toEqual({ code: 'KAFKA_BROKERS' in away ? 2 : 1, out: '' })
      expect(err).toMatch(/Nothing was done: it has to be recorded in the audit log first\.\n$/)
      expect(written()).toEqual(before)
    },
  )

  it.each(LOGS_AWAY)('is not done where that does not take it: no token is made or revoked by %j', async (away) => {
    const { out } = await rollcall('token', 'create', '--for', 'Asha', '--account', account, '--by', 'Ravi', '--json')
    const before = await tokens()
    for (const args of [
      ['token', 'create', '--for', 'A', '--account', account, '--by', 'Ravi'],
      ['token', 'revoke', (JSON.parse(out) as { readonly id: string }).id, '--by', 'Ravi'],
    ])
      expect(await rollcallWithoutLog({ args, away })).toMatchObject({ out: '', err: expect.stringContaining('Nothing was done') })
    expect(await tokens()).toEqual(before)
  })
})

describe('rollcall verify', () => {
  it('fails with 1 where a byte is another', async () => {
    const tampered = join(directory, 'tampered.zip')
    const bytes = readFileSync(pack)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    writeFileSync(tampered, bytes)
    const { code, out } = await rollcall('verify', tampered, '--key', verifierKey)
    expect(code).toBe(1)
    expect(out).toMatch(/^FAIL {2}/m)
    expect(out.trim().split('\n').at(-1)).toBe('FAIL')
  })

  it.each([
    ['that a call is certified', CALL, 0, /^PASS {2}call .*$[\s\S]*: one of the 20 calls/m],
    ['that a call is not certified', `${CALL}0`, 0, /^PASS {2}final .*$[\s\S]*: none of the 20 calls/m],
    ['another call than was asked for', 'other', 1, /^FAIL {2}asked .*: it is of call other$/m],
  ])('says of what the audit API answers of one call: %s', async (_, callSid, code, said) => {
    const [token = ''] = (await rollcall('token', 'create', '--for', 'Asha, internal audit', '--account', account, '--by', 'Ravi')).out.split('\n')
    const answer = join(directory, 'call.json')
    writeFileSync(answer, await (await ask(token, `/v1/accounts/${account}/calls/${callSid}/proof?window=${canonicalTime(from)}`)).text())
    const asked = ['--account', account, '--from', canonicalTime(from), '--call', callSid === 'other' ? CALL : callSid]
    const ended = await rollcall('verify', answer, '--key', verifierKey, ...asked)
    expect(ended).toEqual({ code, err: '', out: expect.stringMatching(said) })
  })

  it.each([
    ['a pack that is not there', () => [join(directory, 'none.zip'), '--key', verifierKey], /cannot be read.*ENOENT/],
    ['what is no key', () => [pack, '--key', 'rollcall.test/audit'], /not a verifier key/],
  ])('ends with 2 for %s', async (_, args, said) => {
    const { code, out, err } = await rollcall('verify', ...args())
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(said)
  })
})
