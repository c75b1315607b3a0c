/** Calls asked for by Sid, against a real log, a real projector and Postgres, with time in the test's hand and Exotel by script. */
import { randomUUID } from 'node:crypto'
import { HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { caughtUp } from './caught-up.ts'
import { type ChaseTurn, chaseCalls } from './chase-calls.ts'
import { holdLease } from './hold-lease.ts'
import { FULL_LOOK_EVERY_MS, PROBES_PER_LOOK, UNRECORDED_CALLS_MIN } from './look-for-chases.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { createInstallation, type Installation, POLICY } from './testing/installation.ts'
import { type ScriptedCall, send } from './testing/scripted-exotel.ts'

const START = Date.UTC(2026, 0, 14, 18, 30)
const TURN_MS = 20 * SECOND
const never = new AbortController().signal

let world: Installation
let account: string
let deps: ReconcilerDeps

beforeAll(async () => {
  world = await createInstallation({ now: START })
  world.startProjector()
})
afterAll(() => world.close())
beforeEach(async () => {
  account = `a-${randomUUID().slice(0, 8)}`
  world.time.now = START
  deps = world.dependencies(account)
  await world.pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)', [account, new Date(START)])
})

/** A call that lasted a minute until START, and what Exotel will say of it. */
const aCall = (callSid: string, of: Partial<ScriptedCall> = {}): ScriptedCall => {
  const call = { account, callSid, createdAt: START - MINUTE, endedAt: START, ...of }
  world.exotel.calls.push(call)
  return call
}
const ended = { Status: 'completed', EventType: 'terminal', Direction: 'outbound-api', DateCreated: ist(START - MINUTE), EndTime: ist(START) }
function ist(at: Instant): string {
  return new Date(at + 5.5 * HOUR).toISOString().slice(0, 19).replace('T', ' ')
}
const turn = async (size: ChaseTurn = 'spare') => {
  await caughtUp(deps, never)
  return holdLease(deps, 'test', never, (lease, signal) => chaseCalls(deps, size, lease, signal))
}
/** Turns at the schedule's distance until the time is over. */
const turnsUntil = async (until: Instant): Promise<void> => {
  for (; world.time.now < until; world.time.now += TURN_MS) await turn()
}
const chases = async () => (await world.pool.query('SELECT call_sid, why, asked, outcome, reason FROM rollcall.chases WHERE account = $1 ORDER BY call_sid, why', [account])).rows
const batches = (): readonly string[] => world.exotel.requests(account).filter((path) => path.includes('Sid='))
const lookups = (callSid: string): number => world.exotel.requests(account).filter((path) => path.includes(`/Calls/${callSid}.json`)).length
const rowsOf = async (callSid: string): Promise<number> => (await world.observationsOf(account)).filter((row) => row.call_sid === callSid && row.surface === 'call-list').length
const recordedAt = async (callSid: string): Promise<Instant | undefined> =>
  (
    await world.pool.query<{ at: Date | null }>('SELECT recording_told_at AS at FROM projection.calls WHERE account = $1 AND call_sid = $2', [account, callSid])
  ).rows[0]?.at?.getTime()

describe('a recording that its webhook did not tell of', () => {
  it('is asked for by Sid until it is there, and what is not new is not appended', async () => {
    aCall('late', { recordedFrom: START + 5 * MINUTE })
    await world.deliver(account, 'late', START + SECOND, ended)
    await turnsUntil(START + 8 * MINUTE)
    expect(((await recordedAt('late')) ?? 0) - (START + 5 * MINUTE)).toBeLessThanOrEqual(2 * MINUTE)
    expect(await chases()).toEqual([{ call_sid: 'late', why: 'recording', asked: 5, outcome: 'found', reason: null }])
    // One for what the list tells beside the webhook, and one for the recording.
    expect(await rowsOf('late')).toBe(2)
    const { rows } = await world.pool.query('SELECT calls_asked, calls_listed, rows_appended FROM rollcall.chase_reads WHERE account = $1', [account])
    expect(rows).toEqual([1, 1].map((one) => ({ calls_asked: one, calls_listed: one, rows_appended: one })))
  })

  it('has its day counted anew when it is found, since no scan may tell of it for a day', async () => {
    const changes = async () => (await world.pool.query<{ changes: bigint }>('SELECT changes FROM rollcall.day_measures WHERE account = $1', [account])).rows[0]?.changes ?? 0n
    await world.pool.query(`INSERT INTO rollcall.day_measures (account, day, measured_at, measures) VALUES ($1, $2, now(), '{}')`, [account, ist(START - MINUTE).slice(0, 10)])
    aCall('late', { recordedFrom: START + 5 * MINUTE })
    await world.deliver(account, 'late', START + SECOND, ended)
    await turnsUntil(START + 4 * MINUTE)
    const before = await changes()
    await turnsUntil(START + 8 * MINUTE)
    expect((await changes()) - before).toBe(1n)
  })

  it('is asked for together with the others that are due', async () => {
    const sids = Array.from({ length: 45 }, (_, nth) => `c${nth}`)
    for (const sid of sids) {
      aCall(sid)
      await world.deliver(account, sid, START + SECOND, ended)
    }
    world.time.now = START + 31 * SECOND
    await turn()
    expect(batches().map((path) => decodeURIComponent(path).split('Sid=')[1]?.split('&')[0]?.split(',').length)).toEqual([20, 20, 5])
  })

  it('is not asked for where the webhook brought it, nor of a call that cannot have one', async () => {
    await world.deliver(account, 'recorded', START + SECOND, { ...ended, RecordingUrl: 'https://recordings.example.com/r.mp3' })
    await world.deliver(account, 'busy', START + SECOND, { ...ended, Status: 'busy' })
    await world.deliver(account, 'silent', START + SECOND, { ...ended, ConversationDuration: 0, Legs: [{ Status: 'completed' }, { Status: 'no-answer' }] })
    world.time.now = START + MINUTE
    await turn()
    expect(await chases()).toEqual([{ call_sid: 'silent', why: 'recording', asked: 0, outcome: 'ruled-out', reason: 'no-conversation' }])
    expect(batches()).toEqual([])
  })

  it('that a scan brings meanwhile ends the chase without another request', async () => {
    await world.deliver(account, 'c1', START + SECOND, ended)
    await turn()
    await world.deliver(account, 'c1', START + 10 * SECOND, { ...ended, RecordingUrl: 'https://recordings.example.com/r.mp3' })
    world.time.now = START + MINUTE
    await turn()
    expect(await chases()).toMatchObject([{ asked: 0, outcome: 'found' }])
    expect(batches()).toEqual([])
  })

  it('is looked up where the list never shows the call, and rarely, since that is a request for it alone', async () => {
    world.exotel.calls.push({ account, callSid: 'unlisted', createdAt: START - MINUTE, endedAt: START, listedFrom: Number.POSITIVE_INFINITY, recordedFrom: START + 9 * MINUTE })
    await world.deliver(account, 'unlisted', START + SECOND, ended)
    await turnsUntil(START + 20 * MINUTE)
    expect(batches().length).toBe(3)
    expect(lookups('unlisted')).toBe(2)
    expect(await recordedAt('unlisted')).toBeDefined()
    expect(await chases()).toMatchObject([{ outcome: 'found' }])
  })

  it('is given up after a day, and said to be', async () => {
    aCall('never')
    await world.deliver(account, 'never', START + SECOND, ended)
    await turn()
    for (const hours of [1, 3, 9, 20, 25]) {
      world.time.now = START + hours * HOUR
      await turn()
    }
    expect(await chases()).toMatchObject([{ outcome: 'ruled-out', reason: 'none-within-a-day' }])
  })

  it('of a direction that is never recorded is only probed for', async () => {
    const { pool } = world
    await pool.query(
      `INSERT INTO projection.calls (account, call_sid, status, direction, verified, conflicts, state, digest, version, ended_told_at)
       SELECT $1, 'old' || n, 'completed', 'outbound-api', true, '{}', '{"fields":{},"spreads":{},"firstSeen":{},"events":{},"told":{}}', '', 1, $2 FROM generate_series(1, $3) n`,
      [account, new Date(START - HOUR), UNRECORDED_CALLS_MIN],
    )
    await pool.query(
      `INSERT INTO rollcall.chases (account, call_sid, why, since, begun_at, outcome, reason, ended_at) SELECT account, call_sid, 'recording', $2, $2, 'ruled-out', 'test', $2 FROM projection.calls WHERE account = $1`,
      [account, new Date(START)],
    )
    for (let nth = 0; nth < PROBES_PER_LOOK + 3; nth += 1) await world.deliver(account, `new${nth}`, START + nth, ended)
    world.time.now = START + MINUTE
    await turn()
    const begun = (await chases()).filter(({ call_sid }) => call_sid.startsWith('new'))
    expect(begun.filter(({ outcome }) => outcome === null).length).toBe(PROBES_PER_LOOK)
    expect(begun.filter(({ reason }) => reason === 'none-of-its-direction').length).toBe(3)
  })

  it('that could not be read is asked for again, and counts as nothing', async () => {
    aCall('c1', { recordedFrom: START })
    await world.deliver(account, 'c1', START + SECOND, ended)
    world.exotel.faults.set(account, (url, response) => url.searchParams.has('Sid') && send(response, 503, 'later'))
    world.time.now = START + MINUTE
    await turn()
    expect(await chases()).toMatchObject([{ asked: 0, outcome: null }])
    world.exotel.faults.delete(account)
    await turn()
    expect(await chases()).toMatchObject([{ asked: 1, outcome: 'found' }])
  })

  it('whose read was killed before it was noted is read again, and appended once', async () => {
    aCall('c1', { recordedFrom: START })
    await world.deliver(account, 'c1', START + SECOND, ended)
    world.time.now = START + MINUTE
    await turn()
    await caughtUp(deps, never)
    await world.pool.query(`UPDATE rollcall.chases SET asked = 0, asked_at = NULL, outcome = NULL, ended_at = NULL, due = since, deadline = since WHERE account = $1`, [account])
    await turn()
    expect(await rowsOf('c1')).toBe(1)
    expect(await chases()).toMatchObject([{ outcome: 'found' }])
  })

  it('of a call that was told of long ago, while nobody looked, is met by a full look', async () => {
    await turn()
    aCall('old')
    await world.deliver(account, 'old', START - 2 * HOUR, ended)
    world.time.now = START + FULL_LOOK_EVERY_MS - SECOND
    await turn()
    expect(await chases()).toEqual([])
    world.time.now = START + FULL_LOOK_EVERY_MS
    await turn()
    expect(await chases()).toMatchObject([{ call_sid: 'old', why: 'recording', outcome: null }])
  })
})

describe('a call that a webhook told of and no other', () => {
  it('is asked for until it is over, and no scan is needed for it', async () => {
    aCall('long', { endedAt: START + 47 * MINUTE, listedFrom: START + 48 * MINUTE })
    await world.deliver(account, 'long', START, { Status: 'in-progress', EventType: 'answered', Direction: 'outbound-api', DateCreated: ist(START - MINUTE) })
    await turnsUntil(START + 55 * MINUTE)
    const { rows } = await world.pool.query<{ at: Date }>('SELECT ended_told_at AS at FROM projection.calls WHERE account = $1', [account])
    expect((rows[0]?.at.getTime() ?? 0) - (START + 48 * MINUTE)).toBeLessThanOrEqual(6 * MINUTE)
    expect((await chases())[0]).toMatchObject({ why: 'open', outcome: 'found' })
    expect(batches().length).toBeLessThan(55 / 5 + 4)
  })

  it('is not watched while most calls would still go on', async () => {
    await world.deliver(account, 'short', START, { Status: 'in-progress', EventType: 'answered' })
    await turnsUntil(START + 3 * MINUTE)
    expect(await chases()).toEqual([])
  })

  it('that never ends is given up a day after the longest call could have ended', async () => {
    await world.deliver(account, 'ghost', START, { Status: 'in-progress', EventType: 'answered' })
    world.time.now = START + 5 * MINUTE
    await turn()
    for (let at = START; at < START + POLICY.maximumCallMs + 30 * HOUR; at += 2 * HOUR) {
      world.time.now = at
      await turn()
    }
    expect((await chases()).find(({ why }) => why === 'open')).toMatchObject({ outcome: 'ruled-out', reason: 'never-ended' })
  })
})
