/** R12: the spool's disk fills up while Kafka is away, so that nothing on it can be given back, and gets space again. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSmallDisk } from '@rollcall/ingest/testing/disk-faults/small-disk'
import { startIngest } from '../ingest/start-ingest.ts'
import { type Figure, inMs } from './figure.ts'
import { isKept, type Sent, steadyLoad } from './steady-load.ts'

const MIB = 1024 ** 2
const DISK_BYTES = 64 * MIB
const PER_SECOND = 200
const LOOK_EVERY_MS = 20
const NOBODY = '127.0.0.1:9'

export const measureFullDisk = async (options: {
  readonly directory: string
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}): Promise<readonly Figure[]> => {
  const { onLine, signal } = options
  const directory = join(options.directory, 'full-disk')
  await mkdir(directory, { recursive: true })
  const disk = await createSmallDisk(join(directory, 'disk'), DISK_BYTES)
  const stops: (() => Promise<void>)[] = [disk.remove]
  try {
    onLine(`a disk of ${DISK_BYTES / MIB} MiB, by ${disk.how}`)
    const ingest = await startIngest({
      processes: 1,
      brokers: [NOBODY],
      directory: join(directory, 'ingest'),
      profileDirectory: null,
      signal,
      env: { INGEST_SPOOL_DIR: disk.directory, KAFKA_ACK_WAIT_MS: '0', ...disk.env },
    })
    stops.push(ingest.stop)
    const isReady = async (): Promise<boolean> => (await fetch(ingest.readyUrl)).status === 200
    const since = async (began: number, what: () => Promise<boolean> | boolean): Promise<number> => {
      while (!(await what())) await sleep(LOOK_EVERY_MS, undefined, { signal })
      return performance.now() - began
    }
    const load = steadyLoad(ingest.url, PER_SECOND, '0001')
    stops.push(load.stop)
    const before = await isReady()

    await disk.takeUp(0.91 * DISK_BYTES)
    const unreadyMs = await since(performance.now(), async () => !(await isReady()))
    const keptAtNinety = load.sent.slice(-10).every(isKept)
    await disk.takeUp(DISK_BYTES).catch(() => {})
    const fullAt = performance.now()
    const refusedOf = (): readonly Sent[] => load.sent.filter(({ status }) => status === 503)
    await since(fullAt, () => refusedOf().length > PER_SECOND)
    const slowestRefusalMs = Math.max(...refusedOf().map(({ tookMs }) => tookMs))
    await sleep(5_000, undefined, { signal })

    await disk.takeUp(1)
    const roomAt = performance.now()
    const takenMs = await since(roomAt, () => load.sent.some((one) => one.at >= roomAt && isKept(one)))
    const readyMs = await since(roomAt, isReady)
    await load.stop()
    const others = load.sent.filter((one) => !isKept(one) && one.status !== 503).length
    const afterRoom = load.sent.filter(({ at }) => at >= roomAt + 1_000)
    const { spool } = await ingest.status()
    const kept = load.sent.filter(isKept).length
    return [
      { goal: 'R12', what: 'not ready after the disk was 91 % full', measured: inMs(unreadyMs), needed: '≤ 5000 ms', met: before && unreadyMs <= 5_000 },
      { goal: 'R12', what: 'deliveries still kept while it was', measured: keptAtNinety ? 'yes' : 'no', needed: 'yes', met: keptAtNinety },
      {
        goal: 'R12',
        what: `slowest of ${refusedOf().length} refusals with 503 while it was full`,
        measured: inMs(slowestRefusalMs),
        needed: '≤ 1000 ms',
        met: slowestRefusalMs <= 1_000,
      },
      { goal: 'R12', what: 'other answers, or none', measured: String(others), needed: '0', met: others === 0 },
      { goal: 'R12', what: 'first delivery kept after there was space', measured: inMs(takenMs), needed: '≤ 10000 ms', met: takenMs <= 10_000 },
      { goal: 'R12', what: 'ready after there was space', measured: inMs(readyMs), needed: '≤ 10000 ms', met: readyMs <= 10_000 },
      {
        goal: 'R12',
        what: `kept of the ${afterRoom.length} that came a second after`,
        measured: String(afterRoom.filter(isKept).length),
        needed: 'all',
        met: afterRoom.every(isKept),
      },
      { goal: 'R12', what: `records in the spool, of ${kept} acknowledged`, measured: String(spool.records), needed: String(kept), met: spool.records === kept },
      { goal: 'R12', what: 'torn or damaged bytes', measured: String(spool.quarantinedBytes), needed: '0', met: spool.quarantinedBytes === 0 },
    ]
  } finally {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop()
    await rm(directory, { recursive: true, force: true })
  }
}
