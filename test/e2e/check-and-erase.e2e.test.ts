/** `rollcall check` and `rollcall erase` as processes: what they say where, how they end, and that Ctrl-C ends them. */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { ACCOUNT, apiRow } from '@rollcall/projector/testing/call-records'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Ended, rollcallProcess } from './rollcall-process.ts'
import { startWorld, type World } from './start-world.ts'
import { untilProjected } from './until-projected.ts'

const DAY = '2026-01-15'
/** Midnight in India. */
const FROM = Date.UTC(2026, 0, 14, 18, 30)
const APPEND_MS_MAX = 30_000
/** What a busy machine adds to the second that is promised. */
const BUSY_MS_MAX = 4_000
/** As the list writes a time: India's, without a zone. */
const ist = (at: Instant): string => new Date(at + 330 * MINUTE).toISOString().slice(0, 19).replace('T', ' ')

let world: World
let other: pg.PoolClient
beforeAll(async () => {
  world = await startWorld({ eventLog: 'embedded', accounts: () => [{ sid: ACCOUNT, baseUrl: 'http://127.0.0.1:9' }] })
  const log = await openEventLog({ kafkaBrokers: undefined, embeddedLogUrl: world.stack.embeddedLogUrl, clientId: 'rollcall-test' })
  const rows = Array.from({ length: 50 }, (_, nth) => apiRow(`call-${nth}`, { Price: '1.50', DateCreated: ist(FROM + nth * MINUTE) }, { receivedAt: FROM + HOUR + nth }))
  await log.append(OBSERVATIONS_TOPIC, rows, { deadlineMs: APPEND_MS_MAX })
  await log.close()
  await untilProjected(world.stack, world.pool)
  await world.pool.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)`, [ACCOUNT, new Date(FROM)])
  other = await world.pool.connect()
})
afterAll(async () => {
  other?.release()
  await world?.stop()
})

const begin = (...args: readonly string[]) => rollcallProcess(args, world.env)
const rollcall = (...args: readonly string[]): Promise<Ended> => begin(...args).ended

describe('rollcall check', () => {
  const setPrice = (price: string) => world.pool.query(`UPDATE projection.calls SET price = $1 WHERE call_sid = 'call-7'`, [price])

  it('ends with 0 where the day is equal, prints the answer, and tells on standard error how it comes on', async () => {
    const { code, out, err } = await rollcall('check', '--day', DAY)
    expect({ code, err }).toMatchObject({ code: 0 })
    expect(out).toMatch(/^acme 2026-01-15: equal.*\n {2}by the log {4}50 calls/)
    expect(err).toMatch(/\d+ %: 2026-01-15 of acme: \d+ of \d+ records of the log/)
    expect(err.trim().split('\n')).not.toContainEqual(expect.stringContaining('equal:'))
  })

  it('ends with 3 where it differs, and names the call', async () => {
    await setPrice('0')
    const { code, out } = await rollcall('check', '--day', DAY, '--account', ACCOUNT, '--json')
    await setPrice('1.50')
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject({ outcome: 'differs', day: DAY, differing: 1, refused: 0, differences: [{ callSid: 'call-7', kind: 'other', columns: ['price'] }] })
  })

  it('ends with 4 while another one checks', async () => {
    await other.query('SELECT pg_advisory_lock(7021996414)')
    const { code, out } = await rollcall('check', '--day', DAY)
    await other.query('SELECT pg_advisory_unlock(7021996414)')
    expect({ code, out }).toEqual({ code: 4, out: 'Another check is running; nothing was checked.\n' })
  })

  it.each([
    ['no day', [], /needed is: check --day/],
    ['what is no day', ['--day', '2026-02-30'], /2026-02-30, which is no day/],
    ['an account that is not there', ['--day', DAY, '--account', 'other'], /--account is other.*acme/],
    ['an option that is not there', ['--days', DAY], /unknown option/],
  ])('ends with 2 for %s, and says what is needed', async (_, args, said) => {
    const { code, out, err } = await rollcall('check', ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(said)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends within a second of %s with 1, in the middle of a statement, and leaves nothing', async (signal) => {
    const statements = async () =>
      (await world.pool.query(`SELECT FROM pg_stat_activity WHERE application_name LIKE 'rollcall-check%' AND wait_event_type = 'Lock' AND state = 'active'`)).rowCount
    const sessions = async () => (await world.pool.query(`SELECT FROM pg_stat_activity WHERE application_name LIKE 'rollcall-check%'`)).rowCount
    await other.query('BEGIN; LOCK TABLE projection.observations IN ACCESS EXCLUSIVE MODE')
    const { kill, ended } = begin('check', '--day', DAY)
    await expect.poll(statements).toBe(1)
    const began = performance.now()
    kill(signal)
    const { code, out, err } = await ended
    const tookMs = performance.now() - began
    await other.query('ROLLBACK')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/The check was stopped before its end/)
    expect(tookMs).toBeLessThan(1_000 + BUSY_MS_MAX)
    await expect.poll(sessions).toBe(0)
  })
})

describe('rollcall erase', () => {
  const BY = ['--account', ACCOUNT, '--by', 'Asha, privacy'] as const
  const salts = async (): Promise<number> => (await world.pool.query('SELECT FROM rollcall.call_salts WHERE salt IS NULL')).rowCount ?? 0
  beforeEach(() => world.pool.query('DELETE FROM rollcall.call_salts'))

  it('says how many it would be and does nothing without --yes; with it, it does, and ends with 0', async () => {
    expect(await rollcall('erase', ...BY, '--before', '2027-01-01')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Salts of 50 calls would be deleted .*--yes does it\.\n$/),
    })
    expect(await salts()).toBe(0)
    expect(await rollcall('erase', ...BY, '--before', '2027-01-01', '--yes')).toMatchObject({ code: 0, out: expect.stringMatching(/^Salts of 50 calls deleted/) })
    expect(await salts()).toBe(50)
    const told = await rollcall('erase', ...BY, '--before', '2027-01-01', '--yes', '--json')
    expect(JSON.parse(told.out)).toEqual({ account: ACCOUNT, erased: true, calls: 0 })
    expect((await world.pool.query(`SELECT FROM rollcall.audit_outbox WHERE type = 'erasure'`)).rowCount).toBe(1)
  })

  it.each([
    [1, 'a call that is not known', [...BY, '--call', 'no-such-call', '--yes'], /No call no-such-call/],
    [2, 'neither a call nor a time', [...BY, '--yes'], /either --call with one CallSid, or --before/],
    [2, 'an account that is not there', ['--account', 'other', '--by', 'A', '--call', 'call-1'], /--account is "other"/],
    [2, 'nobody who erases', ['--account', ACCOUNT, '--call', 'call-1'], /--by/],
  ])('ends with %i for %s, and deletes nothing', async (exitCode, _, args, said) => {
    const { code, out, err } = await rollcall('erase', ...args)
    expect({ code, out }).toEqual({ code: exitCode, out: '' })
    expect(err).toMatch(said)
    expect(await salts()).toBe(0)
  })
})
