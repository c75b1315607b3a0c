/** R10 and R11: a steady load that ingest must bear, then as many connections as it takes and more, then the steady load again. */
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
const NORMAL_MS = 10_000
const SUSTAINED_PER_SECOND = 2_000
/** Until both V8 and the broker have compiled what they do: not what is sustained. */
const WARM_UP_MS = 5_000
const SUSTAINED_MS = 10_000
/** Ingest takes 4,096 connections and works on 2,048 deliveries at once. */
const CONNECTIONS = 4_000
const OVERLOAD_SECONDS = 10
const WATCH_MS = 10_000
const BUCKET_MS = 500
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
    const warming = await steadily(SUSTAINED_PER_SECOND, '0001', WARM_UP_MS)
    const sustained = await steadily(SUSTAINED_PER_SECOND, '0002', SUSTAINED_MS)
    const beforeAt = performance.now()
    const normalP99 = Math.max(...bucketsOf(await steadily(NORMAL_PER_SECOND, '0006', NORMAL_MS), beforeAt, NORMAL_MS).map(({ p99 }) => p99))
    const capacity = await runLoad({ url: ingest.url, connections: 64, seconds: 4, mark: '0003' }, signal)
    onLine(`${CONNECTIONS} connections at once`)
    const overload = await runLoad({ url: ingest.url, connections: CONNECTIONS, seconds: OVERLOAD_SECONDS, mark: '0004' }, signal)
    const overAt = performance.now()
    const after = await steadily(NORMAL_PER_SECOND, '0005', WATCH_MS)
    const peakRssBytes = Math.max(...treeUsage(ingest.pid).map((usage) => usage.peakRssBytes))
    const lastBad = bucketsOf(after, overAt, WATCH_MS).findLast(({ p99 }) => !(p99 <= normalP99))
    const normalAfterMs = lastBad === undefined ? 0 : lastBad.to - overAt

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
        what: `answered 2xx of ${warming.length + sustained.length} at ${SUSTAINED_PER_SECOND}/s`,
        measured: String([...warming, ...sustained].filter(isKept).length),
        needed: 'all',
        met: [...warming, ...sustained].every(isKept),
      },
      {
        goal: 'R10',
        what: `p99 at ${SUSTAINED_PER_SECOND}/s, synced before 200, after ${WARM_UP_MS / 1_000} s of it`,
        measured: inMs(sustainedP99),
        needed: '≤ 25 ms',
        met: sustainedP99 <= 25,
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
        what: `p99 of each half second at ${NORMAL_PER_SECOND}/s is as before (≤ ${inMs(normalP99)}) after`,
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

/** Of each half second, by when a delivery was due. */
const bucketsOf = (sent: readonly Sent[], began: number, ms: number): readonly { readonly to: number; readonly p99: number }[] =>
  Array.from({ length: ms / BUCKET_MS }, (_, index) => began + index * BUCKET_MS).map((from) => ({
    to: from + BUCKET_MS,
    p99: quantile(
      sent.filter(({ at }) => from <= at && at < from + BUCKET_MS).map(({ tookMs }) => tookMs),
      0.99,
    ),
  }))
