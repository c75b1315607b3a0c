import { setTimeout as sleep } from 'node:timers/promises'
import { CALLS_TOPIC } from '@rollcall/contracts/topics'
import type { Clock } from '@rollcall/domain/time'
import { type EventLog, type LogRecord, RECORD_BYTES_MAX } from '@rollcall/event-log/event-log'
import { recordBytes } from '@rollcall/event-log/record-bytes'
import type { Pool } from '@rollcall/store/pool'
import { forgetPublished, readOutbox } from '@rollcall/store/projection/take-outbox'
import { backoffMs } from './backoff-ms.ts'
import { callChangeRecord } from './call-change-record.ts'
import { isPassing } from './is-passing.ts'
import { messageOf } from './message-of.ts'

const APPEND_MS_MAX = 10_000
const IDLE_MS = 250
/** While the fold is behind, publishing rests this many times as long as it worked: what waits is also published once instead of often. */
const REST_WHILE_BEHIND = 3
const REST_MS_MAX = 5_000
/** Failing so often in a row, the client of the log is taken for the cause, and the session ends to get another. */
const FAILURES_MAX = 5

export interface PublishOptions {
  readonly pool: Pool
  readonly log: EventLog
  readonly clock: Clock
  readonly partitions: () => readonly number[]
  /** Whether the fold has much left to do, so that it should have the machine to itself. */
  readonly behind: () => boolean
  /** A record of this many bytes was left out: no log would take it. */
  readonly onTooLarge: (account: string, bytes: number) => void
  /** Why nothing can be published now; null when it goes on. */
  readonly onTrouble: (trouble: string | null) => void
}

/**
 * Publishes the oldest changes and forgets them; how many outbox rows that was. Killed in between, they are published again: the topic is
 * compacted by key, with a version.
 */
export const publishOnce = async ({ pool, log, clock, partitions, onTooLarge }: Omit<PublishOptions, 'behind' | 'onTrouble'>): Promise<number> => {
  const mine = partitions()
  if (mine.length === 0) return 0
  const outbox = await readOutbox(pool, mine)
  if (outbox.ids.length === 0) return 0
  const records = outbox.changes.map((change) => callChangeRecord(change, clock())).filter((record) => fits(record, onTooLarge))
  if (records.length > 0) await log.append(CALLS_TOPIC, records, { deadlineMs: APPEND_MS_MAX })
  await forgetPublished(pool, outbox)
  return outbox.ids.length
}

/** Publishes for as long as `signal` allows. An outage is waited out while folding goes on; one that lasts is thrown, for a new client. */
export const publishChanges = async (options: PublishOptions, signal: AbortSignal): Promise<void> => {
  let failures = 0
  while (!signal.aborted) {
    const began = performance.now()
    const published = await publishOnce(options).catch((error: unknown) => {
      failures += 1
      if (!isPassing(error) || failures >= FAILURES_MAX) throw error
      if (!signal.aborted) options.onTrouble(messageOf(error))
      return null
    })
    if (published !== null && failures > 0) {
      failures = 0
      options.onTrouble(null)
    }
    const restMs = published === null ? backoffMs(failures) : published === 0 ? IDLE_MS : options.behind() ? restWhileBehind(performance.now() - began) : 0
    if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => {})
  }
}

const restWhileBehind = (workedMs: number): number => Math.min(REST_MS_MAX, workedMs * REST_WHILE_BEHIND)

const fits = (record: LogRecord, onTooLarge: PublishOptions['onTooLarge']): boolean => {
  const bytes = recordBytes(record)
  if (bytes > RECORD_BYTES_MAX) onTooLarge(record.key.split('|')[0] ?? '', bytes)
  return bytes <= RECORD_BYTES_MAX
}
