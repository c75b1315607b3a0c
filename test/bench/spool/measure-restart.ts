/** R14: ingest starts on a spool of a gigabyte that no log has, with Kafka there and with Kafka away. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { packRecord } from '@rollcall/event-log/pack-record'
import { startKafka } from '@rollcall/local/kafka/start-kafka'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { openSegmentLog } from '@rollcall/segment-log/open-segment-log'
import { prepareTopics } from '../ingest/bench-topics.ts'
import { startIngest } from '../ingest/start-ingest.ts'
import { callbackBodies } from '../load/callback-body.ts'
import { type Figure, inMs } from './figure.ts'

const SPOOL_BYTES = 1024 ** 3
const GROUP = 2_000
const NOBODY = '127.0.0.1:9'
const READY_MS = 2_000

export const measureRestart = async (options: {
  readonly directory: string
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}): Promise<readonly Figure[]> => {
  const { onLine, signal } = options
  const directory = join(options.directory, 'restart')
  await mkdir(directory, { recursive: true })
  try {
    onLine('a spool of a gigabyte is written')
    const records = await fillSpool(join(directory, 'ingest', 'spool', '0', 'segments'), signal)
    const away = await start(directory, [NOBODY], signal)
    const kafka = await startKafka({ directory: join(directory, 'kafka'), cacheDirectory: join(PROJECT_ROOT, '.cache'), nodes: 1, onLine, signal })
    const there = await (async () => {
      try {
        await prepareTopics(kafka.brokers, [OBSERVATIONS_TOPIC], true)
        return await start(directory, kafka.brokers, signal)
      } finally {
        await kafka.stop()
      }
    })()
    return [
      { goal: 'R14', what: `ready on a spool of 1 GiB (${records} records), Kafka there`, measured: inMs(there), needed: `≤ ${READY_MS} ms`, met: there <= READY_MS },
      { goal: 'R14', what: 'ready on the same, Kafka away', measured: inMs(away), needed: `≤ ${READY_MS} ms`, met: away <= READY_MS },
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** From before the process is started until its port says that it is ready. */
const start = async (directory: string, brokers: readonly string[], signal: AbortSignal): Promise<number> => {
  const ingest = await startIngest({ processes: 1, brokers, directory: join(directory, 'ingest'), profileDirectory: null, signal })
  await ingest.kill()
  return ingest.readyAfterMs
}

const fillSpool = async (directory: string, signal: AbortSignal): Promise<number> => {
  const log = await openSegmentLog({ directory, tailBytesMax: 0 })
  const body = callbackBodies('0001')
  let records = 0
  while (log.stats().bytes < SPOOL_BYTES) {
    signal.throwIfAborted()
    await log.append(Array.from({ length: GROUP }, () => packRecord(toLogRecord(observationOf(Buffer.from(body()))))))
    records += GROUP
  }
  await log.close()
  return records
}

const observationOf = (payload: Buffer) => ({
  id: randomUUID(),
  account: 'bench',
  surface: 'status-callback' as const,
  callSid: null,
  receivedAt: Date.now(),
  source: '/rollcall/ingest/bench/0',
  method: 'POST',
  query: null,
  contentType: 'application/json',
  scanId: null,
  leaseEpoch: null,
  payloadSha256: createHash('sha256').update(payload).digest('hex'),
  traceparent: null,
  utcOffsetMinutes: 330,
  payload,
})
