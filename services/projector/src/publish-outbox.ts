import { setTimeout as sleep } from 'node:timers/promises'
import { CALLS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Pool } from '@rollcall/store/pool'
import { deleteOutbox, readOutbox } from '@rollcall/store/projection/take-outbox'
import { callChangeRecord } from './call-change-record.ts'

const APPEND_MS_MAX = 10_000
const IDLE_MS = 250

/** Publishes the oldest changes and forgets them; how many there were. Killed in between, they are published again: the topic is compacted by key, with a version. */
export const publishOnce = async (pool: Pool, log: EventLog, partitions: readonly number[], now: number): Promise<number> => {
  if (partitions.length === 0) return 0
  const { changes, ids } = await readOutbox(pool, partitions)
  if (changes.length === 0) return 0
  await log.append(
    CALLS_TOPIC,
    changes.map((change) => callChangeRecord(change, now)),
    { deadlineMs: APPEND_MS_MAX },
  )
  await deleteOutbox(pool, ids)
  return ids.length
}

/** Publishes for as long as `signal` allows. An outage of either side is waited out by the caller's retry. */
export const publishChanges = async (pool: Pool, log: EventLog, partitions: () => readonly number[], clock: () => number, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    if ((await publishOnce(pool, log, partitions(), clock())) === 0) await sleep(IDLE_MS, undefined, { signal }).catch(() => {})
  }
}
