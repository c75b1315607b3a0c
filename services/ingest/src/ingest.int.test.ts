import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SECRET, spawnIngest } from './testing/ingest-process.ts'
import { bodyOf, deliver, drained, findingsIn, killInTheMiddle } from './testing/kill-in-the-middle.ts'
import { createStage, type Stage } from './testing/stage.ts'
import { until } from './testing/until.ts'

/** A file system in memory, where there is one. */
const MEMORY = '/dev/shm'

let stage: Stage
beforeEach(async () => {
  stage = await createStage()
})
afterEach(() => stage.close())
const start = (env: Readonly<Record<string, string>> = {}) => stage.start(env)

describe('ingest', () => {
  it('puts a webhook into the log byte for byte, and says what it did', async () => {
    const ingest = await start()
    const answer = await deliver(ingest, 'call-1')
    expect([answer.status, answer.headers.get('x-durability')]).toEqual([200, 'log'])
    const probe = await fetch(`${ingest.hook}/passthru?CallSid=call-2&CallFrom=09000000001`)
    expect(probe.status).toBe(200)
    await drained(ingest)

    const [first, second] = [...(await stage.observations())].sort((a, b) => (a.id < b.id ? -1 : 1))
    expect(first).toMatchObject({ surface: 'status-callback', callSid: 'call-1', method: 'POST', query: null, contentType: 'application/json' })
    expect(Buffer.from(first?.payload ?? []).toString()).toBe(bodyOf('call-1'))
    expect(second).toMatchObject({ surface: 'passthru', callSid: 'call-2', method: 'GET', query: 'CallSid=call-2&CallFrom=09000000001' })
    expect(second?.payload.length).toBe(0)
    expect(await ingest.status()).toMatchObject({ accounts: { [stage.account]: { received: 2 } }, forwarded: 2, breaker: 'closed', problem: null })
    expect(await (await fetch(`${ingest.admin}/metrics`)).text()).toContain(`rollcall_ingest_received_total{worker="0",account="${stage.account}"} 2`)
  })

  it('gives the record the trace of its delivery, when spans go somewhere', async () => {
    const ingest = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
    await deliver(ingest, 'call-1')
    await drained(ingest)
    expect((await stage.observations())[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })

  it('keeps nothing of a webhook with a wrong secret', async () => {
    const ingest = await start()
    const wrong = ingest.hook.replace(SECRET, SECRET.toUpperCase())
    expect((await fetch(wrong, { method: 'POST', body: 'x' })).status).toBe(404)
    expect(await ingest.status()).toMatchObject({ accounts: { [stage.account]: { received: 0, refused: { 'wrong-secret': 1 } } }, spool: { bytes: 0 }, forwarded: 0 })
  })

  it('answers 200 from the spool while the log is away, stops waiting for it, and forwards everything when it is back', async () => {
    const ingest = await start({ KAFKA_ACK_WAIT_MS: '300' })
    expect((await deliver(ingest, 'before')).headers.get('x-durability')).toBe('log')
    await stage.logGoesAway()
    for (const round of [1, 2, 3]) expect((await deliver(ingest, `waits-${round}`)).headers.get('x-durability')).toBe('spool')
    expect((await ingest.status()).breaker).toBe('open')
    const began = performance.now()
    for (let count = 0; count < 20; count++) expect((await deliver(ingest, `quick-${count}`)).status).toBe(200)
    expect(performance.now() - began).toBeLessThan(2_000)

    await stage.logComesBack()
    await drained(ingest)
    expect((await ingest.status()).breaker).toBe('closed')
    expect((await deliver(ingest, 'after')).headers.get('x-durability')).toBe('log')
    expect(new Set((await stage.observations()).map(({ callSid }) => callSid)).size).toBe(25)
  })

  it('starts without a log, and checks it before the first record goes there', async () => {
    await stage.logGoesAway()
    const ingest = await start({ KAFKA_ACK_WAIT_MS: '50' })
    expect((await deliver(ingest, 'call-1')).headers.get('x-durability')).toBe('spool')
    expect((await fetch(`${ingest.public}/readyz`)).status).toBe(200)
    await stage.logComesBack()
    await drained(ingest)
    expect((await stage.observations()).map(({ callSid }) => callSid)).toEqual(['call-1'])
  })

  it('drains on SIGTERM: what was accepted is in the log, and the next start has nothing to do', async () => {
    const ingest = await start()
    await Promise.all(Array.from({ length: 50 }, (_, index) => deliver(ingest, `call-${index}`)))
    ingest.child.kill('SIGTERM')
    expect((await ingest.ended).code).toBe(0)
    expect(await stage.observations()).toHaveLength(50)
    const again = await start()
    await drained(again)
    expect((await again.status()).forwarded).toBe(0)
  })

  it.each([
    ['a process', {}],
    ['two workers', { INGEST_WORKERS: '2' }],
  ])('loses no acknowledged webhook when %s is killed in the middle of 2,000', async (_what, env) => {
    const acknowledged = await killInTheMiddle(() => start(env))
    expect(findingsIn(await stage.observations(), acknowledged)).toEqual({ missing: [], doubled: [], altered: [] })
    expect(acknowledged.size).toBeGreaterThan(1_500)
  })

  it('replaces a worker that dies, with the same spool', async () => {
    const ingest = await start({ INGEST_WORKERS: '2' })
    const deaths = new Promise<number>((resolve) => ingest.child.stdout?.on('data', (text) => String(text).includes('worker.died') && resolve(1)))
    await until('both workers answer', async () => (await ingest.status()).workers === 2)
    const pids = await childrenOf(ingest.child.pid ?? 0)
    process.kill(pids[0] ?? 0, 'SIGKILL')
    await deaths
    await until('both workers answer again', async () => (await ingest.status().catch(() => null))?.workers === 2)
    for (let count = 0; count < 20; count++) expect((await deliver(ingest, `call-${count}`)).status).toBe(200)
  })

  it('forwards the spools of workers that are no more', async () => {
    await stage.logGoesAway()
    const four = await start({ INGEST_WORKERS: '4', KAFKA_ACK_WAIT_MS: '20' })
    await Promise.all(Array.from({ length: 40 }, (_, index) => deliver(four, `call-${index}`)))
    four.child.kill('SIGKILL')
    await four.ended
    await stage.logComesBack()
    const one = await start()
    await drained(one)
    expect(new Set((await stage.observations()).map(({ callSid }) => callSid)).size).toBe(40)
  })
})

const childrenOf = async (pid: number): Promise<readonly number[]> => (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number)

describe('ingest refuses to start, with 2 and one message,', () => {
  const refusal = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const { ended } = spawnIngest(stage.directory, { EMBEDDED_LOG_URL: stage.logUrl(), ...env })
    const { code, err } = await ended
    expect(code).toBe(2)
    return err
  }

  it.each([
    ['a port that is no number', { INGEST_PORT: 'http' }, 'INGEST_PORT is "http"; needed is a TCP port'],
    ['two logs', { KAFKA_BROKERS: '127.0.0.1:9' }, 'both are set; needed is exactly one'],
    ['no accounts file', { ROLLCALL_ACCOUNTS_FILE: '/nowhere/accounts.json' }, '/nowhere/accounts.json: cannot be read (ENOENT)'],
    ['a log that one disk holds', { ROLLCALL_ALLOW_UNSAFE_TOPICS: 'false' }, 'ROLLCALL_ALLOW_UNSAFE_TOPICS'],
  ])('for %s', async (_what, env, message) => {
    expect(await refusal(env)).toContain(message)
  })

  it('for a spool that another process has', async () => {
    await start()
    expect(await refusal({})).toMatch(/spool.* belongs to process \d+, which is running/)
  })

  it('for a folder that is not one of spools, and leaves it as it is', async () => {
    const folder = join(stage.directory, 'photos')
    await mkdir(folder)
    await writeFile(join(folder, 'holiday.jpg'), 'JFIF')
    expect(await refusal({ INGEST_SPOOL_DIR: folder })).toContain(`${folder} is no folder of spools: it holds "holiday.jpg"`)
    expect(await readdir(folder)).toEqual(['holiday.jpg'])
  })

  it.each([
    ['of a newer release', JSON.stringify({ format: 'rollcall segment log', version: 2 }), 'was written in version 2 of its format, this release reads version 1'],
    ['that does not say any more what it is', '\0\0\0\0', 'segment-log.json is damaged'],
  ])('for a spool %s, and overwrites nothing', async (_what, description, message) => {
    const ingest = await start()
    await deliver(ingest, 'call-1')
    ingest.child.kill('SIGTERM')
    await ingest.ended
    const segments = join(stage.directory, 'spool', '0', 'segments')
    await writeFile(join(segments, 'segment-log.json'), description)
    const contents = async () => Promise.all((await readdir(segments)).sort().map(async (name) => [name, await readFile(join(segments, name), 'hex')]))
    const before = await contents()
    expect(await refusal({})).toContain(message)
    expect(await contents()).toEqual(before)
  })

  it.skipIf(!existsSync(MEMORY))('for a spool in memory, and says so where that is allowed', async () => {
    const directory = await mkdtemp(join(MEMORY, 'rollcall-ingest-'))
    try {
      const spool = { INGEST_SPOOL_DIR: join(directory, 'spool') }
      expect(await refusal({ ...spool, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'false' })).toMatch(/^INGEST_SPOOL_DIR: .* is on a file system in memory; needed is a folder on a local disk/)
      const allowed = await start(spool)
      allowed.child.kill('SIGTERM')
      expect((await allowed.ended).out).toContain('spool.in-memory')
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

  it('for a port that is taken', async () => {
    const ingest = await start()
    expect(await refusal({ INGEST_PORT: new URL(ingest.public).port, INGEST_SPOOL_DIR: join(stage.directory, 'other-spool') })).toContain('INGEST_PORT is')
  })
})
