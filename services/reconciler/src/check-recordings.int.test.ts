/** Whether recordings are there, against a real log, projector and Postgres; the host is the test's. */
import { randomUUID } from 'node:crypto'
import { HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import type { RecordingHead } from '@rollcall/exotel/client/head-recording'
import { readRecordingCheck } from '@rollcall/store/chase/recording-checks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { caughtUp } from './caught-up.ts'
import { chaseCalls } from './chase-calls.ts'
import { checkRecordings, RECORDINGS_CHECKED_PER_RUN_MAX } from './check-recordings.ts'
import { holdLease } from './hold-lease.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { createInstallation, type Installation } from './testing/installation.ts'

const START = Date.UTC(2026, 0, 14, 18, 30)
const never = new AbortController().signal

let world: Installation
let account: string
let deps: ReconcilerDeps
let asked: string[]
let answer: RecordingHead

beforeAll(async () => {
  world = await createInstallation({ now: START })
  world.startProjector()
})
afterAll(() => world.close())
beforeEach(async () => {
  account = `a-${randomUUID().slice(0, 8)}`
  world.time.now = START
  asked = []
  answer = { kind: 'answered', status: 200, bytes: 48_213, contentType: 'audio/mpeg' }
  const headRecording = async (url: string) => {
    asked.push(url)
    return answer
  }
  deps = world.dependencies(account, { headRecording })
  await world.pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)', [account, new Date(START)])
})

const ended = { Status: 'completed', EventType: 'terminal', Direction: 'outbound-api', DateCreated: '2026-01-14 23:59:00', EndTime: '2026-01-15 00:00:00' }
/** A call that a webhook told of, with its recording at an address that the webhook says, and what Exotel says of it. */
const recorded = async (callSid: string): Promise<void> => {
  world.exotel.calls.push({ account, callSid, createdAt: START - MINUTE, endedAt: START, recordedFrom: START })
  await world.deliver(account, callSid, START + SECOND, ended)
}
const chase = async () => {
  world.time.now += MINUTE
  await caughtUp(deps, never)
  await holdLease(deps, 'test', never, (lease, signal) => chaseCalls(deps, 'spare', lease, signal))
  await caughtUp(deps, never)
}
const check = () => holdLease(deps, 'test', never, (lease, signal) => checkRecordings(deps, lease, signal))

describe('a recording whose address the API told', () => {
  it('is asked for once, and what its host said is kept', async () => {
    await recorded('c1')
    await chase()
    await check()
    await check()
    expect(asked).toHaveLength(1)
    expect(await readRecordingCheck(world.pool, account, 'c1')).toEqual({
      checkedAt: world.time.now,
      outcome: 'answered',
      status: 200,
      bytes: 48_213,
      contentType: 'audio/mpeg',
      reason: null,
    })
  })

  it('is asked for again where that failed, a few times and not at once', async () => {
    answer = { kind: 'failed', reason: 'ETIMEDOUT' }
    await recorded('c1')
    await chase()
    for (const end = START + 55 * MINUTE; world.time.now < end; world.time.now += MINUTE) await check()
    expect(asked).toHaveLength(3)
    expect(await readRecordingCheck(world.pool, account, 'c1')).toMatchObject({ outcome: 'failed', reason: 'ETIMEDOUT', status: null })
  })

  it('is not asked for a long time after, nor without hosts that may be asked', async () => {
    await recorded('c1')
    await chase()
    await holdLease(deps, 'test', never, (lease, signal) => checkRecordings({ ...deps, headRecording: null }, lease, signal))
    world.time.now += HOUR + MINUTE
    await check()
    expect(asked).toEqual([])
  })

  it('waits its turn where there are many', async () => {
    const calls = RECORDINGS_CHECKED_PER_RUN_MAX + 2
    for (let nth = 0; nth < calls; nth += 1) await recorded(`c${nth}`)
    await chase()
    await check()
    expect(asked).toHaveLength(RECORDINGS_CHECKED_PER_RUN_MAX)
    await check()
    expect(new Set(asked).size).toBe(calls)
  })
})

describe('a recording whose address only a webhook told', () => {
  it('is never asked for: anybody may send a webhook', async () => {
    await world.deliver(account, 'forged', START + SECOND, { ...ended, RecordingUrl: 'https://recordings.example.com/forged.mp3' })
    await caughtUp(deps, never)
    const { rows } = await world.pool.query('SELECT recording_url FROM projection.calls WHERE account = $1', [account])
    expect(rows).toEqual([{ recording_url: 'https://recordings.example.com/forged.mp3' }])
    await check()
    expect(asked).toEqual([])
  })
})
