import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDiskFaults, type DiskFaults, INJECTORS } from './testing/disk-faults/disk-faults.ts'
import type { IngestProcess } from './testing/ingest-process.ts'
import { deliver, drained, findingsIn } from './testing/kill-in-the-middle.ts'
import { createStage, type Stage } from './testing/stage.ts'
import { until } from './testing/until.ts'

const SENDERS = 8
const NOTHING_WRONG = { missing: [], doubled: [], altered: [] }

let stage: Stage
let acknowledged: Set<string>
let refused: number
let said: string
let sent: number
beforeEach(async () => {
  stage = await createStage()
  acknowledged = new Set()
  refused = 0
  said = ''
  sent = 0
})
afterEach(() => stage.close())

const start = async (env: Readonly<Record<string, string>> = {}): Promise<IngestProcess> => {
  const ingest = await stage.start({ KAFKA_ACK_WAIT_MS: '50', ...env })
  ingest.child.stdout?.on('data', (text) => {
    said += text
  })
  return ingest
}
const send = async (ingest: IngestProcess): Promise<number> => {
  const callSid = `call-${sent++}`
  const { status } = await deliver(ingest, callSid)
  if (status === 200) acknowledged.add(callSid)
  if (status === 503) refused += 1
  return status
}
const load = async (ingest: IngestProcess, enough: () => boolean): Promise<void> => {
  const sender = async (): Promise<void> => {
    while (!enough()) await send(ingest)
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
}
const ready = async (ingest: IngestProcess): Promise<number> => (await fetch(`${ingest.public}/readyz`)).status
const spools = () => join(stage.directory, 'spool')
const segmentsDirectory = () => join(spools(), '0', 'segments')
const eventsOf = (event: string) =>
  said
    .split('\n')
    .filter((line) => line.includes(`"${event}"`))
    .map((line) => JSON.parse(line))
const killed = async (ingest: IngestProcess): Promise<void> => {
  ingest.child.kill('SIGKILL')
  await ingest.ended
}

describe('a spool that is removed under ingest', () => {
  it.each([
    ['its segments are deleted', () => rm(segmentsDirectory(), { recursive: true, force: true })],
    ['all spools are deleted', () => rm(spools(), { recursive: true, force: true })],
    ['its folder is moved away', () => rename(segmentsDirectory(), join(stage.directory, 'elsewhere'))],
  ] as const)('%s, with the log away: after a kill everything acknowledged is there, before and behind it', async (_how, remove) => {
    const ingest = await start()
    await load(ingest, () => acknowledged.size >= 100)
    await stage.logGoesAway()
    await load(ingest, () => acknowledged.size >= 200)
    // Another may be told to delete what is being made again.
    await remove().catch(remove)
    await load(ingest, () => acknowledged.size >= 400)
    expect(refused).toBeLessThanOrEqual(2 * SENDERS)
    expect(eventsOf('spool.displaced').length).toBeGreaterThan(0)
    expect((await readdir(segmentsDirectory())).filter((name) => name.endsWith('.segment')).length).toBeGreaterThanOrEqual(2)
    await killed(ingest)
    const next = await start()
    await stage.logComesBack()
    await drained(next)
    expect(findingsIn(await stage.observations(), acknowledged)).toEqual(NOTHING_WRONG)
  })

  it('while nothing comes is found all the same, and the next delivery is taken', async () => {
    const ingest = await start()
    await stage.logGoesAway()
    for (let count = 0; count < 5; count += 1) expect(await send(ingest)).toBe(200)
    await rm(spools(), { recursive: true })
    await until('it is put back', () => eventsOf('spool.displaced').length > 0, 5_000)
    expect(await send(ingest)).toBe(200)
    expect(await ready(ingest)).toBe(200)
    await killed(ingest)
    const next = await start()
    await stage.logComesBack()
    await drained(next)
    expect(findingsIn(await stage.observations(), acknowledged)).toEqual(NOTHING_WRONG)
  })
})

describe(`a disk, ${INJECTORS[0]},`, () => {
  let disk: DiskFaults
  beforeEach(() => {
    disk = createDiskFaults(INJECTORS[0], stage.directory, segmentsDirectory())
  })

  it('that becomes read-only: deliveries are refused and the host is not ready until it is not, and the process stays', async () => {
    const ingest = await start(disk.env)
    await load(ingest, () => acknowledged.size >= 50)
    await disk.fail('write', 'EROFS', 'always')
    for (let count = 0; count < 10; count += 1) expect(await send(ingest)).toBe(503)
    await until('it is not ready', async () => (await ready(ingest)) === 503, 5_000)
    await disk.heal()
    await until('it is ready', async () => (await ready(ingest)) === 200, 5_000)
    expect(await send(ingest)).toBe(200)
    await killed(ingest)
    await drained(await start())
    expect(findingsIn(await stage.observations(), acknowledged)).toEqual(NOTHING_WRONG)
  })

  it('that does not give a block of the newest segment: ingest starts, forwards the rest, and tells what it could not read', async () => {
    const before = await start()
    await stage.logGoesAway()
    await load(before, () => acknowledged.size >= 100)
    await killed(before)
    await disk.failReading(1)
    const ingest = await start(disk.env)
    expect(await send(ingest)).toBe(200)
    await stage.logComesBack()
    await until('it cannot read', async () => (await ingest.status()).problem?.includes('EIO') === true)
    expect((await ingest.status()).spool.oldestAt).not.toBeNull()
    await drained(ingest)
    const { quarantinedBytes, oldestAt } = (await ingest.status()).spool
    expect([quarantinedBytes > 0, oldestAt]).toEqual([true, null])
    expect(eventsOf('spool.damaged')).toEqual([expect.objectContaining({ kind: 'unreadable', to: expect.any(Number) })])
    const findings = findingsIn(await stage.observations(), acknowledged)
    expect([findings.doubled, findings.altered]).toEqual([[], []])
    // Those that lie in the block, and no other.
    expect(findings.missing.length).toBeGreaterThan(0)
    expect(findings.missing.length).toBeLessThan(20)
  })
})
