/** R10 and R11: a steady load that ingest must bear and a burst, then as many connections as it takes and more, then the steady load again. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { startKafka } from '@rollcall/local/kafka/start-kafka'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { prepareTopics } from '../ingest/bench-topics.ts'
import { startIngest } from '../ingest/start-ingest.ts'
import { runLoad } from '../load/run-load.ts'
import { treeUsage } from '../process-usage.ts'
import { type Figure, inMs, quantile } from './figure.ts'
import { readLog } from './read-log.ts'
import { isKept, type Sent, steadyLoad } from './steady-load.ts'

const NORMAL_PER_SECOND = 200
const NORMAL_MS = 20_000
const SUSTAINED_PER_SECOND = 2_000
/** Until both V8 and the broker have compiled what they do: not what is sustained. */
const WARM_UP_MS = 5_000
const SUSTAINED_MS = 10_000
const BURST_PER_SECOND = 5_000
const BURST_MS = 60_000
/** Ingest takes 4,096 connections and works on 2,048 deliveries at once. */
const CONNECTIONS = 4_000
const OVERLOAD_SECONDS = 10
const WATCH_MS = 10_000
/** A thousand deliveries: of fewer, the slowest hundredth is chance. */
const SPAN_MS = 5_000
const STEP_MS = 500
const MIB = 1024 ** 2

export const measureOverload = async (options: {
  readonly directory: string
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}): Promise<readonly Figure[]> => {
  const { onLine, signal } = options
  const directory = join(options.directory, 'overload')
  await mkdir(directory, { recursive: true })
  const kafka = await startKafka({ directory: join(directory, 'kafka'), cacheDirectory: join(PROJECT_ROOT, '.cache'), nodes: 1, onLine, signal })
  const stops: (() => Promise<void>)[] = [kafka.stop]
  try {
    await prepareTopics(kafka.brokers, [OBSERVATIONS_TOPIC], false)
    const ingest = await startIngest({ processes: 1, brokers: kafka.brokers, directory: join(directory, 'ingest'), profileDirectory: null, signal })
    stops.push(ingest.stop)
    const steadily = async (perSecond: number, mark: string, ms: number) => {
      const load = steadyLoad(ingest.url, perSecond, mark)
      await sleep(ms, undefined, { signal })
      await load.stop()
      return load.sent
    }
    onLine(`${SUSTAINED_PER_SECOND} deliveries a second`)
    const sustainedAt = performance.now() + WARM_UP_MS
    const all = await steadily(SUSTAINED_PER_SECOND, '0002', WARM_UP_MS + SUSTAINED_MS)
    const sustained = all.filter(({ at }) => at >= sustainedAt)
    const beforeAt = performance.now()
    const before = await steadily(NORMAL_PER_SECOND, '0006', NORMAL_MS)
    const normalP99 = Math.max(...spans(NORMAL_MS, SPAN_MS).map((from) => p99From(before, beforeAt + from)))
    onLine(`${BURST_PER_SECOND} deliveries a second`)
    const burst = await steadily(BURST_PER_SECOND, '0007', BURST_MS)
    const capacity = await runLoad({ url: ingest.url, connections: 64, seconds: 4, mark: '0003' }, signal)
    onLine(`${CONNECTIONS} connections at once`)
    const overload = await runLoad({ url: ingest.url, connections: CONNECTIONS, seconds: OVERLOAD_SECONDS, mark: '0004' }, signal)
    const overAt = performance.now()
    const after = await steadily(NORMAL_PER_SECOND, '0005', WATCH_MS)
    const peakRssBytes = Math.max(...treeUsage(ingest.pid).map((usage) => usage.peakRssBytes))
    const normalAfterMs = spans(WATCH_MS, STEP_MS).find((from) => p99From(after, overAt + from) <= normalP99) ?? Number.POSITIVE_INFINITY

    const status = await ingest.status()
    const counts = Object.values(status.accounts)[0]
    while ((await ingest.status()).spool.records > 0) await sleep(50, undefined, { signal })
    const log = await readLog(kafka.brokers)
    const received = counts?.received ?? 0
    const sustainedP99 = quantile(
      sustained.map(({ tookMs }) => tookMs),
      0.99,
    )
    return [
      {
        goal: 'R10',
        what: `answered 2xx of ${all.length} at ${SUSTAINED_PER_SECOND}/s`,
        measured: String(all.filter(isKept).length),
        needed: 'all',
        met: all.every(isKept),
      },
      {
        goal: 'R10',
        what: `p99 at ${SUSTAINED_PER_SECOND}/s, synced before 200, after ${WARM_UP_MS / 1_000} s of it`,
        measured: inMs(sustainedP99),
        needed: '≤ 25 ms',
        met: sustainedP99 <= 25,
      },
      {
        goal: 'R10',
        what: `answered 2xx of ${burst.length} at ${BURST_PER_SECOND}/s for ${BURST_MS / 1_000} s`,
        measured: String(burst.filter(isKept).length),
        needed: 'all',
        met: burst.every(isKept),
      },
      { goal: 'R11', what: 'capacity at 64 connections', measured: `${Math.round(capacity.perSecond)}/s`, needed: '', met: null },
      {
        goal: 'R11',
        what: `with ${CONNECTIONS} connections: kept, refused with 503, without an answer`,
        measured: `${overload.answered}, ${overload.otherAnswers}, ${overload.errors}`,
        needed: '',
        met: null,
      },
      { goal: 'R11', what: 'p50 and p99 of those that were kept meanwhile', measured: `${inMs(overload.p50Ms)}, ${inMs(overload.p99Ms)}`, needed: '', met: null },
      { goal: 'R11', what: 'most memory ever resident', measured: `${Math.round(peakRssBytes / MIB)} MiB`, needed: '≤ 512 MiB', met: peakRssBytes <= 512 * MIB },
      {
        goal: 'R11',
        what: `p99 of the ${SPAN_MS / 1_000} s from then on at ${NORMAL_PER_SECOND}/s is as before (≤ ${inMs(normalP99)}) after`,
        measured: inMs(normalAfterMs),
        needed: '≤ 5000 ms',
        met: normalAfterMs <= 5_000,
      },
      { goal: 'R11', what: 'answered 200 and not in the log', measured: String(received - log.ids), needed: '≤ 0', met: received <= log.ids },
      { goal: 'R11', what: 'refused, by reason', measured: JSON.stringify({ ...counts?.refused, ...status.refused }).replaceAll('"', ''), needed: '', met: null },
    ]
  } finally {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Where each span of `SPAN_MS` begins that lies within `ms`. */
const spans = (ms: number, stepMs: number): readonly number[] => Array.from({ length: Math.floor((ms - SPAN_MS) / stepMs) + 1 }, (_, nth) => nth * stepMs)

/** Of those that were due in the span. */
const p99From = (sent: readonly Sent[], from: number): number =>
  quantile(
    sent.filter(({ at }) => from <= at && at < from + SPAN_MS).map(({ tookMs }) => tookMs),
    0.99,
  )
