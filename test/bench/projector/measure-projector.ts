/** The real projector and the bare SQL ceiling in turns, each on a new database of the same server, over the same observations. */

import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATION_PARTITIONS, OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import type { LogRecord } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { captureTransactions, type Transaction } from './capture-transactions.ts'
import { type Drain, drainLog } from './drain-log.ts'
import { planObservations } from './plan-observations.ts'
import { projectionContents } from './projection-contents.ts'
import { replayTransactions } from './replay-transactions.ts'

const OBSERVATIONS = 200_000
const APPENDED_AT_ONCE = 2_000
const APPEND_MS_MAX = 30_000

export interface ProjectorFigures {
  readonly observations: number
  readonly calls: number
  readonly drains: readonly Drain[]
  readonly ceilingSeconds: readonly number[]
}

export interface MeasureProjectorOptions {
  readonly brokers: readonly string[]
  readonly superuserUrl: string
  readonly databaseUrl: string
  readonly directory: string
  readonly rounds: number
  readonly profileDirectory: string | null
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}

export const measureProjector = async ({ onLine, ...options }: MeasureProjectorOptions): Promise<ProjectorFigures> => {
  const { brokers, superuserUrl, rounds, signal } = options
  const observations = planObservations(OBSERVATIONS)
  const records = observations.map(toLogRecord)
  await fill(brokers, records)
  onLine(`  ${records.length} observations in the log`)

  const onDatabase = async <T>(work: (databaseUrl: string) => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    const { databaseUrl, drop } = await createTestDatabase(superuserUrl, options.databaseUrl)
    try {
      return await work(databaseUrl)
    } finally {
      await drop()
    }
  }
  const drains: Drain[] = []
  const ceilingSeconds: number[] = []
  let transactions: readonly (readonly Transaction[])[] | null = null
  for (let round = 1; round <= rounds; round += 1) {
    const [drain, projected] = await onDatabase(async (databaseUrl) => [
      await drainLog({ ...options, databaseUrl, records: records.length }),
      await projectionContents(databaseUrl),
    ])
    // In batches as large as the projector's own turned out to be.
    transactions ??= await captureTransactions(records, OBSERVATION_PARTITIONS, Math.round(drain.recordsPerTransaction))
    const ceiling = transactions
    const [seconds, replayed] = await onDatabase(async (databaseUrl) => [await replayTransactions(databaseUrl, ceiling), await projectionContents(databaseUrl)])
    if (replayed !== projected) throw new Error(`the ceiling is not the projector's work: it wrote ${replayed}, and the projector ${projected}`)
    drains.push(drain)
    ceilingSeconds.push(seconds)
    onLine(`  round ${round}: projector ${Math.round(records.length / drain.seconds)}/s, bare SQL ${Math.round(records.length / seconds)}/s`)
  }
  return { observations: records.length, calls: new Set(observations.map(({ callSid }) => callSid)).size, drains, ceilingSeconds }
}

const fill = async (brokers: readonly string[], records: readonly LogRecord[]): Promise<void> => {
  const log = await openEventLog({ kafkaBrokers: brokers, clientId: 'bench' })
  try {
    await log.ensureTopics(TOPICS)
    for (let first = 0; first < records.length; first += APPENDED_AT_ONCE) {
      await log.append(OBSERVATIONS_TOPIC, records.slice(first, first + APPENDED_AT_ONCE), { deadlineMs: APPEND_MS_MAX })
    }
  } finally {
    await log.close()
  }
}
