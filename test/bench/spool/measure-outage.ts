/** R9: Kafka is killed under a steady load and comes back later. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { startKafka } from '@rollcall/local/kafka/start-kafka'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { prepareTopics } from '../ingest/bench-topics.ts'
import { startIngest } from '../ingest/start-ingest.ts'
import { type Figure, inMs, quantile } from './figure.ts'
import { readLog } from './read-log.ts'
import { isKept, type Sent, steadyLoad } from './steady-load.ts'

const PER_SECOND = 200
const BEFORE_MS = 5_000
const AFTER_MS = 5_000
const DRAIN_MS_MAX = 600_000
const LOOK_EVERY_MS = 50
const MIB = 1024 ** 2

export const measureOutage = async (options: {
  readonly directory: string
  readonly seconds: number
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}): Promise<readonly Figure[]> => {
  const { seconds, onLine, signal } = options
  const directory = join(options.directory, 'outage')
  await mkdir(directory, { recursive: true })
  const kafka = await startKafka({ directory: join(directory, 'kafka'), cacheDirectory: join(PROJECT_ROOT, '.cache'), nodes: 1, onLine, signal })
  const node = kafka.nodes[0]
  const stops: (() => Promise<void>)[] = [kafka.stop]
  try {
    await prepareTopics(kafka.brokers, [OBSERVATIONS_TOPIC], true)
    const ingest = await startIngest({ processes: 1, brokers: kafka.brokers, directory: join(directory, 'ingest'), profileDirectory: null, signal })
    stops.push(ingest.stop)
    const load = steadyLoad(ingest.url, PER_SECOND, '0001')
    stops.push(load.stop)
    await sleep(BEFORE_MS, undefined, { signal })

    onLine(`Kafka is killed for ${seconds} s`)
    const downAt = performance.now()
    process.kill(node?.pid ?? 0, 'SIGKILL')
    await sleep(seconds * 1_000, undefined, { signal })
    const spooled = (await ingest.status()).spool
    await node?.stop()
    await node?.start()
    await kafka.ready()
    const upAt = performance.now()
    onLine(`Kafka is back after ${Math.round((upAt - downAt) / 1_000)} s`)

    const forwardedAtUp = (await ingest.status()).forwarded
    let firstAt: number | null = null
    let status = await ingest.status()
    while (status.spool.records > PER_SECOND / 10 && performance.now() - upAt < DRAIN_MS_MAX) {
      await sleep(LOOK_EVERY_MS, undefined, { signal })
      status = await ingest.status()
      if (status.forwarded > forwardedAtUp) firstAt ??= performance.now()
    }
    const drainedAt = performance.now()
    const forwarded = status.forwarded - forwardedAtUp
    await sleep(AFTER_MS, undefined, { signal })
    await load.stop()
    while ((await ingest.status()).spool.records > 0) await sleep(LOOK_EVERY_MS, undefined, { signal })
    const log = await readLog(kafka.brokers)

    const kept = load.sent.filter(isKept)
    const lost = kept.filter(({ callSid }) => !log.calls.has(callSid)).length
    const twice = kept.filter(({ callSid }) => (log.calls.get(callSid)?.size ?? 0) > 1).length
    const between = (from: number, to: number): readonly number[] => load.sent.filter(({ at }) => from <= at && at < to).map(({ tookMs }: Sent) => tookMs)
    const [first, later, draining, after] = [between(downAt, downAt + 2_000), between(downAt + 2_000, upAt), between(upAt, drainedAt), between(drainedAt, Number.POSITIVE_INFINITY)]
    const drainMs = drainedAt - (firstAt ?? upAt)
    const timesRealTime = (forwarded / drainMs / PER_SECOND) * 1_000
    return [
      {
        goal: 'R9',
        what: `answered 2xx of ${load.sent.length} at ${PER_SECOND}/s over a ${Math.round((upAt - downAt) / 1_000)} s outage`,
        measured: String(kept.length),
        needed: 'all',
        met: kept.length === load.sent.length,
      },
      { goal: 'R9', what: 'p99 in the first 2 s', measured: inMs(quantile(first, 0.99)), needed: '≤ 2100 ms', met: quantile(first, 0.99) <= 2_100 },
      { goal: 'R9', what: 'p99 of the rest of the outage', measured: inMs(quantile(later, 0.99)), needed: '≤ 50 ms', met: quantile(later, 0.99) <= 50 },
      { goal: 'R9', what: 'spooled when Kafka was started again', measured: `${spooled.records} records, ${(spooled.bytes / MIB).toFixed(1)} MiB`, needed: '', met: null },
      {
        goal: 'R9',
        what: `drained ${forwarded} records in ${(drainMs / 1_000).toFixed(1)} s, begun ${inMs((firstAt ?? upAt) - upAt)} after Kafka answered`,
        measured: `${timesRealTime.toFixed(0)} × real time`,
        needed: '≥ 10 ×',
        met: timesRealTime >= 10,
      },
      {
        goal: 'R9',
        what: `p99 of the ${draining.length} that came while it drained`,
        measured: inMs(quantile(draining, 0.99)),
        needed: '≤ 50 ms',
        met: draining.length === 0 ? null : quantile(draining, 0.99) <= 50,
      },
      { goal: 'R9', what: 'p99 after', measured: inMs(quantile(after, 0.99)), needed: '', met: null },
      { goal: 'R9', what: 'acknowledged and not in the log', measured: String(lost), needed: '0', met: lost === 0 },
      {
        goal: 'R9',
        what: `acknowledged and there as two observations (${log.records - log.ids} records are there twice under one id, which folds to the same)`,
        measured: String(twice),
        needed: '0',
        met: twice === 0,
      },
    ]
  } finally {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop()
    await rm(directory, { recursive: true, force: true })
  }
}
