/** The whole way: webhooks into the log, a projector of today, letters of a projector of yesterday, and the command line that an operator has. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { CALLS_TOPIC, OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { anObservation } from '@rollcall/exotel/testing/an-observation'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { createPool, type Pool } from '@rollcall/store/pool'
import { readPositions } from '@rollcall/store/projection-positions'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { runCommandLine } from '../run-command-line.ts'
import { serviceCommand } from '../services/service-command.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

const WAIT_MS_MAX = 30_000
const LOOK_EVERY_MS = 50
const PERSONAL = '09000000001'
const CALL = JSON.stringify({ CallSid: 'call-1', EventType: 'terminal', Status: 'completed', From: PERSONAL })
const HEARTBEAT = JSON.stringify({
  timestamp: '2026-01-31T04:00:00Z',
  status_type: 'WARNING',
  incoming_affected: ['exo-1'],
  data: { 'exo-1': { phone_number: '04000000003', incoming_call: { status: 'major_outage', alternate_exophone: '04000000009' } } },
})
const SMS = JSON.stringify({ SmsSid: 'sms-1', To: PERSONAL, Status: 'failed_dnd' })
const BROKEN = `{"CallSid":"call-2","From":"${PERSONAL}\x1b[2J`

let directory: string
let database: TestDatabase
let pool: Pool
let log: EventLog
let served: Awaited<ReturnType<typeof serveEmbeddedLog>>
let projector: ChildProcess
let env: Record<string, string>

const until = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + WAIT_MS_MAX
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`)
    await sleep(LOOK_EVERY_MS)
  }
}

const untilPublished = (): Promise<void> => until('the changes are published', async () => (await pool.query('SELECT FROM outbox')).rowCount === 0)

const receive = async (surface: 'status-callback' | 'heartbeat' | 'sms', body: string): Promise<void> => {
  const payload = Buffer.from(body)
  const payloadSha256 = createHash('sha256').update(payload).digest('hex')
  await log.append(OBSERVATIONS_TOPIC, [toLogRecord(anObservation({ surface, payload, payloadSha256, contentType: 'application/json', receivedAt: Date.now() }))], {
    deadlineMs: 5_000,
  })
}

const run = async (line: string) => {
  const said = { out: '', err: '' }
  const never = new AbortController().signal
  const exitCode = await runCommandLine(
    line.split(' '),
    {
      env,
      root: PROJECT_ROOT,
      clock: Date.now,
      out: (text) => {
        said.out += text
      },
      err: (text) => {
        said.err += text
      },
      screen: null,
    },
    () => ({ stop: never, force: never }),
  )
  return { exitCode, ...said }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-quarantine-'))
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  await log.ensureTopics(TOPICS)
  served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
  env = {
    PATH: process.env.PATH ?? '',
    EMBEDDED_LOG_URL: served.url,
    DATABASE_URL: database.databaseUrl,
    ROLLCALL_DATA_DIR: directory,
    ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
    PROJECTOR_ADMIN_PORT: '0',
  }
  const { file, args } = serviceCommand(PROJECT_ROOT, 'projector')
  projector = spawn(file, [...args], { env, stdio: 'ignore' })
  await receive('status-callback', CALL)
  await receive('status-callback', BROKEN)
  await receive('heartbeat', HEARTBEAT)
  await receive('sms', SMS)
  await until('all is projected', async () => {
    const [bounds, positions] = [await log.bounds(OBSERVATIONS_TOPIC), await readPositions(pool, OBSERVATIONS_TOPIC)]
    return [...bounds].every(([partition, { next }]) => next === 0n || (positions.get(partition) ?? 0n) >= next)
  })
  // Whoever takes a call away while the publisher has it in hand makes it publish the call once more, as gone.
  await untilPublished()
})
afterAll(async () => {
  const gone = projector === undefined ? null : once(projector, 'exit')
  projector?.kill('SIGTERM')
  await gone
  await pool?.end()
  await served?.close()
  await log?.close()
  await database?.drop()
  await rm(directory, { recursive: true, force: true })
})

/** As a projector would have left it whose reader did not know this kind of webhook yet. */
const forgetTheCall = async (): Promise<string> => {
  const { rows } = await pool.query(`UPDATE observations SET outcome = 'dead-letter', event = NULL, facts = NULL WHERE call_sid = 'call-1' RETURNING partition, log_offset`)
  const { partition, log_offset } = rows[0] as { partition: number; log_offset: bigint }
  const [record] = (await log.read(OBSERVATIONS_TOPIC, new Map([[partition, log_offset]]), { maxBytes: 1, maxWaitMs: 1_000 })).get(partition) ?? []
  await pool.query(
    `INSERT INTO dead_letters (partition, log_offset, account, surface, reason, headers, payload, received_at) VALUES ($1, $2, 'acme', 'status-callback', 'Status is a word nobody knew', $3, $4, now())`,
    [partition, String(log_offset), JSON.stringify(record?.headers), record?.value],
  )
  await pool.query(`DELETE FROM calls WHERE call_sid = 'call-1'`)
  return `${partition}:${log_offset}`
}

describe('the quarantine, from the command line', () => {
  it('holds what no reader understands, and nothing that is merely no call', async () => {
    const { exitCode, out } = await run('quarantine list --json')
    const { count, letters } = JSON.parse(out) as { count: number; letters: { id: string; account: string; reason: string }[] }
    expect([exitCode, count, letters.map(({ reason }) => reason)]).toEqual([0, 1, ['the body is not valid JSON']])
    expect((await run('quarantine list')).out).toMatch(/^ID .*\n[0-9]+:[0-9]+ .*acme +status-callback .*the body is not valid JSON\n$/)
    expect((await run('quarantine list --account other')).out).toBe('No dead letters.\n')

    const id = letters[0]?.id
    const shown = await run(`quarantine show ${id}`)
    expect(shown.exitCode).toBe(0)
    expect(shown.out).toContain('{"CallSid":"xxxx-0","From":"00000000000\\u{1b}[0x')
    expect(shown.out).not.toContain(PERSONAL)
    expect((await run(`quarantine show ${id} --reveal`)).out).toContain(`"From":"${PERSONAL}\\u{1b}[2J`)
    const { payloadBase64 } = JSON.parse((await run(`quarantine show ${id} --reveal --json`)).out) as { payloadBase64: string }
    expect(Buffer.from(payloadBase64, 'base64').toString()).toBe(BROKEN)
    expect(await run('quarantine show 0:4711')).toMatchObject({ exitCode: 1, out: '', err: expect.stringContaining('There is no dead letter 0:4711') })
  })

  it('lets a letter go when a reader has learned to read it, beside the running projector, and the log says the same', async () => {
    const id = await forgetTheCall()
    expect((await run(`quarantine show ${id}`)).out).toContain(`it tells of call call-1; rollcall quarantine replay ${id} folds it`)
    expect((await run('rebuild --verify')).exitCode).toBe(1)

    const replayed = await run('quarantine replay --all')
    expect(replayed).toMatchObject({ exitCode: 3, out: expect.stringContaining('1 letter was folded into call records\n1 letter remains in quarantine:\n') })
    expect((await run(`quarantine replay ${id} --json`)).out).toBe('{"replayed":0,"noCall":0,"gone":0,"remaining":0,"remain":[]}\n')
    expect((await pool.query(`SELECT status FROM calls WHERE call_sid = 'call-1'`)).rows).toEqual([{ status: 'completed' }])
    expect((await run('rebuild --verify')).exitCode).toBe(0)
    await untilPublished()
    const bounds = await log.bounds(CALLS_TOPIC)
    expect([...bounds.values()].reduce((sum, { next }) => sum + next, 0n)).toBe(2n)
    expect((await run('quarantine replay --reason JSON')).exitCode).toBe(3)
  })
})

describe('the status, from the command line', () => {
  it('shows the heartbeat with its alternates, and SMS, which are neither calls nor dead letters', async () => {
    const { exitCode, out } = await run('status')
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /dead letters {10}1\n {2}heartbeat {13}.* ago: warning\n {4}cannot be called {4}04000000003 \(major-outage, alternate 04000000009\)\n {2}SMS {19}1 failed-dnd\n/,
    )
    expect(out).toMatch(/which makes 1 calls/)
    const { accounts } = JSON.parse((await run('status --json')).out)
    expect(accounts[0]).toMatchObject({ heartbeat: { state: 'warning', incoming: { count: 1 } }, sms: { 'failed-dnd': 1 } })
  })
})
