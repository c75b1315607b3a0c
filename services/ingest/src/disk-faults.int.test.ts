import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDiskFaults, type DiskFaults, INJECTORS } from './testing/disk-faults/disk-faults.ts'
import { createSmallDisk, type SmallDisk } from './testing/disk-faults/small-disk.ts'
import type { IngestProcess } from './testing/ingest-process.ts'
import { deliver, drained, findingsIn } from './testing/kill-in-the-middle.ts'
import { createStage, type Stage } from './testing/stage.ts'
import { until } from './testing/until.ts'

const SENDERS = 8
const MIB = 1024 * 1024
const NOTHING_WRONG = { missing: [], doubled: [], altered: [] }

let stage: Stage
let acknowledged: Set<string>
let refused: number
beforeEach(async () => {
  stage = await createStage()
  acknowledged = new Set()
  refused = 0
})
afterEach(() => stage.close())

let sent = 0
/** One delivery, written into the book: its status, or null where there was no answer. */
const send = async (ingest: IngestProcess): Promise<number | null> => {
  const callSid = `call-${sent++}`
  const status = await deliver(ingest, callSid).then(
    (answer) => answer.status,
    () => null,
  )
  if (status === 200) acknowledged.add(callSid)
  if (status === 503) refused += 1
  return status
}
/** Deliveries from several senders at once, until `enough`. */
const load = async (ingest: IngestProcess, enough: () => boolean): Promise<void> => {
  const sender = async (): Promise<void> => {
    while (!enough()) await send(ingest)
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
}
const ready = async (ingest: IngestProcess): Promise<number> => (await fetch(`${ingest.public}/readyz`)).status
const segmentsDirectory = () => join(stage.directory, 'spool', '0', 'segments')
const segments = async () => (await readdir(segmentsDirectory())).filter((name) => name.endsWith('.segment'))
const findings = async () => findingsIn(await stage.observations(), acknowledged)

const FAULTS = [
  ['a sync', 'fdatasync', 'EIO'],
  ['a write', 'write', 'EIO'],
  ['half a write', 'write', 'short'],
] as const
const [INJECTOR, ...OTHERS] = INJECTORS

describe(`a disk that fails ${INJECTOR}`, () => {
  let disk: DiskFaults
  beforeEach(() => {
    disk = createDiskFaults(INJECTOR, stage.directory, segmentsDirectory())
  })

  // The other way to fail is for machines without a compiler; here it is looked at once, so that it works there.
  it.each([...FAULTS.map((fault) => [...fault, INJECTOR] as const), ...OTHERS.map((other) => [...FAULTS[2], other] as const)])(
    '%s, under load: that group is refused, its segment closed, and nothing acknowledged is lost (%s %s, %s)',
    async (_what, operation, kind, injector) => {
      if (injector !== INJECTOR) disk = createDiskFaults(injector, stage.directory, segmentsDirectory())
      const ingest = await stage.start(disk.env)
      await load(ingest, () => acknowledged.size >= 100)
      expect(await segments()).toHaveLength(1)
      await disk.fail(operation, kind, 'once')
      await load(ingest, () => refused > 0)
      expect(refused).toBeLessThanOrEqual(SENDERS)
      await load(ingest, () => acknowledged.size >= 300)
      expect(await segments()).toHaveLength(2)
      ingest.child.kill('SIGKILL')
      await ingest.ended
      await drained(await stage.start())
      expect(await findings()).toEqual(NOTHING_WRONG)
    },
  )

  it('for good: ingest says so, ends with 1, and its successor on a sound disk has everything', async () => {
    const ingest = await stage.start(disk.env)
    await load(ingest, () => acknowledged.size >= 50)
    await disk.fail('fdatasync', 'EIO', 'always')
    const statuses: (number | null)[] = []
    await until('the process has ended', async () => {
      statuses.push(await send(ingest))
      return ingest.child.exitCode !== null
    })
    expect(statuses.slice(0, 2)).toEqual([503, 503])
    expect(statuses).not.toContain(200)
    const { code, out } = await ingest.ended
    expect([code, out]).toEqual([1, expect.stringContaining('takes no more records: 2 failures in a row')])
    await disk.heal()
    const next = await stage.start()
    expect(await send(next)).toBe(200)
    await drained(next)
    expect(await findings()).toEqual(NOTHING_WRONG)
  })

  it('by being slow: answers wait for it, and a kill in the middle loses nothing that was answered', async () => {
    const ingest = await stage.start(disk.env)
    await disk.slow(300)
    const began = performance.now()
    expect(await send(ingest)).toBe(200)
    expect(performance.now() - began).toBeGreaterThan(300)
    const loading = load(ingest, () => ingest.child.exitCode !== null || ingest.child.signalCode !== null)
    await until('some are acknowledged', () => acknowledged.size >= 2 * SENDERS)
    ingest.child.kill('SIGKILL')
    await loading
    await disk.heal()
    await drained(await stage.start())
    expect(await findings()).toEqual(NOTHING_WRONG)
  })

  it('by not coming back: after five seconds deliveries are refused at once, and taken when it is back', async () => {
    const ingest = await stage.start(disk.env)
    await disk.slow(8_000)
    const stuck = send(ingest)
    await until('it is not ready', async () => (await ready(ingest)) === 503)
    const began = performance.now()
    expect(await send(ingest)).toBe(503)
    expect(performance.now() - began).toBeLessThan(1_000)
    await disk.heal()
    expect(await stuck).toBe(200)
    await until('it is ready', async () => (await ready(ingest)) === 200)
    expect(await send(ingest)).toBe(200)
    await drained(ingest)
    expect(await findings()).toEqual(NOTHING_WRONG)
  })
})

describe('a disk that is full', () => {
  /** Two segments and a half: the newest is never given back. */
  const DISK_BYTES = 40 * MIB
  let disk: SmallDisk
  beforeEach(async () => {
    disk = await createSmallDisk(join(stage.directory, 'small-disk'), DISK_BYTES)
  })
  afterEach(() => disk.remove())
  const start = (settings: Readonly<Record<string, string>> = {}) => stage.start({ INGEST_SPOOL_DIR: disk.directory, KAFKA_ACK_WAIT_MS: '50', ...disk.env, ...settings })

  it('takes the host out of the balance at 90 %, refuses within a second when there is no space, and takes deliveries again within ten of there being some', async () => {
    const ingest = await start()
    await stage.logGoesAway()
    for (let count = 0; count < 20; count += 1) expect(await send(ingest)).toBe(200)
    await disk.takeUp(0.85 * DISK_BYTES)
    await sleep(1_500)
    expect(await ready(ingest)).toBe(200)
    await disk.takeUp(0.92 * DISK_BYTES)
    await until('it is not ready', async () => (await ready(ingest)) === 503, 3_000)
    expect(await send(ingest)).toBe(200)

    await disk.takeUp(DISK_BYTES).catch(() => {})
    const body = 'x'.repeat(200_000)
    const sendLarge = () => fetch(`${ingest.hook}/status-callback`, { method: 'POST', body })
    let answer = await sendLarge()
    for (let count = 0; answer.status === 200 && count < 20; count += 1) answer = await sendLarge()
    const began = performance.now()
    answer = await sendLarge()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(await ready(ingest)).toBe(503)
    expect((await ingest.status()).accounts[stage.account]?.refused['spool-full']).toBeGreaterThan(0)

    await disk.takeUp(1)
    await until('it is taken', async () => (await send(ingest)) === 200, 10_000)
    await until('it is ready', async () => (await ready(ingest)) === 200, 10_000)
    await stage.logComesBack()
    await drained(ingest)
    expect((await ingest.status()).spool.quarantinedBytes).toBe(0)
    const observations = (await stage.observations()).filter(({ callSid }) => callSid !== null)
    expect(findingsIn(observations, acknowledged)).toEqual(NOTHING_WRONG)
  })

  it('of several workers shows on the admin port too, with why', async () => {
    const ingest = await start({ INGEST_WORKERS: '2' })
    const shown = async () => {
      const answer = await fetch(`${ingest.admin}/readyz`)
      return `${answer.status} ${await answer.text()}`
    }
    await until('both receive', async () => (await ingest.status()).workers === 2)
    expect(await shown()).toBe('200 ready\n')
    await disk.takeUp(0.92 * DISK_BYTES)
    await until('it is not ready', async () => /^503 not ready: worker [01]: .*disk/.test(await shown()), 3_000)
    expect((await fetch(`${ingest.admin}/livez`)).status).toBe(200)
    await disk.takeUp(1)
    await until('it is ready', async () => (await shown()) === '200 ready\n', 10_000)
  })

  it('is given back what the log has, before any delivery is refused for want of it', async () => {
    const ingest = await start()
    const body = 'x'.repeat(250_000)
    const most = Math.ceil((1.5 * DISK_BYTES) / body.length)
    for (let count = 0; count < most; count += 1) {
      const answer = await fetch(`${ingest.hook}/status-callback`, { method: 'POST', body })
      expect(answer.status, `delivery ${count} of ${most}`).toBe(200)
      if (count % 20 === 19) await drained(ingest)
    }
    expect((await ingest.status()).spool.bytes).toBeLessThan(DISK_BYTES)
  })
})
