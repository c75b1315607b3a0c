import { setTimeout as sleep } from 'node:timers/promises'
import { CALLS_TOPIC } from '@rollcall/contracts/topics'
import type { Clock } from '@rollcall/domain/time'
import { type EventLog, type LogRecord, RECORD_BYTES_MAX } from '@rollcall/event-log/event-log'
import { recordBytes } from '@rollcall/event-log/record-bytes'
import type { Pool } from '@rollcall/store/pool'
import { deleteOutbox, readOutbox, returnToOutbox } from '@rollcall/store/projection/take-outbox'
import { callChangeRecord } from './call-change-record.ts'

const APPEND_MS_MAX = 10_000
const IDLE_MS = 250
/** While the fold is behind, publishing rests this many times as long as it worked: what waits is also published once instead of often. */
const REST_WHILE_BEHIND = 3
const REST_MS_MAX = 5_000

export interface PublishOptions {
  readonly pool: Pool
  readonly log: EventLog
  readonly clock: Clock
  readonly partitions: () => readonly number[]
  /** Whether the fold has much left to do, so that it should have the machine to itself. */
  readonly behind: () => boolean
  /** A record of this many bytes was left out: no log would take it. */
  readonly onTooLarge: (account: string, bytes: number) => void
}

/**
 * Publishes the oldest changes and forgets them; how many outbox rows that was. Killed in between, they are published again: the topic is
 * compacted by key, with a version. Where another publisher has forgotten some of them meanwhile (we were paused, and the partition was
 * taken over), what we published may be older than what it did, and compaction would keep ours: these calls are published once more.
 */
export const publishOnce = async ({ pool, log, clock, partitions, onTooLarge }: Omit<PublishOptions, 'behind'>): Promise<number> => {
  const mine = partitions()
  if (mine.length === 0) return 0
  const { changes, ids } = await readOutbox(pool, mine)
  if (ids.length === 0) return 0
  const records = changes.map((change) => callChangeRecord(change, clock())).filter((record) => fits(record, onTooLarge))
  if (records.length > 0) await log.append(CALLS_TOPIC, records, { deadlineMs: APPEND_MS_MAX })
  if ((await deleteOutbox(pool, ids)) < ids.length) await returnToOutbox(pool, changes)
  return ids.length
}

/** Publishes for as long as `signal` allows. An outage of either side is waited out by the caller's retry. */
export const publishChanges = async (options: PublishOptions, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const began = performance.now()
    const published = await publishOnce(options)
    const restMs = published === 0 ? IDLE_MS : options.behind() ? Math.min(REST_MS_MAX, (performance.now() - began) * REST_WHILE_BEHIND) : 0
    if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => {})
  }
}

const fits = (record: LogRecord, onTooLarge: PublishOptions['onTooLarge']): boolean => {
  const bytes = recordBytes(record)
  if (bytes > RECORD_BYTES_MAX) onTooLarge(record.key.split('|')[0] ?? '', bytes)
  return bytes <= RECORD_BYTES_MAX
}
