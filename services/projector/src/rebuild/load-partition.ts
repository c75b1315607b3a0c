/**
 * One partition, from its first record to where the live projection stood, folded in memory and written by COPY:
 *
 *   read ahead ► read records ► observations to their rows, facts to the calls held ► what is longest held leaves: a call of which nothing was
 *     written goes to `calls`, any other to what was told again
 *
 * Whatever fails, the rebuild begins anew: nothing here is in a transaction with anything else.
 */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { upsertHeartbeats } from '@rollcall/store/heartbeat/upsert-heartbeats'
import { type Connection, type Pool, takeConnection } from '@rollcall/store/pool'
import { insertDeadLetters } from '@rollcall/store/projection/insert-dead-letters'
import { callLoader, type Loader, observationLoader, toldAgainLoader } from '@rollcall/store/rebuild/load-rows'
import { readLiveVersions } from '@rollcall/store/rebuild/read-live-versions'
import { upsertSmsStatuses } from '@rollcall/store/sms/upsert-sms-statuses'
import { atOnce } from '../at-once.ts'
import { batchesOf } from '../read-from.ts'
import type { ReadBatch } from '../read-records.ts'
import { type Leaving, newHeldCalls } from './held-calls.ts'
import type { ReadLog } from './patient-log.ts'
import { newRecordsBelow } from './records-below.ts'
import type { ToldBefore } from './told-before.ts'

/** The connections that one partition at a time is loaded over: one for each of the great tables, and one to read over. */
export const CONNECTIONS_OF_A_LOADER = 3

export interface LoadSpan {
  readonly partition: number
  readonly from: bigint
  /** Where to stop: no record at it or after is folded. */
  readonly to: bigint
}

export interface Loaded {
  readonly partition: number
  readonly next: bigint
  /** Of the last record; null where there was none. */
  readonly lastRecordSha256: string | null
}

export interface LoadOptions {
  readonly log: ReadLog
  /** Of the projection that is loaded. */
  readonly pool: Pool
  readonly toldBefore: ToldBefore
  /** About how much memory may go to calls that are being folded. */
  readonly heldBytesMax: number
  /** Whether the live projection's versions are to go on: where it is to be replaced. To set them later would write each call a second time. */
  readonly keepVersions: boolean
  /** Ends it between two batches. */
  readonly signal: AbortSignal
}

/** When it throws, nothing of it is being written any more. @throws LogUnavailableError, PositionGoneError; an AbortError; what Postgres throws, where it refuses content too (`isContentRefused`). */
export const loadPartition = async ({ log, pool, toldBefore, heldBytesMax, keepVersions, signal }: LoadOptions, { partition, from, to }: LoadSpan): Promise<Loaded> => {
  const connections = await Promise.all([takeConnection(pool), takeConnection(pool)])
  const [forObservations, forCalls] = connections
  const observations = inTurns(observationLoader(partition), forObservations)
  const calls = inTurns(callLoader(), forCalls)
  const toldAgain = inTurns(toldAgainLoader(), forCalls)
  const held = newHeldCalls(heldBytesMax)
  let isWhole = false
  let loaded: Loaded = { partition, next: from, lastRecordSha256: null }

  const leave = async (leaving: Iterable<Leaving>): Promise<void> => {
    for (const part of inParts(leaving)) {
      signal.throwIfAborted()
      const keys = part.map(([, record]) => record)
      const versions = keepVersions ? await readLiveVersions(pool, keys) : null
      for (const [key, record, state] of part) {
        const sent = toldBefore.note(key) ? toldAgain.add(record) : calls.add({ record, baseVersion: (versions?.get(key) ?? 1n) - 1n, state })
        if (sent !== undefined) await sent
      }
    }
  }
  const load = async (batch: ReadBatch): Promise<void> => {
    signal.throwIfAborted()
    for (const [key, news] of batch.calls) held.add(key, news)
    for (const row of batch.observations) {
      const sent = observations.add(row)
      if (sent !== undefined) await sent
    }
    await insertDeadLetters(forObservations, partition, batch.deadLetters)
    await upsertHeartbeats(forObservations, batch.notices.heartbeats)
    await upsertSmsStatuses(forObservations, batch.notices.smsStatuses)
    await leave(held.takeExcess())
    loaded = { partition, next: batch.to, lastRecordSha256: batch.lastRecordSha256 }
  }

  try {
    for await (const records of newRecordsBelow(log, { topic: OBSERVATIONS_TOPIC, partition, from, to }))
      for (const batch of batchesOf(partition, loaded.next, records)) await load(batch)
    await leave(held.takeAll())
    await atOnce(2, [observations, calls], ({ end }) => end())
    await toldAgain.end()
    isWhole = true
    return loaded
  } finally {
    // What was sent may reach the server after whoever closes a connection has gone on, and after tables were emptied: its answer is waited for.
    await Promise.all([observations, calls, toldAgain].map(({ settled }) => settled()))
    for (const connection of connections) connection.release(!isWhole)
  }
}

/** So many versions are asked for at once. */
const LEAVING_AT_ONCE = 1_000

function* inParts(leaving: Iterable<Leaving>): Generator<readonly Leaving[]> {
  let part: Leaving[] = []
  for (const one of leaving) {
    part.push(one)
    if (part.length < LEAVING_AT_ONCE) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}

/** Sends rows as soon as they are enough, one COPY at a time, while more are added: only the one after the next has to wait. */
const inTurns = <Row>(rows: Loader<Row>, db: Connection) => {
  let sending: Promise<void> = Promise.resolve()
  const send = async (): Promise<void> => {
    await sending
    sending = rows.flush(db)
    sending.catch(() => {})
  }
  return {
    /** Returns at once, unless rows must be sent first. */
    add: (row: Row): Promise<void> | undefined => {
      rows.add(row)
      return rows.full() ? send() : undefined
    },
    end: async (): Promise<void> => {
      await send()
      await sending
    },
    /** Nothing is under way any more, whether it went well or not. */
    settled: (): Promise<void> => sending.catch(() => {}),
  }
}
